// The few lines that settle a cell: what came of it, by which rule, what was needed, what was found.

import type { Cell, Decision, Endpoint } from '$lib/contract';
import { code, list, type Phrase } from './phrase';
import { asksForRoles, rolesNeeded } from './rule';
import { statusLine } from './status';

export interface Fact {
  title: string;
  value: Phrase;
  /** This one decided. */
  mattered: boolean;
}

export function factsOf(cell: Cell | null, door: Endpoint): Fact[] {
  if (!cell || cell.status === null) return [];
  const { decision } = cell;
  const facts: Fact[] = [
    { title: 'Answer', value: [code(statusLine(cell.status))], mattered: false },
    { title: 'Rule', value: rule(door), mattered: door.access.rule === 'public' },
  ];
  if (!decision || door.access.rule === 'public') return facts;
  return [
    ...facts,
    { title: 'Needed', value: needed(door), mattered: false },
    { title: 'Found', value: found(decision), mattered: true },
  ];
}

function rule({ access }: Endpoint): Phrase {
  switch (access.rule) {
    case 'public':
      return ['anyone may pass'];
    case 'valid_token':
      return ['any valid token may pass'];
    case 'any_role':
      return [access.roles.length === 1 ? 'a role decides' : 'one of several roles decides'];
    case 'all_roles':
      return [access.roles.length === 1 ? 'a role decides' : 'several roles decide together'];
  }
}

const needed = ({ access }: Endpoint): Phrase =>
  asksForRoles(access)
    ? list([...rolesNeeded(access)], access.rule === 'all_roles' ? 'and' : 'or')
    : ['a token that ZITADEL calls active'];

function found({ outcome, rule, roles_found: roles }: Decision): Phrase {
  switch (outcome) {
    case 'no_token':
      return ['no token'];
    case 'malformed_token':
      return ['something that is no token'];
    case 'inactive':
      return ['an inactive token'];
    case 'api_refused':
      return ['nothing: ZITADEL refuses the API'];
    case 'issuer_unavailable':
      return ['nothing: ZITADEL could not be asked'];
    case 'allowed':
    case 'role_missing':
      if (rule === 'valid_token') return ['an active token'];
      return roles.length > 0 ? list(roles, 'and') : ['no role'];
  }
}
