// A door's rule in words.

import type { Access, Endpoint } from '$lib/contract';
import { list, type Phrase } from './phrase';

/** The roles that are looked for; empty where none is needed. */
export const rolesNeeded = (access: Access): readonly string[] =>
  access.rule === 'any_role' || access.rule === 'all_roles' ? access.roles : [];

/** Whether roles decide here. */
export const asksForRoles = (access: Access): boolean => rolesNeeded(access).length > 0;

/** Whether whoever holds these roles has those that are needed. */
export function admits(access: Access, held: readonly string[]): boolean {
  const needed = rolesNeeded(access);
  if (needed.length === 0) return true;
  const holds = (role: string) => held.includes(role);
  return access.rule === 'all_roles' ? needed.every(holds) : needed.some(holds);
}

export function ruleOf({ access }: Endpoint): Phrase {
  switch (access.rule) {
    case 'public':
      return ['anyone'];
    case 'valid_token':
      return ['any valid token'];
    case 'any_role':
      return [access.roles.length === 1 ? 'role ' : 'roles ', ...list(access.roles, 'or')];
    case 'all_roles':
      return [access.roles.length === 1 ? 'role ' : 'roles ', ...list(access.roles, 'and')];
  }
}
