import { describe, expect, it } from 'vitest';
import type { Action, Finding, FindingCode, KeyView, WorkspaceView } from '$lib/contract';
import {
  allowed,
  cell,
  decision,
  ended,
  PRIVATE,
  refused,
  report,
  row,
  SCOPED,
  workspace,
} from '../../testing/samples';
import { noRun, type RunState } from './run';
import { askedOf, walkOf, type StepId } from './walk';

const cause = (code: FindingCode, action?: Action): Finding => ({
  code,
  kind: 'cause',
  title: code,
  explanation: '',
  evidence: [],
  fix: { text: '', url: null, action },
});
const asked = { decision: decision({ outcome: 'allowed', roles_found: ['read:messages'] }) };
const without = { decision: decision() };
const own = (more: Partial<WorkspaceView> = {}) => workspace({ endpoints: [PRIVATE, SCOPED], ...more });
const reader = own().users[0]!;
const found = (key: KeyView, finding: Finding): KeyView => ({ ...key, state: 'wrong', finding });
const got = (more = asked) => [allowed(PRIVATE, more), allowed(SCOPED, more)];
const green = report([row('reader-bot', got())]);

const states = (space: WorkspaceView, run: RunState, more = {}) =>
  Object.fromEntries(walkOf(space, run, more).steps.map(({ id, state }) => [id, state]));
const wrongOnes = (space: WorkspaceView, run: RunState) =>
  walkOf(space, run)
    .steps.filter(({ state }) => state === 'wrong')
    .map(({ id, finding }) => [id, finding?.code]);

describe('the walk', () => {
  const nothing = own({
    issuer: { ...own().issuer, typed: '', state: 'empty' },
    api_key: null,
    users: [],
    project_id: null,
  });

  it('begins with the issuer, and nothing is green', () => {
    const walk = walkOf(nothing, noRun);
    expect(walk.done).toBe(0);
    expect(walk.head).toMatchObject({ id: 'issuer', state: 'next' });
    expect(walk.steps.slice(1).every(({ state }) => state === 'waiting')).toBe(true);
  });

  it('is all green as soon as it is proven, whatever the order it was brought in', () => {
    const walk = walkOf(own(), ended(green));
    expect(walk.steps.map(({ id, state }) => [id, state]).filter(([, state]) => state !== 'done')).toEqual(
      [],
    );
    expect([walk.done, walk.head]).toEqual([8, null]);
  });

  it('takes nothing for proven because it was brought', () => {
    expect(states(own({ project_id: null }), noRun)).toMatchObject({
      issuer: 'done',
      application: 'waiting',
      'api-key': 'waiting',
      project: 'next',
      account: 'waiting',
      'account-key': 'waiting',
      role: 'waiting',
    });
  });

  it('believes what somebody says, and goes on to what comes next', () => {
    const space = own({ api_key: null, users: [] });
    expect(walkOf(space, noRun).head?.id).toBe('application');
    expect(states(space, noRun, { said: ['application'] })).toMatchObject({
      application: 'waiting',
      'api-key': 'next',
    });
  });

  it('has one card next, and none beyond one that is wrong', () => {
    const space = own({
      issuer: { ...own().issuer, state: 'wrong', finding: cause('unreachable') },
      users: [],
    });
    expect(walkOf(space, noRun).head).toMatchObject({ id: 'issuer', state: 'wrong' });
    expect(Object.values(states(space, noRun))).not.toContain('next');
  });

  it('is looking while the first roll is called, and stays as it was while a later one is', () => {
    const first: RunState = { ...ended(green), running: true };
    expect(states(own(), first)).toMatchObject({ application: 'checking', role: 'checking' });
    const later: RunState = {
      ...ended(report([row('reader-bot', [cell(PRIVATE)])])),
      running: true,
      before: green,
    };
    expect(walkOf(own(), later).done).toBe(8);
  });

  it('lets the last whole report speak after one that was stopped', () => {
    const stopped: RunState = { ...ended(report([row('reader-bot', [])])), cancelled: true, before: green };
    expect(walkOf(own(), stopped).done).toBe(8);
  });
});

describe('a proof', () => {
  it('counts for the keys it was made with alone', () => {
    const asked = askedOf(own());
    expect(walkOf(own(), ended(green), { asked }).done).toBe(8);
    const otherUser = [{ ...reader, key: { ...reader.key, facts: { ...reader.key.facts!, key_id: '2' } } }];
    expect(states(own({ users: otherUser }), ended(green), { asked })).toMatchObject({
      'account-key': 'waiting',
      role: 'next',
      assignment: 'waiting',
    });
    const otherApi = { ...own().api_key!, facts: { ...reader.key.facts!, key_id: '9' } };
    expect(states(own({ api_key: otherApi }), ended(green), { asked })).toMatchObject({
      'api-key': 'waiting',
    });
  });

  it('of the API is what is said of it, or else that it was told of a token', () => {
    const silent = report([
      row('reader-bot', [refused(SCOPED, { decision: decision({ introspection: null }) })]),
    ]);
    expect(states(own(), ended(silent))['api-key']).toBe('waiting');
    const said = { ...silent, api: { ...silent.api, accepted: true } };
    expect(states(own(), ended(said))['api-key']).toBe('done');
    const not = { ...green, api: { ...green.api, accepted: false } };
    expect(states(own(), ended(not))['api-key']).toBe('waiting');
  });

  it('of the role and of its assignment may be anybody', () => {
    const visitor = row('reader-bot', [refused(SCOPED, { ...without, finding: cause('role_missing') })]);
    const other = row('visitor-bot', got());
    expect(states(own(), ended(report([visitor, other])))).toMatchObject({
      role: 'done',
      assignment: 'done',
    });
    expect(states(own(), ended(report([visitor])))).toMatchObject({ role: 'next', assignment: 'wrong' });
  });

  it('of the assignment is void where the door asks for another role by now', () => {
    const door = { ...SCOPED, access: { rule: 'any_role' as const, roles: ['admin'] } };
    expect(states(own({ endpoints: [door] }), ended(green))).toMatchObject({
      role: 'next',
      assignment: 'waiting',
    });
  });

  it('says what was brought', () => {
    const brought = walkOf(own(), ended(green)).steps.map((step) => step.brought);
    expect(brought).toEqual([
      'http://localhost:8080',
      null,
      'api.json',
      '400',
      'reader-bot',
      'reader-bot.json and 1 more',
      'read:messages',
      'reader-bot',
    ]);
  });
});

