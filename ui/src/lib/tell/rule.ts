// A door's rule in words.

import type { Endpoint } from '$lib/contract';
import { list, type Phrase } from './phrase';

export function ruleOf({ access }: Endpoint): Phrase {
  switch (access.rule) {
    case 'public':
      return ['anyone'];
    case 'valid_token':
      return ['any valid token'];
    case 'any_role':
      return [access.roles.length === 1 ? 'role ' : 'roles ', ...list(access.roles, 'or')];
  }
}
