// How the API decided, step by step, told from its own account of the request.

import type { Decision } from '$lib/contract';
import { code, count, list, type Phrase } from './phrase';

export interface Step {
  state: 'yes' | 'no' | 'skipped';
  title: Phrase;
  detail: Phrase;
  /** The step that settled it. */
  decisive: boolean;
}

type Draft = Omit<Step, 'decisive'>;

export function stepsOf(decision: Decision): Step[] {
  const drafts =
    decision.rule === 'public'
      ? [yes(['This door is open to anyone'], ['no token is asked for, and ZITADEL is not asked'])]
      : [token(decision), asked(decision), permitted(decision)];
  const no = drafts.findIndex((step) => step.state === 'no');
  const decisive = no >= 0 ? no : drafts.length - 1;
  return drafts.map((step, index) => ({ ...step, decisive: index === decisive }));
}

const yes = (title: Phrase, detail: Phrase): Draft => ({ state: 'yes', title, detail });
const no = (title: Phrase, detail: Phrase): Draft => ({ state: 'no', title, detail });
const skipped = (title: Phrase): Draft => ({ state: 'skipped', title, detail: ['did not come to that'] });

function token({ outcome, token_length: length }: Decision): Draft {
  if (outcome === 'no_token') return no(['No token came along'], ['no ', code('Authorization'), ' header']);
  if (outcome === 'malformed_token') {
    return no(
      ['What came along is not a token'],
      [code('Authorization'), ' is malformed, or was sent twice'],
    );
  }
  const detail: Phrase = [code('Authorization: Bearer')];
  return yes(
    ['A token came along'],
    length === null ? detail : [...detail, `, ${count(length, 'character')}`],
  );
}

function asked({ outcome }: Decision): Draft {
  switch (outcome) {
    case 'no_token':
    case 'malformed_token':
      return skipped(['Ask ZITADEL about the token']);
    case 'api_refused':
      return no(['ZITADEL refuses the API itself'], ['the token was never looked at']);
    case 'issuer_unavailable':
      return no(['ZITADEL could not be asked'], ['no answer is never a yes']);
    case 'inactive':
      return no(['ZITADEL calls the token inactive'], ['asked for this very request']);
    case 'allowed':
    case 'role_missing':
      return yes(['ZITADEL calls the token active'], ['asked for this very request']);
  }
}

function permitted({ outcome, rule, needed_roles: needed, roles_found: found }: Decision): Draft {
  const settled = outcome === 'allowed' || outcome === 'role_missing';
  if (rule === 'valid_token') {
    return settled
      ? yes(['That is enough here'], ['this door lets in any valid token'])
      : skipped(['Any valid token may pass']);
  }
  if (!settled) return skipped(['Look for the role ', ...list(needed, 'or')]);
  const roles: Phrase = found.length > 0 ? ['found: ', ...list(found, 'and')] : ['found: none'];
  if (outcome === 'allowed') {
    const held = needed.filter((role) => found.includes(role));
    return yes(['It holds the role ', ...list(held, 'and')], roles);
  }
  return needed.length === 1
    ? no(['The role ', code(needed[0]!), ' is not among its roles'], roles)
    : no(['None of the roles ', ...list(needed, 'or'), ' is among its own'], roles);
}
