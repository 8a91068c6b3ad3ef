// One claim, read for people: times from now, audiences by what they mean here, roles as a table.

import type { JsonValue } from '$lib/contract';
import { audienceHint, heldRoles, projectOf, type ClaimContext } from './claims';
import { explain, explainScope } from './glossary';
import { exact, fromNow, span } from './time';

/** Who holds what where. */
export interface Grant {
  role: string;
  organisation: { id: string; domain: string } | null;
  project: { id: string | null; hint: string | null };
}

export type ReadValue =
  | { as: 'text'; text: string; exact: string | null }
  | { as: 'items'; items: { text: string; hint: string | null }[] }
  | { as: 'roles'; grants: Grant[] }
  | { as: 'json'; value: JsonValue };

export interface ReadClaim {
  name: string;
  /** The name as people say it, where the claim's own is long. */
  short: string;
  raw: JsonValue;
  value: ReadValue;
  explanation: string | null;
}

const TIMES = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at']);

export function readClaim(name: string, raw: JsonValue, context: ClaimContext): ReadClaim {
  return {
    name,
    short: shortName(name),
    raw,
    value: valueOf(name, raw, context),
    explanation: explain(name),
  };
}

function valueOf(name: string, raw: JsonValue, context: ClaimContext): ReadValue {
  if (TIMES.has(name) && typeof raw === 'number' && Math.abs(raw) < 8.64e12) {
    return { as: 'text', text: fromNow(raw, context.now), exact: `${exact(raw)} (${raw})` };
  }
  if (name === 'expires_in' && typeof raw === 'number') {
    return { as: 'text', text: span(raw), exact: `${raw} seconds` };
  }
  if (name === 'aud') {
    const items = (Array.isArray(raw) ? raw : [raw]).map((item) => String(item));
    return { as: 'items', items: items.map((text) => ({ text, hint: audienceHint(text, context) })) };
  }
  if (name === 'scope' && typeof raw === 'string') {
    const items = raw.split(' ').filter(Boolean);
    return { as: 'items', items: items.map((text) => ({ text, hint: explainScope(text) })) };
  }
  const grants = grantsOf(name, raw, context);
  if (grants) return { as: 'roles', grants };
  if (raw === null || typeof raw !== 'object') return { as: 'text', text: String(raw), exact: null };
  return { as: 'json', value: raw };
}

/** The grants in a role claim; `null` for every other claim. */
export function grantsOf(name: string, raw: JsonValue, context: ClaimContext): Grant[] | null {
  const project = projectOf(name);
  if (project === undefined) return null;
  const id = project ?? (name.includes(':projects:') ? null : context.projectId);
  const at = { id, hint: id !== null && id === context.projectId ? 'this project' : null };
  return heldRoles(raw).flatMap(({ role, organisations }): Grant[] =>
    organisations.length > 0
      ? organisations.map((organisation) => ({ role, organisation, project: at }))
      : [{ role, organisation: null, project: at }],
  );
}

/** ZITADEL's long names without what all of them begin with. */
function shortName(name: string): string {
  const project = projectOf(name);
  if (project !== undefined) {
    if (project !== null) return 'roles, this project by its id';
    return name.includes(':projects:') ? 'roles, all projects' : 'roles, the asking project';
  }
  return name.replace(/^urn:zitadel:iam:/, '');
}

/** The claims of an object in the order in which a person asks: who, for whom, until when, what. */
export function readClaims(claims: { [key in string]: JsonValue }, context: ClaimContext): ReadClaim[] {
  return Object.entries(claims)
    .map(([name, raw]) => readClaim(name, raw, context))
    .sort((a, b) => rank(a.name) - rank(b.name));
}

const ORDER = ['active', 'iss', 'sub', 'username', 'client_id', 'aud', 'exp', 'iat', 'nbf', 'scope'];

function rank(name: string): number {
  const at = ORDER.indexOf(name);
  if (at >= 0) return at;
  return projectOf(name) !== undefined ? ORDER.length : ORDER.length + 1;
}
