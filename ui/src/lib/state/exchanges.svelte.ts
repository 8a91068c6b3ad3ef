// Every exchange in a line, in the order in which they began. The program behind the window keeps the
// whole of them; here are those that somebody opened last.

import type { Exchange, RolecallEvent, Secret } from '$lib/contract';
import { lineOf, type Line } from '$lib/tell/line';
import { Opened } from './opened';

/** As many as the program behind the window keeps, where their answers are not large. */
const KEPT = 10_000;
/** So many milliseconds a crowd of them may wait: nobody follows more of them. */
const WAIT = 250;

/**
 * Puts one in its place and drops the oldest beyond what is kept. They end in another order than they
 * began in, but never far from it, so the place is looked for from the end.
 */
export function insert(list: Line[], one: Line, kept = KEPT): void {
  const { id } = one;
  let at = list.length;
  while (at > 0 && list[at - 1]!.id > id) at -= 1;
  if (list[at - 1]?.id === id) list[at - 1] = one;
  else list.splice(at, 0, one);
  if (list.length > kept) list.splice(0, list.length - kept);
}

/** They stand in the order of their numbers. */
function find(list: Line[], id: number): Line | null {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (list[middle]!.id < id) from = middle + 1;
    else to = middle;
  }
  const one = list[from];
  return one?.id === id ? one : null;
}

export class Exchanges {
  // Mutated in place and announced by a counter: copying ten thousand for each new one would be felt.
  readonly #list: Line[] = [];
  /** Not put in their places yet. */
  #fresh: Exchange[] = [];
  #version = $state(0);
  #told = -WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #opened = new Opened();
  /** What secrets are never changes: once told, it is known for as long as the window is open. */
  readonly #secrets: Secret[] = [];
  #answers = $state(0);

  readonly #ask: (id: number) => Promise<void>;

  /** `ask` has an exchange told whole, as an event; it rejects where it is no longer kept. */
  constructor(ask: (id: number) => Promise<void>) {
    this.#ask = ask;
  }

  /**
   * Each in outline; one that is told whole was opened, or comes from a recorded run. The end of a run is
   * told with all that belongs to it.
   */
  apply(event: RolecallEvent): void {
    if (event.type === 'exchange') this.#open(event.exchange.id, event.exchange);
    else if (event.type === 'outlined') this.#enlist(event.exchange);
    else if (event.type === 'run_finished' && this.#fresh.length > 0) this.#tell();
  }

  #enlist(exchange: Exchange): void {
    this.#fresh.push(exchange);
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
    for (const exchange of this.#fresh) insert(this.#list, lineOf(exchange));
    this.#fresh = [];
  }

  #open(id: number, exchange: Exchange | null): void {
    // Recorded runs tell only the whole.
    if (exchange && !this.#line(id)) this.#enlist(exchange);
    this.#opened.put(id, exchange);
    for (const one of exchange?.secrets ?? []) if (!this.#known(one.slot)) this.#secrets.push(one);
    this.#answers += 1;
  }

  /** A new list each time that there is more. */
  get all(): readonly Line[] {
    return this.#version >= 0 ? [...this.#list] : [];
  }

  get count(): number {
    return this.#version >= 0 ? this.#list.length : 0;
  }

  /** `null` where it is not kept. */
  line(id: number | null): Line | null {
    return id !== null && this.#version >= 0 ? this.#line(id) : null;
  }

  #line(id: number): Line | null {
    this.#settle();
    return find(this.#list, id);
  }

  /** The whole of it; `undefined` while it is asked for, `null` where it is no longer kept. */
  byId(id: number | null): Exchange | null | undefined {
    if (id === null || this.#answers < 0) return null;
    // Whoever looks at it is being drawn just now: nothing may change meanwhile.
    if (this.#opened.toAsk(id)) queueMicrotask(() => this.#ask(id).catch(() => this.#open(id, null)));
    return this.#opened.get(id);
  }

  /** The secret behind a slot, where an exchange has shown it: its header and claims. As `byId`. */
  secret(slot: number): Secret | null | undefined {
    if (this.#version < 0 || this.#answers < 0) return null;
    const known = this.#known(slot);
    if (known) return known;
    // The last that showed it: the program keeps that one longest.
    const shown = this.#list.findLast(({ outline }) => outline.secrets.some((one) => one.slot === slot));
    const exchange = shown ? this.byId(shown.id) : null;
    return exchange === undefined ? undefined : null;
  }

  #known(slot: number): Secret | undefined {
    return this.#secrets.find((one) => one.slot === slot);
  }
}
