// An exchange in words: who asked whom what, and what came of it.

import type { Exchange, Party, TransportErrorKind } from '$lib/contract';
import { NOBODY } from '$lib/contract';
import { code, type Phrase } from './phrase';
import { statusLine } from './status';

export interface Told {
  who: string;
  whom: string;
  what: Phrase;
  /** The answer's word: `200 OK`, `403 insufficient_scope`, `active: false`, `timed out`. */
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

function answer(exchange: Exchange): Pick<Told, 'answer' | 'tone'> {
  const { response, error, purpose } = exchange;
  if (!response) return { answer: error ? FAULTS[error.kind] : 'no answer', tone: 'bad' };
  const { status, body } = response;
  const ok = status < 400;
  if (purpose === 'introspection' && ok) {
    const active = fieldOf(body, 'active');
    if (typeof active === 'boolean') return { answer: `active: ${active}`, tone: active ? 'good' : 'plain' };
  }
  if (purpose === 'token' && ok && status < 300) return { answer: `${status} token`, tone: 'good' };
  // A door that stays shut is an answer like any other; whether it should be is the matrix's matter.
  const refused = purpose === 'call' && (status === 401 || status === 403);
  const reason = ok ? null : reasonIn(exchange);
  return {
    answer: reason ? `${status} ${reason}` : statusLine(status),
    tone: ok ? 'good' : refused ? 'plain' : 'bad',
  };
}

/** The refusal's own word (RFC 6749, 6750): `insufficient_scope`. */
function reasonIn({ response }: Exchange): string | null {
  const challenge = response?.headers.find(({ name }) => name.toLowerCase() === 'www-authenticate')?.value;
  const told = /error="([^"]+)"/.exec(challenge ?? '')?.[1] ?? fieldOf(response?.body ?? '', 'error');
  return typeof told === 'string' && /^[\w.-]{1,40}$/.test(told) ? told : null;
}

/** What is sent, for those who read HTTP: `POST /oauth/v2/token`. */
export function requestLine({ request }: Exchange): string {
  return `${request.method} ${pathOf(request.url)}`;
}

const GRANTS: Record<string, string> = {
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'JWT bearer grant',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'token exchange',
  client_credentials: 'client credentials grant',
  refresh_token: 'refresh token grant',
};

/** The grant in words, for a token request. */
export function grantOf({ request }: Exchange): string | null {
  const type = request.form?.find(({ name }) => name === 'grant_type')?.value;
  return type ? (GRANTS[type] ?? type) : null;
}

function fieldOf(body: string, name: string): unknown {
  try {
    return (JSON.parse(body) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}
