// Doors as they are edited: everything is text until it is sent.

import type { Access, Endpoint } from '$lib/contract';
import { rolesNeeded } from '$lib/tell/rule';

export type Rule = Access['rule'];

export interface DoorDraft {
  method: string;
  path: string;
  rule: Rule;
  roles: string;
}

export const RULE_WORDS: Record<Rule, string> = {
  public: 'anyone',
  valid_token: 'any valid token',
  any_role: 'any of these roles',
  all_roles: 'all of these roles',
};

/** Whether roles are to be named with this rule. */
export const namesRoles = (rule: Rule): boolean => rule === 'any_role' || rule === 'all_roles';

export function draftOf({ method, path, access }: Endpoint): DoorDraft {
  return { method, path, rule: access.rule, roles: rolesNeeded(access).join(' ') };
}

export function rolesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

/** Why a draft cannot be a door yet, as a few words; `null` when it can. */
export function faultOf(draft: DoorDraft, all: DoorDraft[]): string | null {
  const path = draft.path.trim();
  if (!path.startsWith('/')) return 'The path begins with /';
  if (/[\s?#]/.test(path)) return 'A path holds no space, ? or #';
  if (all.filter((other) => other.path.trim() === path && other.method === draft.method).length > 1) {
    return 'This door is there twice';
  }
  return namesRoles(draft.rule) && rolesOf(draft.roles).length === 0 ? 'Name at least one role' : null;
}

export function doorOf(draft: DoorDraft): Endpoint {
  const access: Access =
    draft.rule === 'any_role' || draft.rule === 'all_roles'
      ? { rule: draft.rule, roles: rolesOf(draft.roles) }
      : { rule: draft.rule };
  return { method: draft.method, path: draft.path.trim(), access };
}
