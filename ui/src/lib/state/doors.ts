// Doors as they are edited: everything is text until it is sent. Pure.

import type { Access, Endpoint, Expectation } from '$lib/contract';
import { rolesNeeded } from '$lib/tell/rule';

export type Rule = Access['rule'];

export interface DoorDraft {
  method: string;
  path: string;
  rule: Rule;
  /** Role keys, parted by spaces or commas. */
  roles: string;
}

/** What stands at which field; nothing where all is well. */
export interface DoorFaults {
  path?: string;
  roles?: string;
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const RULE_WORDS: Record<Rule, string> = {
  public: 'anyone',
  valid_token: 'any valid token',
  any_role: 'any of these roles',
  all_roles: 'all of these roles',
};

export const newDoor = (): DoorDraft => ({ method: 'GET', path: '', rule: 'valid_token', roles: '' });

export const RULES = Object.entries(RULE_WORDS).map(([value, title]) => ({ value, title }));

/** Whether roles are to be named with this rule. */
export const namesRoles = (rule: Rule): boolean => rule === 'any_role' || rule === 'all_roles';

export function draftOf({ method, path, access }: Endpoint): DoorDraft {
  return { method, path, rule: access.rule, roles: rolesNeeded(access).join(' ') };
}

export function rolesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

/** Why a draft cannot be a door yet, field by field. `others` are the doors beside it. */
export function faultsOf(draft: DoorDraft, others: { path: string }[]): DoorFaults {
  const faults: DoorFaults = {};
  const path = draft.path.trim();
  if (!path.startsWith('/')) faults.path = 'The path begins with /';
  else if (/[\s?#*{}]/.test(path)) faults.path = 'A path holds no space and none of ? # * { }';
  else if (others.some((other) => other.path.trim() === path)) faults.path = 'This door is there already';
  if (namesRoles(draft.rule) && rolesOf(draft.roles).length === 0) faults.roles = 'Name at least one role';
  return faults;
}

export const isSound = (faults: DoorFaults): boolean => Object.keys(faults).length === 0;

export function doorOf(draft: DoorDraft): Endpoint {
  const access: Access =
    draft.rule === 'any_role' || draft.rule === 'all_roles'
      ? { rule: draft.rule, roles: rolesOf(draft.roles) }
      : { rule: draft.rule };
  return { method: draft.method, path: draft.path.trim(), access };
}

/** The doors with this one changed; one whose index is none of theirs is added at the end. */
export function withDoor(doors: Endpoint[], index: number, door: Endpoint): Endpoint[] {
  return index < doors.length ? doors.map((old, at) => (at === index ? door : old)) : [...doors, door];
}

/** The doors with this one moved by so many places. */
export function withMoved(doors: Endpoint[], index: number, by: -1 | 1): Endpoint[] {
  const door = doors[index];
  const rest = doors.filter((_, at) => at !== index);
  return door ? [...rest.slice(0, index + by), door, ...rest.slice(index + by)] : doors;
}

/** What was expected at a door that is called otherwise now: said again under its new name. */
export function carriedOver(said: Expectation[], from: string, to: string): Expectation[] {
  if (from === to) return [];
  return said.filter(({ endpoint }) => endpoint === from).map((one) => ({ ...one, endpoint: to }));
}
