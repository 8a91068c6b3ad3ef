// Every exchange, in the order in which they began.

import type { Exchange, RolecallEvent, Secret } from '$lib/contract';
import { keep, Opened, type Kept } from './kept';

/** As many as the program behind the window keeps. */
const KEPT = 10_000;
/** So many milliseconds a crowd of them may wait: nobody follows more of them. */
const WAIT = 100;

/**
 * Puts one in its place and drops the oldest beyond what is kept. They end in another order than they
 * began in, but never far from it, so the place is looked for from the end.
 */
export function insert(list: Kept[], one: Kept, kept = KEPT): void {
  const { id } = one;
  let at = list.length;
  while (at > 0 && list[at - 1]!.id > id) at -= 1;
  if (list[at - 1]?.id === id) list[at - 1] = one;
  else list.splice(at, 0, one);
  if (list.length > kept) list.splice(0, list.length - kept);
}

export class Exchanges {
  // Mutated in place and announced by a counter: copying ten thousand for each new one would be felt.
  readonly #list: Kept[] = [];
  readonly #opened = new Opened();
  /** Not put in their places yet. */
  #fresh: Exchange[] = [];
  #version = $state(0);
  #told = -WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;

  apply(event: RolecallEvent): void {
    if (event.type !== 'exchange') return;
    this.#fresh.push(event.exchange);
    const rest = this.#told + WAIT - performance.now();
    if (rest <= 0) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), rest);
  }

  /** The first one at once; a crowd together. */
  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#told = performance.now();
    this.#settle();
    this.#version += 1;
  }

  #settle(): void {
    for (const exchange of this.#fresh) {
      insert(this.#list, keep(exchange));
      this.#opened.forget(exchange.id);
    }
    this.#fresh = [];
  }

  /** A new list each time that there is more. */
  get all(): readonly Kept[] {
    return this.#version >= 0 ? [...this.#list] : [];
  }

  get count(): number {
    return this.#version >= 0 ? this.#list.length : 0;
  }

  byId(id: number | null): Exchange | null {
    if (id === null || this.#version < 0) return null;
    this.#settle();
    const kept = this.#list.findLast((one) => one.id === id);
    return kept ? this.#opened.open(kept) : null;
  }

  /** The secret behind a slot, where an exchange has shown it: its header and claims. */
  secret(slot: number): Secret | null {
    if (this.#version < 0) return null;
    const kept = this.#list.findLast(({ slots }) => slots.includes(slot));
    return (kept && this.byId(kept.id)?.secrets.find((one) => one.slot === slot)) ?? null;
  }
}
