import { describe, expect, it } from 'vitest';
import type { Flip } from '$lib/contract';
import { matrixOf } from '$lib/state/matrix';
import { noRun } from '$lib/state/run';
import { allowed, decision, PRIVATE, refused, SCOPED, workspace } from '../../testing/samples';
import { changeWords } from './action';
import { originOf } from './evidence';
import { factsOf } from './facts';
import { flipWords, lateness, left, rolesChanged } from './flip';
import { plain } from './phrase';

describe('a change of ZITADEL in words', () => {
  const managed = { user_name: 'ada', organization: 'Acme', state: 'ok', finding: null } as const;
  const own = workspace({ management: managed, project_id: '123' });
  const words = (...[action]: [Parameters<typeof changeWords>[0]]) =>
    plain(changeWords(action, own, matrixOf(own, noRun)));

  it('says whom, what and where, before it is sent', () => {
    expect(words({ do: 'give_role', user_id: 'id-of-reader-bot', role: 'read:messages' })).toBe(
      'Give reader-bot the role read:messages on project 123, in the organization Acme',
    );
    expect(words({ do: 'switch_on_api', project_id: '123', app_id: '77' })).toBe(
      'Reactivate the API application 77 in project 123, in the organization Acme',
    );
  });
});

describe('a flip in words', () => {
  const flip: Flip = {
    user: 0,
    endpoint: 0,
    at: '2026-11-23T10:02:31.000Z',
    from: 'refused',
    to: 'allowed',
    status: 200,
    roles_before: [],
    roles_after: ['read:messages'],
    shown_after_ms: 620,
    roles_in_token: null,
  };

  it('says who now gets in where, why, and how late it showed', () => {
    const named = { ...flip, id: 1, label: 'reader-bot', name: 'reader-bot', path: SCOPED.path };
    expect(plain(flipWords(named))).toBe('reader-bot now gets into /api/private-scoped');
    expect(plain(rolesChanged(flip))).toBe('read:messages was given');
    expect(lateness(flip)).toBe('0.6 s after the change');
    expect(lateness({ ...flip, shown_after_ms: null }), 'changed elsewhere').toBeNull();
  });

  it('counts down to the moment it stops, and no further', () => {
    const now = Date.parse(flip.at);
    expect(left('2026-11-23T10:12:12.000Z', now)).toBe('9:41');
    expect(left('2026-11-23T10:00:00.000Z', now)).toBe('0:00');
  });
});

describe('the facts that settle a cell', () => {
  const facts = (...args: Parameters<typeof factsOf>) =>
    factsOf(...args).map(({ title, value }) => `${title}: ${plain(value)}`);

  it('are answer, rule, needed and found', () => {
    expect(facts(refused(SCOPED, { decision: decision() }), SCOPED)).toEqual([
      'Answer: 403 Forbidden',
      'Rule: a role decides',
      'Needed: read:messages',
      'Found: no role',
    ]);
    const told = decision({ rule: 'valid_token', outcome: 'allowed', needed_roles: [] });
    expect(facts(allowed(PRIVATE, { decision: told }), PRIVATE).at(-1)).toBe('Found: an active token');
    expect(facts(null, SCOPED)).toEqual([]);
  });
});

it('proof is told by where it was seen', () => {
  expect(originOf({ kind: 'probe', id: 3 })).toEqual({ word: 'Probe', detail: null, exchange: 3 });
  expect(originOf({ kind: 'token', claim: 'aud' })).toMatchObject({ word: 'Token', detail: 'aud' });
  expect(originOf({ kind: 'setting', field: 'project_id' }).detail).toBe('project id');
  expect(originOf({ kind: 'file', path: '/k/api.json', field: 'type' }).detail).toBe('api.json › type');
});
