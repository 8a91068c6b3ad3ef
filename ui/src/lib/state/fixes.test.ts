import { describe, expect, it } from 'vitest';
import type { Endpoint, Finding } from '$lib/contract';
import { allowed, decision, ended, refused, report, row, SCOPED, workspace } from '../../testing/samples';
import { asksFirst, Fixes, mayManage, rowAfter, unwantedBy, type FindingPlace } from './fixes.svelte';
import { matrixOf } from './matrix';
import { noRun } from './run';

const finding: Finding = {
  code: 'role_missing',
  kind: 'cause',
  title: '',
  explanation: '',
  evidence: [],
  fix: { text: '', url: null },
};
const at: FindingPlace = { code: 'role_missing', label: 'visitor-bot', path: SCOPED.path };
const board = (found: Finding | null) => report([row('visitor-bot', [refused(SCOPED, { finding: found })])]);
const give = { do: 'give_role', user_id: 'id-of-visitor-bot', role: 'read:messages' } as const;
const managed = { user_name: 'ada', organization: 'Acme', state: 'ok', finding: null } as const;

describe('a fix', () => {
  it('has helped once its finding no longer stands in its place', () => {
    const fixes = new Fixes();
    fixes.began(at);
    expect(fixes.settle(workspace(), board(finding))).toBe(false);
    expect(fixes.isDone('visitor-bot', SCOPED.path)).toBe(false);
    fixes.began(at);
    expect(fixes.settle(workspace(), board(null))).toBe(true);
    expect(fixes.isDone('visitor-bot', SCOPED.path)).toBe(true);
    expect(fixes.isDone('visitor-bot', '/elsewhere')).toBe(false);
    expect(fixes.settle(workspace(), board(null)), 'nothing waits any more').toBeNull();
  });

  it('is watched for in Setup as well', () => {
    const place: FindingPlace = { code: 'role_missing', label: null, path: null };
    const wrong = workspace({ issuer: { ...workspace().issuer, finding } });
    const fixes = new Fixes();
    fixes.began(place);
    expect(fixes.settle(wrong, null)).toBe(false);
    fixes.began(place);
    expect(fixes.settle(workspace(), null)).toBe(true);
  });

  it('of what an administrator rules over needs the sandbox or a good token, and is asked about there', () => {
    expect(mayManage(workspace())).toBe(false);
    expect(mayManage(workspace({ management: managed }))).toBe(true);
    expect(mayManage(workspace({ management: { ...managed, state: 'wrong' } }))).toBe(false);
    expect(asksFirst(give, workspace({ management: managed }))).toBe(true);
    expect(asksFirst({ do: 'default_scopes' }, workspace({ management: managed }))).toBe(false);
  });

  it('names the doors that it opens to somebody who is expected to stay out', () => {
    const both = { rule: 'all_roles', roles: ['read:messages', 'write:messages'] } as const;
    const doors = [SCOPED, { ...SCOPED, path: '/api/both', access: both }, { ...SCOPED, path: '/api/open' }];
    const expected = ['/api/private-scoped', '/api/both'].map((endpoint) => {
      return { user: 'visitor-bot', endpoint, expected: 'deny' as const };
    });
    const matrix = matrixOf(workspace({ endpoints: doors as Endpoint[], expectations: expected }), noRun);
    const paths = (...[action, place]: [Parameters<typeof unwantedBy>[0], FindingPlace]) =>
      unwantedBy(action, place, matrix).map(({ door }) => door.path);
    expect(paths(give, { ...at, path: '/api/open' }), 'one of two roles opens nothing').toEqual([
      SCOPED.path,
    ]);
    expect(paths({ do: 'switch_on_authorization', user_id: '1', authorization_id: '2' }, at)).toEqual([
      SCOPED.path,
    ]);
    expect(paths({ do: 'switch_on_user', user_id: '1' }, at)).toEqual([]);
    expect(paths(give, { ...at, label: 'reader-bot' })).toEqual([]);
    const holds = decision({ outcome: 'allowed', roles_found: ['read:messages'] });
    const open = ended(report([row('visitor-bot', [allowed(SCOPED, { decision: holds })])]));
    const setup = workspace({ endpoints: [SCOPED], expectations: expected.slice(0, 1) });
    const more = { ...give, role: 'write:messages' };
    expect(unwantedBy(more, at, matrixOf(setup, open)), 'it is open already').toEqual([]);
  });

  it('calls the row that it is about, or all', () => {
    const matrix = matrixOf(workspace(), noRun);
    const place: FindingPlace = { ...at, label: 'reader-bot' };
    expect(rowAfter(give, place, matrix)).toBe('visitor-bot');
    expect(rowAfter({ do: 'ask_anew', user: 'reader-bot' }, place, matrix)).toBe('reader-bot');
    expect(rowAfter({ do: 'call_again' }, place, matrix)).toBe('reader-bot');
    expect(rowAfter({ do: 'default_scopes' }, place, matrix)).toBeNull();
  });
});