describe('a finding belongs to a card', () => {
  const onIssuer = (finding: Finding) => own({ issuer: { ...own().issuer, state: 'wrong', finding } });
  const onApiKey = (finding: Finding) => own({ api_key: found(own().api_key!, finding) });
  const onUser = (finding: Finding) => own({ users: [{ ...reader, key: found(reader.key, finding) }] });
  const onApi = (finding: Finding): RunState => ended({ ...green, api: { ...green.api, finding } });
  const onEverything = (finding: Finding): RunState => ended(report([], { finding }));
  const onRow = (finding: Finding): RunState =>
    ended(report([row('reader-bot', [], { finding, token: null })]));
  const onCell = (finding: Finding): RunState =>
    ended(report([row('reader-bot', [refused(SCOPED, { ...without, finding })])]));
  const off = { do: 'switch_on_api', project_id: '400', app_id: '7' } as const;
  const closed = { do: 'switch_on_project', project_id: '400' } as const;

  const inFiles: [WorkspaceView, StepId, FindingCode][] = [
    ...(
      [
        'issuer_mismatch',
        'unreachable',
        'tls_untrusted',
        'not_zitadel',
        'instance_not_found',
        'insecure_issuer',
        'server_trouble',
      ] as const
    ).map((code): [WorkspaceView, StepId, FindingCode] => [onIssuer(cause(code)), 'issuer', code]),
    [onApiKey(cause('key_other_app')), 'application', 'key_other_app'],
    [onApiKey(cause('key_wrong_kind')), 'api-key', 'key_wrong_kind'],
    [onApiKey(cause('key_unreadable')), 'api-key', 'key_unreadable'],
    [onUser(cause('key_wrong_kind')), 'account-key', 'key_wrong_kind'],
    [onUser(cause('key_expired')), 'account-key', 'key_expired'],
  ];
  it.each(inFiles)('in the set-up: %#', (space, step, code) => {
    expect(wrongOnes(space, noRun)).toEqual([[step, code]]);
  });

  const inRun: [RunState, StepId, FindingCode][] = [
    [onEverything(cause('issuer_mismatch')), 'issuer', 'issuer_mismatch'],
    [onApi(cause('api_not_authenticated', off)), 'application', 'api_not_authenticated'],
    [onApi(cause('api_not_authenticated')), 'api-key', 'api_not_authenticated'],
    [onApi(cause('api_not_authenticated', closed)), 'project', 'api_not_authenticated'],
    [onApi(cause('clock_ahead')), 'api-key', 'clock_ahead'],
    [onRow(cause('clock_behind')), 'account-key', 'clock_behind'],
    [onRow(cause('key_unknown')), 'account-key', 'key_unknown'],
    [onRow(cause('user_inactive')), 'account', 'user_inactive'],
    [onCell(cause('user_inactive')), 'account', 'user_inactive'],
    [onCell(cause('audience_missing')), 'project', 'audience_missing'],
    [onCell(cause('audience_other_project')), 'project', 'audience_other_project'],
    [onCell(cause('role_undefined')), 'role', 'role_undefined'],
    [onCell(cause('role_missing')), 'assignment', 'role_missing'],
    [onCell(cause('not_caught_up')), 'assignment', 'not_caught_up'],
    [onCell(cause('minimal_introspection')), 'assignment', 'minimal_introspection'],
  ];
  it.each(inRun)('in a roll call: %#', (run, step, code) => {
    expect(wrongOnes(own(), run)).toEqual([[step, code]]);
  });

  it('with the place that it is about, so that its fix is settled there', () => {
    const [step] = walkOf(own(), onCell(cause('role_missing'))).steps.filter(
      ({ state }) => state === 'wrong',
    );
    expect(step).toMatchObject({ label: 'reader-bot', path: SCOPED.path });
  });

  it('unless it only teaches, or is another account’s own', () => {
    const note = { ...cause('key_moved'), kind: 'note' as const };
    expect(wrongOnes(own({ api_key: { ...own().api_key!, notes: [note] } }), noRun)).toEqual([]);
    const visitor = row('visitor-bot', [refused(SCOPED, { finding: cause('user_inactive') })]);
    expect(wrongOnes(own(), ended(report([row('reader-bot', got()), visitor])))).toEqual([]);
  });
});
