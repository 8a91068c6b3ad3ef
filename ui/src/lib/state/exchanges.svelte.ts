// Every exchange, in the order in which they began.

import type { Exchange, RolecallEvent } from '$lib/contract';

/** As many as the program behind the window keeps. */
const KEPT = 10_000;
const FRAME_MS = 16;

/**
 * Puts an exchange in its place and drops the oldest beyond what is kept. They end in another order
 * than they began in, but never far from it, so the place is looked for from the end.
 */
export function insert(list: Exchange[], exchange: Exchange, kept = KEPT): void {
  let at = list.length;
  while (at > 0 && list[at - 1]!.id > exchange.id) at -= 1;
  if (list[at - 1]?.id === exchange.id) list[at - 1] = exchange;
  else list.splice(at, 0, exchange);
  if (list.length > kept) list.splice(0, list.length - kept);
}

export class Exchanges {
  // Mutated in place and announced by a counter: copying ten thousand for each new one would be felt.
  readonly #list: Exchange[] = [];
  #version = $state(0);
  #told = 0;
  #telling = false;

  apply(event: RolecallEvent): void {
    if (event.type !== 'exchange') return;
    insert(this.#list, event.exchange);
    this.#tell();
  }

  /** The first one at once; of a crowd, once a frame: nobody sees more. */
  #tell(): void {
    if (this.#telling) return;
    const rest = FRAME_MS - (performance.now() - this.#told);
    const tell = () => {
      this.#telling = false;
      this.#told = performance.now();
      this.#version += 1;
    };
    if (rest <= 0) return tell();
    this.#telling = true;
    setTimeout(tell, rest);
  }

  get all(): readonly Exchange[] {
    return this.#version >= 0 ? this.#list : [];
  }

  get count(): number {
    return this.#version >= 0 ? this.#list.length : 0;
  }

  byId(id: number | null): Exchange | null {
    return id === null ? null : (this.all.findLast((exchange) => exchange.id === id) ?? null);
  }
}
