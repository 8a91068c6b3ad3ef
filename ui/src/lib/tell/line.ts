// An exchange in a line: all that is shown of it before somebody opens it. Its outline tells as much.

import type { Exchange, Party, Purpose } from '$lib/contract';
import { grantOf, requestLine, tell, type Told } from './exchange';
import { plain } from './phrase';
import { duration } from './time';

export interface Line extends Told {
  id: number;
  purpose: Purpose;
  from: Party;
  to: Party;
  user: string | null;
  request_id: string | null;
  /** RFC 3339. */
  started_at: string;
  duration_us: number;
  attempt: number;
  /** Method and address: `GET http://127.0.0.1:8000/api/private`. */
  door: string;
  /** Stands beside the words, unless the words are the request itself already. */
  beside: string | null;
  /** Whether somebody who looks for trouble wants to see it. */
  trouble: boolean;
  /** What it was made from: no more than an outline needs to be known. */
  outline: Exchange;
}

export function lineOf(exchange: Exchange): Line {
  const { id, purpose, from, to, user, request_id, started_at, duration_us, attempt } = exchange;
  const told = tell(exchange);
  const isRequest = ['call', 'management', 'probe'].includes(purpose);
  return {
    ...{ id, purpose, from, to, user, request_id, started_at, duration_us, attempt },
    ...told,
    door: `${exchange.request.method} ${exchange.request.url}`,
    beside: isRequest ? null : (grantOf(exchange) ?? requestLine(exchange)),
    trouble: attempt > 1 || exchange.error !== null || told.tone === 'bad',
    outline: exchange,
  };
}

/**
 * A line of the diagram, or the half of it that asks or answers, for who does not see it: who asks whom,
 * and then what is written there, in its order. `when` is how it says the time.
 */
export function spoken(line: Line, part: 'ask' | 'answer' | 'both', when: string): string {
  const { who, whom, beside, attempt } = line;
  const answer = `${line.answer}, ${duration(line.duration_us)}`;
  if (part === 'answer') return `${whom} answers ${who}: ${answer}`;
  const asked = [`${who} asks ${whom}, ${when}: ${plain(line.what)}`];
  if (attempt > 1) asked.push(`try ${attempt}`);
  if (part === 'both') asked.push(answer);
  else if (beside) asked.push(beside);
  return asked.join(', ');
}

/** What belongs to one call: the call, its introspection, and the token that came before it. */
export function belongingTo(all: readonly Line[], one: Pick<Line, 'id' | 'request_id'>): Line[] {
  const tied = all.filter(
    ({ id, request_id }) => id === one.id || (one.request_id !== null && request_id === one.request_id),
  );
  // An introspection names no caller; the call that it is tied to does.
  const user = tied.find((other) => other.user !== null)?.user ?? null;
  const first = Math.min(...tied.map(({ id }) => id));
  const token = all.findLast(
    (other) => other.purpose === 'token' && user !== null && other.user === user && other.id < first,
  );
  return token && !tied.includes(token) ? [token, ...tied] : tied;
}
