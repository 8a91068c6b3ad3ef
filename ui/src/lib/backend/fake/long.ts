// A long afternoon, played: many rounds of many callers, with its troubles.

import type { Exchange } from '$lib/contract';
import { admits } from '$lib/tell/rule';
import { answerFor, type Wire } from './wire';
import { DOORS, person } from './world';

const PEOPLE = Array.from({ length: 24 }, (_, index) =>
  person(
    `${['reader', 'writer', 'visitor'][index % 3]}-bot-${index + 1}`,
    String(400873178240388000n + BigInt(index)),
    [['read:messages'], ['write:messages'], []][index % 3]!,
  ),
);

export function longRun(wire: Wire, length: number): Exchange[] {
  const all: Exchange[] = [];
  let at = Date.now() - 3_600_000;
  let n = 0;
  const put = (exchange: Exchange, more: Partial<Exchange> = {}) => {
    at += 40 + ((n * 7919) % 350);
    n += 1;
    all.push({ ...exchange, started_at: new Date(at).toISOString(), ...more });
  };
  while (all.length < length) {
    for (const user of PEOPLE) {
      put(wire.token(user, false));
      for (const door of DOORS) {
        const requestId = `rc-${n}`;
        const holds = admits(door.access, user.roles);
        const answer = { status: holds ? 200 : 403, headers: [], body: holds ? '{}' : REFUSED };
        put(wire.call(user.user_name, user, door, requestId, answer), n % 211 === 0 ? TIMED_OUT : {});
        if (door.access.rule === 'public') continue;
        const body = answerFor(user) as object;
        put(wire.introspection(user, requestId, body), n % 307 === 0 ? { attempt: 2 } : {});
      }
    }
  }
  return all.slice(0, length);
}

const REFUSED = JSON.stringify({ error: 'insufficient_scope', needed: 'read:messages' });
const TIMED_OUT: Partial<Exchange> = {
  response: null,
  error: { kind: 'timed_out', message: 'No answer came within 10 seconds.' },
  duration_us: 10_000_000,
};
