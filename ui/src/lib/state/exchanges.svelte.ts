// Every exchange, in the order in which they began.

import type { Exchange, RolecallEvent, Secret } from '$lib/contract';
import { keep, Opened, type Kept } from './kept';

/** As many as the program behind the window keeps. */
const KEPT = 10_000;
/** So many milliseconds a crowd of them may wait: nobody follows more of them. */
const WAIT = 100;
/** So many are written down at once: that takes some milliseconds. */
const SLICE = 100;
/** So many may be left as they came while more come. */
const MOST_FRESH = 300;

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
  /** As they came: to write one down takes longer than to hear of it, so that waits for a quiet moment. */
  readonly #fresh: Exchange[] = [];
  #version = $state(0);
  #count = $state(0);
  #heard = false;
  #told = -WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;

  apply(event: RolecallEvent): void {
    if (event.type !== 'exchange') return;
    this.#fresh.push(event.exchange);
    this.#heard = true;
    const rest = this.#told + WAIT - performance.now();
    if (rest <= 0) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), rest);
  }

  /** The first one at once; a crowd together. Those of before are written down when no more come. */
  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#told = performance.now();
    if (!this.#heard) this.#settle(SLICE);
    else if (this.#fresh.length > MOST_FRESH) this.#settle(3 * SLICE);
    this.#count = Math.min(KEPT, this.#list.length + this.#fresh.length);
    if (this.#heard) this.#version += 1;
    this.#heard = false;
    if (this.#fresh.length > 0) this.#timer = setTimeout(() => this.#tell(), WAIT);
  }

  #settle(most = Infinity): void {
    for (const exchange of this.#fresh.splice(0, most)) {
      insert(this.#list, keep(exchange));
      this.#opened.forget(exchange.id);
    }
  }

  /** A new list each time that there is more. */
  get all(): readonly Kept[] {
    if (this.#version < 0) return [];
    this.#settle();
    return [...this.#list];
  }

  get count(): number {
    return this.#count;
  }

  byId(id: number | null): Exchange | null {
    if (id === null || this.#version < 0) return null;
    const fresh = this.#fresh.findLast((one) => one.id === id);
    if (fresh) return fresh;
    const kept = this.#list.findLast((one) => one.id === id);
    return kept ? this.#opened.open(kept) : null;
  }

  /** The secret behind a slot, where an exchange has shown it: its header and claims. */
  secret(slot: number): Secret | null {
    if (this.#version < 0) return null;
    const isThis = (one: Secret) => one.slot === slot;
    const fresh = this.#fresh.findLast(({ secrets }) => secrets.some(isThis));
    if (fresh) return fresh.secrets.find(isThis) ?? null;
    const kept = this.#list.findLast(({ slots }) => slots.includes(slot));
    return (kept && this.byId(kept.id)?.secrets.find(isThis)) ?? null;
  }
}
