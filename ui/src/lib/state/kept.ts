// An exchange as it is kept: its line, and what was sent and answered as JSON in bytes. Ten thousand of
// them opened, with all their headers and claims, would weigh several times as much. As texts they
// would weigh twice as much: one mark in place of a secret makes every letter two bytes wide. Pure.

import type { Exchange } from '$lib/contract';
import { lineOf, type Line } from '$lib/tell/line';
import { plain } from '$lib/tell/phrase';

export interface Kept extends Line {
  /** JSON of what the line does not have, in UTF-8. */
  json: Uint8Array;
  /** The slots of its secrets. */
  slots: number[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function keep(exchange: Exchange): Kept {
  const { request, response, error, secrets } = exchange;
  const json = encoder.encode(JSON.stringify({ request, response, error, secrets }));
  return { ...lineOf(exchange), json, slots: secrets.map(({ slot }) => slot) };
}

export function open(kept: Kept): Exchange {
  const { id, purpose, from, to, user, request_id, started_at, duration_us, attempt } = kept;
  const rest = JSON.parse(decoder.decode(kept.json)) as Pick<
    Exchange,
    'request' | 'response' | 'error' | 'secrets'
  >;
  return { id, purpose, from, to, user, request_id, started_at, duration_us, attempt, ...rest };
}

/** The last ones that were opened: what is on screen is not read anew at each look. */
export class Opened {
  static readonly MOST = 64;
  readonly #known = new Map<number, Exchange>();

  open(kept: Kept): Exchange {
    const known = this.#known.get(kept.id);
    if (known) return known;
    const exchange = open(kept);
    this.#known.set(kept.id, exchange);
    if (this.#known.size > Opened.MOST) this.#known.delete(this.#known.keys().next().value!);
    return exchange;
  }

  forget(id: number): void {
    this.#known.delete(id);
  }
}

/** Whether words, in small letters, stand anywhere that a person sees when it is opened. */
export function mentions(kept: Kept, words: string): boolean {
  const told = [plain(kept.what), kept.answer, kept.beside, kept.request_id];
  return (
    told.some((one) => one?.toLowerCase().includes(words)) ||
    inValue(decoder.decode(kept.json).toLowerCase(), words)
  );
}

/** Whether words stand in JSON, its members' names left out: those are ours, and nobody sees them. */
function inValue(json: string, words: string): boolean {
  const written = JSON.stringify(words).slice(1, -1);
  for (let at = json.indexOf(written); at >= 0; at = json.indexOf(written, at + 1)) {
    if (json[closing(json, at + written.length) + 1] !== ':') return true;
  }
  return false;
}

/** Where the text ends that `from` stands in: the next quotation mark that no backslash makes a letter. */
function closing(json: string, from: number): number {
  let at = json.indexOf('"', from);
  while (at >= 0 && /(?:^|[^\\])(?:\\\\)*\\$/.test(json.slice(Math.max(0, at - 16), at)))
    at = json.indexOf('"', at + 1);
  return at;
}
