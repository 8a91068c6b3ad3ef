// What ZITADEL told the API, claim by claim: what decides first, then in the order in which a person
// asks.

import type { Decision, JsonValue } from '$lib/contract';
import { exact, fromNow } from './time';

/** A role as ZITADEL grants it: on which organisations. */
export interface HeldRole {
  role: string;
  organisations: { id: string; domain: string }[];
}

export interface ClaimLine {
  /** What it is, for people. */
  title: string;
  /** What the wire calls it; shown small, and only where `title` is another word. */
  name: string;
  /** The claim's own name in full, where `name` is a shorter one. */
  claim: string;
  value: string;
  /** What the value means here: `this project`. */
  hint: string | null;
  /** The exact value where `value` was made for people. */
  exact: string | null;
  /** Drawn instead of `value`. */
  roles: HeldRole[] | null;
  /** The claim's value as it came, where `value` is not that. */
  raw: JsonValue | null;
  /** This line settled the matter. */
  mattered: boolean;
}

export interface ClaimContext {
  projectId: string | null;
  clientId: string | null;
  now: number;
}

type Claims = { [key in string]: JsonValue };

const ROLE_CLAIM = /^urn:zitadel:iam:org:projects?:(?:(\d+):)?roles$/;
const TITLES: Record<string, string> = {
  active: 'Active',
  username: 'User',
  sub: 'User id',
  aud: 'Made out to',
  exp: 'Expires',
  iat: 'Issued',
  scope: 'Scopes',
  roles: 'Roles',
  client_id: 'Client',
  iss: 'Issuer',
  nbf: 'Not before',
  jti: 'Token id',
  auth_time: 'Signed in',
  name: 'Name',
  preferred_username: 'Login name',
  token_type: 'Kind',
  email: 'E-mail',
};

const SHOWN = new Set(['active', 'username', 'client_id', 'sub', 'aud', 'exp', 'iat', 'scope']);

export function isClaims(value: JsonValue | null | undefined): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function claimLines(decision: Decision, context: ClaimContext): ClaimLine[] {
  if (!isClaims(decision.introspection)) return [];
  const claims = decision.introspection;
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : null);
  const lines: ClaimLine[] = [
    line('active', String(claims.active ?? 'missing'), {
      mattered:
        decision.outcome === 'inactive' ||
        (decision.outcome === 'allowed' && decision.rule === 'valid_token'),
    }),
  ];
  if (claims.active === true) lines.push(rolesLine(decision, claims));
  const user = text('username') ?? text('client_id');
  if (user) lines.push(line('username', user, { claim: text('username') ? 'username' : 'client_id' }));
  if (text('sub')) lines.push(line('sub', text('sub')!));
  for (const audience of strings(claims.aud)) {
    lines.push(line('aud', audience, { hint: audienceHint(audience, context) }));
  }
  for (const name of ['exp', 'iat']) {
    const raw = claims[name];
    if (typeof raw === 'number') {
      lines.push(line(name, fromNow(raw, context.now), { exact: exact(raw), raw }));
    }
  }
  if (text('scope')) lines.push(...scopeLines(text('scope')!, context));
  return lines;
}

function rolesLine(decision: Decision, claims: Claims): ClaimLine {
  const roles = heldRoles(decision.role_claim ? claims[decision.role_claim] : undefined);
  const known = roles.length > 0 ? roles : decision.roles_found.map((role) => ({ role, organisations: [] }));
  return line('roles', known.length > 0 ? known.map(({ role }) => role).join(', ') : 'none', {
    roles: known.length > 0 ? known : null,
    claim: decision.role_claim ?? 'roles',
    exact: decision.role_claim,
    raw: decision.role_claim ? (claims[decision.role_claim] ?? null) : null,
    mattered:
      ['any_role', 'all_roles'].includes(decision.rule) &&
      ['allowed', 'role_missing'].includes(decision.outcome),
  });
}

/** `{ role: { organisation id: domain } }`, as ZITADEL writes it. */
export function heldRoles(claim: JsonValue | undefined): HeldRole[] {
  if (!isClaims(claim)) return [];
  return Object.entries(claim).map(([role, organisations]) => ({
    role,
    organisations: isClaims(organisations)
      ? Object.entries(organisations).map(([id, domain]) => ({ id, domain: String(domain) }))
      : [],
  }));
}

/** The project that a role claim names, `null` where it names none; `undefined` for another claim. */
export function projectOf(name: string): string | null | undefined {
  const found = ROLE_CLAIM.exec(name);
  return found ? (found[1] ?? null) : undefined;
}

/** Scopes that a person knows stand together; the long ones of ZITADEL are said in words. */
function scopeLines(scope: string, context: ClaimContext): ClaimLine[] {
  const all = scope.split(' ').filter(Boolean);
  const audience = all.filter((item) => item.startsWith('urn:zitadel:iam:org:project:id:'));
  const plain = all.filter((item) => !audience.includes(item));
  const asked = audience.map((item) => {
    const id = item.split(':')[6] ?? '';
    const whose = audienceHint(id, context) ?? `project ${id}`;
    return `for ${whose}`;
  });
  return [
    line('scope', plain.join(' ') || 'none', { hint: asked.join(', ') || null, exact: scope, raw: scope }),
  ];
}

/** Every other claim, as it came. */
export function otherClaims(introspection: JsonValue | null): ClaimLine[] {
  if (!isClaims(introspection)) return [];
  return Object.entries(introspection)
    .filter(([name]) => !SHOWN.has(name) && !ROLE_CLAIM.test(name))
    .map(([name, raw]) => line(name, typeof raw === 'string' ? raw : JSON.stringify(raw), { raw }));
}

export function audienceHint(audience: string, { projectId, clientId }: ClaimContext): string | null {
  if (audience === projectId) return 'this project';
  return audience === clientId ? 'this API' : null;
}

function strings(value: JsonValue | undefined): string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter((item) => typeof item === 'string');
}

function line(name: string, value: string, more: Partial<ClaimLine> = {}): ClaimLine {
  return {
    title: TITLES[name] ?? name,
    name,
    claim: name,
    value,
    hint: null,
    exact: null,
    roles: null,
    raw: null,
    mattered: false,
    ...more,
  };
}
