// A token in words: what it is, how long it counts, what was asked for and what is held. Pure.

import type { JsonValue, TokenKind, TokenSummary } from '$lib/contract';
import type { MatrixRow } from '$lib/state/matrix';
import { readClaims, type ReadClaim } from './claim';
import { heldRoles, isClaims, projectOf, type ClaimContext } from './claims';
import { explainScope } from './glossary';
import { span } from './time';

export const KINDS: Record<TokenKind, { title: string; article: string; words: string }> = {
  opaque: {
    title: 'Opaque',
    article: 'an opaque token',
    words:
      'A reference, like a cloakroom ticket: it says nothing by itself, and nothing is wrong with it because it cannot be decoded. Only ZITADEL knows what it stands for. The API asks at each call, so that roles and locked accounts count at once.',
  },
  jwt: {
    title: 'JWT',
    article: 'a JWT',
    words:
      'Signed, not encrypted: anyone can read it, and a change in it is noticed. What it says was true when it was made; what is true right now is what introspection says.',
  },
  jwe: {
    title: 'JWE',
    article: 'an encrypted token',
    words:
      'An encrypted JWT: its header can be read, its claims only by ZITADEL. To everybody else it is as good as opaque, and the API asks at each call.',
  },
};

export interface Life {
  words: string;
  /** The part that is left, from 0 to 1; `null` where nobody told when it began. */
  left: number | null;
  over: boolean;
}

/** `issued` is in seconds since 1970. */
export function lifeOf({ expires_at }: TokenSummary, issued: number | null, now: number): Life | null {
  if (expires_at === null) return null;
  const ends = Date.parse(expires_at) / 1000;
  const rest = ends - now / 1000;
  const over = rest <= 0;
  const whole = issued === null ? null : ends - issued;
  return {
    words: over ? `ended ${span(-rest)} ago` : `${span(rest)} left`,
    left: whole === null || whole <= 0 ? null : Math.max(0, Math.min(1, rest / whole)),
    over,
  };
}

export interface ScopeLine {
  scope: string;
  explanation: string;
  /** `null` where nobody told what was kept. */
  kept: boolean | null;
}

export function scopesOf({ scopes_asked, scopes_kept }: TokenSummary): ScopeLine[] {
  const more = (scopes_kept ?? []).filter((scope) => !scopes_asked.includes(scope));
  return [...scopes_asked, ...more].map((scope) => ({
    scope,
    explanation: explainScope(scope),
    kept: scopes_kept === null ? null : scopes_kept.includes(scope),
  }));
}

export interface RoleLine {
  role: string;
  /** Where ZITADEL grants it. */
  organisations: string[];
  now: boolean;
  /** Whether the token itself says so; `null` for a token that tells no roles. */
  token: boolean | null;
}

/** Roles as they are now, beside those that were written into the token when it was made. */
export function rolesOf(
  now: string[] | null,
  introspection: JsonValue | null,
  claims: JsonValue | null,
): RoleLine[] {
  const told = rolesIn(introspection);
  const written = rolesIn(claims);
  const tells = isClaims(claims) && Object.keys(claims).some((name) => projectOf(name) !== undefined);
  const held = now ?? [...told.keys()];
  return [...new Set([...held, ...written.keys()])].map((role) => ({
    role,
    organisations: told.get(role) ?? [],
    now: held.includes(role),
    token: tells ? written.has(role) : null,
  }));
}

function rolesIn(claims: JsonValue | null): Map<string, string[]> {
  const roles = new Map<string, string[]>();
  if (!isClaims(claims)) return roles;
  for (const [name, value] of Object.entries(claims)) {
    if (projectOf(name) === undefined) continue;
    for (const { role, organisations } of heldRoles(value)) {
      roles.set(
        role,
        organisations.map(({ domain }) => domain),
      );
    }
  }
  return roles;
}

/** The newest introspection of a row's token, with its place in the timeline. */
export function toldOf(row: MatrixRow): { claims: JsonValue; exchange: number | null } | null {
  let newest: { claims: JsonValue; exchange: number | null } | null = null;
  for (const { decision } of row.report?.cells ?? []) {
    if (!decision || decision.introspection === null) continue;
    const exchange = decision.introspection_exchange;
    if (!newest || (exchange ?? 0) > (newest.exchange ?? 0))
      newest = { claims: decision.introspection, exchange };
  }
  return newest;
}

export interface Beside {
  name: string;
  short: string;
  explanation: string | null;
  jwt: ReadClaim | null;
  told: ReadClaim | null;
  /** Both say it, and not the same. */
  differs: boolean;
}

/** The JWT's claims beside what introspection told, name by name. */
export function besides(jwt: JsonValue | null, told: JsonValue | null, context: ClaimContext): Beside[] {
  const read = (claims: JsonValue | null) => (isClaims(claims) ? readClaims(claims, context) : []);
  const [left, right] = [read(jwt), read(told)];
  const names = readClaims({ ...(isClaims(jwt) ? jwt : {}), ...(isClaims(told) ? told : {}) }, context);
  return names.map(({ name, short, explanation }) => {
    const [a, b] = [left, right].map((claims) => claims.find((claim) => claim.name === name) ?? null);
    const differs = !!a && !!b && JSON.stringify(a.raw) !== JSON.stringify(b.raw);
    return { name, short, explanation, jwt: a!, told: b!, differs };
  });
}

/** When a token was made, from whoever tells it. */
export function issuedAt(...sources: (JsonValue | null)[]): number | null {
  for (const claims of sources) {
    if (isClaims(claims) && typeof claims.iat === 'number') return claims.iat;
  }
  return null;
}
