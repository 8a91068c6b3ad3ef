// An exchange in words: who asked whom what, and what came of it.

import type { Exchange, Party, TransportErrorKind } from '$lib/contract';
import { NOBODY } from '$lib/contract';
import { code, type Phrase } from './phrase';
import { statusLine } from './status';

export interface Told {
  who: string;
  whom: string;
  what: Phrase;
  /** The answer's word: `200 OK`, `active`, `timed out`. */
  answer: string;
  tone: 'good' | 'plain' | 'bad';
}

export function tell(exchange: Exchange): Told {
  return {
    who: party(exchange.from, exchange.user),
    whom: party(exchange.to, exchange.user),
    what: what(exchange),
    ...answer(exchange),
  };
}

function party(who: Party, user: string | null): string {
  if (who === 'zitadel') return 'ZITADEL';
  if (who === 'api') return 'API';
  return user ?? 'Rolecall';
}

function what(exchange: Exchange): Phrase {
  const of = exchange.user && exchange.user !== NOBODY ? `${exchange.user}'s token` : 'this token';
  const path = pathOf(exchange.request.url);
  switch (exchange.purpose) {
    case 'discovery':
      return ['Where are your addresses?'];
    case 'jwks':
      return ['Which keys do you sign with?'];
    case 'token':
      return ['May I have a token?'];
    case 'introspection':
      return [`Is ${of} active?`];
    case 'userinfo':
      return [`Who does ${of} belong to?`];
    case 'management':
      return ['Manage: ', code(`${exchange.request.method} ${path}`)];
    case 'call':
      return [code(`${exchange.request.method} ${path}`)];
    case 'probe':
      return ['Probe: ', code(`${exchange.request.method} ${path}`)];
  }
}

export function pathOf(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url;
  }
}

const FAULTS: Record<TransportErrorKind, string> = {
  name_not_found: 'no such host',
  not_connected: 'not connected',
  timed_out: 'timed out',
  tls: 'not trusted',
  broken: 'broke off',
  too_large: 'too large',
};

function answer({ response, error, purpose }: Exchange): Pick<Told, 'answer' | 'tone'> {
  if (!response) return { answer: error ? FAULTS[error.kind] : 'no answer', tone: 'bad' };
  const ok = response.status < 400;
  if (purpose === 'introspection' && ok) {
    const active = activeOf(response.body);
    if (active !== null) return { answer: active ? 'active' : 'inactive', tone: active ? 'good' : 'plain' };
  }
  // A door that stays shut is an answer like any other; whether it should be is the matrix's matter.
  const refused = purpose === 'call' && (response.status === 401 || response.status === 403);
  return { answer: statusLine(response.status), tone: ok ? 'good' : refused ? 'plain' : 'bad' };
}

function activeOf(body: string): boolean | null {
  try {
    const parsed: unknown = JSON.parse(body);
    const active = (parsed as { active?: unknown } | null)?.active;
    return typeof active === 'boolean' ? active : null;
  } catch {
    return null;
  }
}

/** What belongs to one call: the call, its introspection, and the token that came before it. */
export function belongingTo(all: readonly Exchange[], call: Exchange): Exchange[] {
  const token = all.findLast(
    (one) => one.purpose === 'token' && one.user !== null && one.user === call.user && one.id < call.id,
  );
  return all.filter(
    (one) =>
      one === token || one.id === call.id || (call.request_id !== null && one.request_id === call.request_id),
  );
}
