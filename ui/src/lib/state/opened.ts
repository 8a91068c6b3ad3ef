// The exchanges that were told whole last, and those that are being asked for.

import type { Exchange } from '$lib/contract';

/** So many stay: more than any view shows at a time. */
const MOST = 64;

export class Opened {
  /** `null` for one that the program no longer keeps. */
  readonly #known = new Map<number, Exchange | null>();
  readonly #asked = new Set<number>();

  get(id: number): Exchange | null | undefined {
    return this.#known.get(id);
  }

  put(id: number, exchange: Exchange | null): void {
    this.#asked.delete(id);
    this.#known.delete(id);
    this.#known.set(id, exchange);
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value!);
  }

  /** Whether somebody has to ask for it now: nobody has yet. */
  toAsk(id: number): boolean {
    if (this.#known.has(id) || this.#asked.has(id)) return false;
    this.#asked.add(id);
    return true;
  }
}
