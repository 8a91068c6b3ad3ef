// A played API of somebody's own, with the mistakes that are often made.

import type { Cell, Finding, Report, TargetProbe, TargetReport } from '$lib/contract';
import { finding } from './world';

const answer = (cell: Cell, status: number): Cell => ({
  ...cell,
  status,
  verdict: status === 200 ? 'allowed' : status >= 500 ? 'failed' : 'refused',
  decision: null,
  finding: null,
  response: {
    headers: [{ name: 'content-type', value: 'application/json' }],
    body: JSON.stringify(status === 200 ? { message: 'Hello' } : { detail: 'Not allowed' }),
  },
});

/** Looks for the role in `scope`, answers 500 for inactive tokens, forgets `WWW-Authenticate`. */
export function targetOf(report: Report, url: string): TargetReport {
  const users = report.users.map((row) => ({
    ...row,
    notes: [],
    cells: row.cells.map((cell) => {
      if (cell.status === null) return cell;
      if (cell.path.includes('scoped') && row.token) return answer(cell, 403);
      return answer(cell, cell.status);
    }),
  }));
  return { url, findings: FINDINGS, users, probes: PROBES, left_out: [] };
}

const at = (text: string): Finding['evidence'][number] => ({ source: { kind: 'exchange', id: 12 }, text });

const FINDINGS: Finding[] = [
  finding(
    'role_as_scope',
    'Your API looks for the role in the scopes, where ZITADEL never puts it',
    'It refuses reader-bot, who holds read:messages. ZITADEL drops scopes that it does not know, so a role never shows up there: it stands in the role claim of the introspection answer.',
    {
      evidence: [
        at('reader-bot holds read:messages, and got 403 at /api/private-scoped. The reference answered 200.'),
        { source: { kind: 'probe', id: 14 }, text: 'A good token with the role was refused as well.' },
      ],
      fix: {
        text: 'Read the claim urn:zitadel:iam:org:project:{id}:roles instead of scope.',
        url: null,
      },
    },
  ),
  finding(
    'error_for_refusal',
    'Your API breaks where it should refuse',
    'A token that is not active is no accident: the answer is 401 with error="invalid_token". Your API answers 500.',
    { evidence: [at('Letters that are no token were answered with 500 at /api/private.')] },
  ),
  finding(
    'challenge_missing',
    'Your API refuses without saying what it wants',
    'A 401 must carry WWW-Authenticate: Bearer (RFC 6750, section 3), so that a client knows to get a token.',
    { evidence: [at('No WWW-Authenticate in the 401 for nobody at /api/private.')] },
  ),
];

const probe = (
  token: TargetProbe['token'],
  path: string,
  status: number,
  right: number,
  faults: TargetProbe['faults'] = [],
): TargetProbe => ({
  token,
  user: token === 'none' || token === 'garbage' ? null : 'reader-bot',
  method: 'GET',
  path,
  status,
  right_status: right,
  faults,
  exchange: 3,
  duration_ms: 12,
});

const [P, S] = ['/api/private', '/api/private-scoped'];
const PROBES: TargetProbe[] = [
  probe('none', P, 401, 401, ['challenge_missing']),
  probe('none', S, 401, 401, ['challenge_missing']),
  probe('garbage', P, 500, 401, ['error_for_refusal']),
  probe('garbage', S, 500, 401, ['error_for_refusal']),
  probe('cut', P, 500, 401, ['error_for_refusal']),
  probe('id_token', P, 401, 401),
  probe('other_audience', P, 401, 401),
  probe('no_role', S, 403, 403),
  probe('right_role', S, 403, 200, ['refuses_despite_role']),
  probe('switched_off', P, 401, 401),
];
