// Why a cell is as it is, in one sentence.

import type { Cell, Decision } from '$lib/contract';
import type { MatrixRow, ShownCell } from '$lib/state/matrix';
import { afterColon, code, list, type Phrase } from './phrase';

export function reasonOf(shown: ShownCell, row: MatrixRow): Phrase {
  const door = code(shown.door.path);
  const { cell, name } = shown;
  if (!cell || shown.phase === 'idle') return [`${name} has not been called at `, door, ' yet'];
  if (shown.phase !== 'done') return [`${name} is on its way to `, door];
  if (cell.verdict === 'not_reached') return unreached(name, door, row);
  const finding = cell.finding;
  const because =
    finding && finding.code !== 'role_missing' && finding.kind === 'cause'
      ? [afterColon(finding.title)]
      : cell.decision
        ? outcome(cell.decision)
        : null;
  if (cell.verdict === 'failed') {
    return [`${name} got no clear answer at `, door, ...(because ? [': ', ...because] : [])];
  }
  const verb = cell.verdict === 'allowed' ? 'gets into' : 'stays out of';
  return [`${name} ${verb} `, door, ...(because ? [': ', ...because] : [])];
}

function unreached(name: string, door: Phrase[number], row: MatrixRow): Phrase {
  const finding = row.report?.finding;
  if (!finding) return [`${name} did not get as far as `, door];
  return [`${name} never came to `, door, ': ', afterColon(finding.title)];
}

function outcome(decision: Decision): Phrase {
  const { needed_roles: needed, roles_found: found } = decision;
  switch (decision.outcome) {
    case 'allowed':
      if (decision.rule === 'public') return ['this door is open to anyone'];
      if (decision.rule === 'valid_token') return ['its token is good, and this door asks for no more'];
      return holds(needed.filter((role) => found.includes(role)));
    case 'no_token':
      return ['no token came along'];
    case 'malformed_token':
      return ['what came along is not a token'];
    case 'inactive':
      return ['ZITADEL calls its token inactive'];
    case 'role_missing':
      return ['it does not hold the role ', ...list(needed, 'or')];
    case 'api_refused':
      return ['ZITADEL refuses the API itself'];
    case 'issuer_unavailable':
      return ['the API could not ask ZITADEL'];
  }
}

const holds = (roles: string[]): Phrase =>
  roles.length > 0 ? ['it holds the role ', ...list(roles, 'and')] : ['the API let it pass'];

/** What there is to do about somebody who got in and should not have; `null` where that is not so. */
export function wayOutOf({ asExpected, cell }: ShownCell): Phrase | null {
  if (asExpected !== false || cell?.verdict !== 'allowed' || cell.finding || !cell.decision) return null;
  const { rule, needed_roles: needed, roles_found: found } = cell.decision;
  const held = needed.filter((role) => found.includes(role));
  const change: Phrase =
    rule === 'public'
      ? ['Let this door ask for a token']
      : rule === 'valid_token'
        ? ['Let this door ask for a role']
        : ['Take the role ', ...list(held, rule === 'all_roles' ? 'or' : 'and'), ' from it in ZITADEL'];
  return [...change, ', or expect it to get in.'];
}

/** Why there is nothing that ZITADEL told the API about this call. */
export function silenceOf(cell: Cell | null): string {
  if (!cell || cell.verdict === 'not_reached') return 'Nothing yet: the API has not been called.';
  if (!cell.decision) return 'Nothing is known: the API gave no account of this call.';
  if (cell.decision.rule === 'public') return 'It was not asked. This door is open to anyone.';
  switch (cell.decision.outcome) {
    case 'no_token':
      return 'It was not asked: no token came along that it could have been asked about.';
    case 'malformed_token':
      return 'It was not asked: what came along is not a token.';
    case 'api_refused':
      return 'Nothing about the token: it refused the API itself.';
    default:
      return 'It gave no answer that could be read.';
  }
}
