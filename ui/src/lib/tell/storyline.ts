// The technical line of each step of a story, for those who ask. Made of what may be known alone:
// lengths, numbers and words, never a secret or the mark of one.

import type { Cell, Decision } from '$lib/contract';
import type { Visit } from '$lib/state/story';
import { requestLine, tell } from './exchange';
import { count } from './phrase';
import { statusLine } from './status';

const rolesIn = (roles: readonly string[]): string => (roles.length > 0 ? roles.join(', ') : 'none');

/** `GET /api/private-scoped, Authorization: Bearer (104 characters)` */
export function shownLine({ cell, call }: Visit): string {
  const line = call ? requestLine(call) : `${cell.method} ${cell.path}`;
  const outcome = cell.decision?.outcome;
  const secret = call?.secrets.find(({ kind }) => kind === 'access_token');
  const length = cell.decision?.token_length ?? secret?.length ?? null;
  if (outcome === 'malformed_token') return `${line}, Authorization: malformed`;
  return length === null
    ? `${line}, no Authorization header`
    : `${line}, Authorization: Bearer (${count(length, 'character')})`;
}

/** Why nobody was asked. */
export function unaskedLine({ rule, outcome }: Decision): string {
  if (rule === 'public') return 'no introspection: the door is public';
  return `no introspection: ${outcome === 'no_token' ? 'no token' : 'malformed token'}`;
}

/** `POST /oauth/v2/introspect, token (104 characters)` */
export function askedLine({ cell, asked }: Visit): string {
  const line = asked ? requestLine(asked) : 'introspection';
  const length = cell.decision?.token_length;
  return length ? `${line}, token (${count(length, 'character')})` : line;
}

/** `200 active: true, roles: none` */
export function answeredLine({ cell, asked }: Visit): string {
  const { outcome, roles_found } = cell.decision!;
  if (outcome === 'api_refused' || outcome === 'issuer_unavailable') {
    return asked ? tell(asked).answer : 'no answer';
  }
  const status = asked?.response ? `${asked.response.status} ` : '';
  if (outcome === 'inactive') return `${status}active: false`;
  return `${status}active: true, roles: ${rolesIn(roles_found)}`;
}

/** `roles: read:messages, then none` */
export function changedLine(before: Cell, now: Cell): string {
  const roles = (cell: Cell) => rolesIn(cell.decision?.roles_found ?? []);
  return `roles: ${roles(before)}, then ${roles(now)}`;
}

/** `403 insufficient_scope`; without a token, the challenge that names no error (RFC 6750, section 3). */
export function doorLine({ cell, call }: Visit): string {
  const challenged = call?.response?.headers.some(({ name }) => name.toLowerCase() === 'www-authenticate');
  if (cell.decision?.outcome === 'no_token' && challenged && cell.status !== null) {
    return `${statusLine(cell.status)}, WWW-Authenticate: Bearer`;
  }
  if (call) return tell(call).answer;
  return cell.status === null ? 'no answer' : statusLine(cell.status);
}
