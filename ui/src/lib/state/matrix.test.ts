import { describe, expect, it } from 'vitest';
import { NOBODY, type Cell } from '$lib/contract';
import {
  PRIVATE,
  PUBLIC,
  SCOPED,
  allowed,
  cause,
  cell,
  decision,
  ended,
  refused,
  report,
  row,
  workspace,
} from '../../testing/samples';
import { matrixMaker, matrixOf, mostTelling } from './matrix';
import { applyRun, noRun, type RunState } from './run';

const at = (label: string, door: number, ...args: Parameters<typeof matrixOf>) =>
  matrixOf(...args).rows.find((one) => one.label === label)!.cells[door]!;

describe('the matrix', () => {
  it('stands before anything was called, with nobody last', () => {
    const matrix = matrixOf(workspace(), noRun);
    expect(matrix.rows.map(({ label }) => label)).toEqual(['reader-bot', 'visitor-bot', NOBODY]);
    expect(matrix.rows.every(({ cells }) => cells.every(({ phase }) => phase === 'idle'))).toBe(true);
  });

  it('shows a user added since the roll call as not called yet, and drops one that was removed', () => {
    const run = ended(report([row('gone-bot', [allowed(PUBLIC), allowed(SCOPED)])]));
    const matrix = matrixOf(workspace(), run);
    expect(matrix.rows.some(({ label }) => label === 'gone-bot')).toBe(false);
    expect(matrix.rows[0]!.cells[0]!.phase).toBe('idle');
  });

  it('calls people by the name that ZITADEL answered', () => {
    const run = ended(report([row('reader-bot', [], { user_name: 'reader@board' })]));
    expect(matrixOf(workspace(), run).rows[0]!.name).toBe('reader@board');
  });

  it('takes an expectation set since the call over what the report says', () => {
    const run = ended(report([row('reader-bot', [cell(PUBLIC), allowed(SCOPED)])]));
    const said = workspace({
      expectations: [{ user: 'reader-bot', endpoint: SCOPED.path, expected: 'deny' }],
    });
    expect(at('reader-bot', 1, said, run)).toMatchObject({
      expected: 'deny',
      expectedFrom: 'set',
      asExpected: false,
    });
  });

  it('forgets an expectation that was taken back since the call', () => {
    const run = ended(
      report([
        row('reader-bot', [cell(PUBLIC), allowed(SCOPED, { expected: 'allow', expected_from: 'set' })]),
      ]),
    );
    expect(at('reader-bot', 1, workspace(), run)).toMatchObject({ expected: null, asExpected: null });
  });

  it('holds a failed answer for unexpected, and one that was not reached for neither', () => {
    const by = { expected: 'allow', expected_from: 'rule' } as const;
    const failed = cell(PUBLIC, { ...by, verdict: 'failed' });
    const run = ended(report([row('reader-bot', [failed, cell(SCOPED, by)])]));
    expect(at('reader-bot', 0, workspace(), run).asExpected).toBe(false);
    expect(at('reader-bot', 1, workspace(), run).asExpected).toBeNull();
  });

  it('tells roles from what the API was told, and none from an inactive token', () => {
    const told = allowed(SCOPED, {
      decision: decision({ outcome: 'allowed', roles_found: ['read:messages'] }),
    });
    const dead = refused(SCOPED, { decision: decision({ outcome: 'inactive' }) });
    const run = ended(
      report([row('reader-bot', [cell(PUBLIC), told]), row('visitor-bot', [cell(PUBLIC), dead])]),
    );
    const [reader, visitor] = matrixOf(workspace(), run).rows;
    expect(reader!.roles).toEqual(['read:messages']);
    expect(visitor!.roles).toBeNull();
  });

  it('keeps the roles told before while somebody is asked again, and no longer', () => {
    const told = (roles_found: string[]) =>
      allowed(PRIVATE, { decision: decision({ outcome: 'allowed', roles_found }) });
    const dead = refused(PRIVATE, { decision: decision({ outcome: 'inactive' }) });
    const set = workspace({ endpoints: [PUBLIC, PRIVATE, SCOPED] });
    const roles = (run: RunState) => matrixOf(set, run).rows[0]!.roles;
    const asked = [cell(PUBLIC), cell(PRIVATE), cell(SCOPED)];
    const blank = report([row('reader-bot', asked)]);
    const before = ended(report([row('reader-bot', [allowed(PUBLIC), told(['read:messages'])])]));
    const started = applyRun(before, { type: 'run_started', run: 9, at: '', report: blank });
    expect(roles(started)).toEqual(['read:messages']);
    const answered = (run: RunState, endpoint: number, cell: Cell) =>
      applyRun(run, { type: 'cell_changed', run: 9, user: 0, endpoint, cell });
    const open = answered(started, 0, allowed(PUBLIC));
    expect(roles(open), 'a door that asks for none').toEqual(['read:messages']);
    expect(roles(answered(open, 1, told(['write:messages'])))).toEqual(['write:messages']);
    expect(roles(answered(open, 1, dead)), 'a token that is no longer active').toBeNull();
    const tokenless = { ...blank.users[0]!, finding: cause(), token: null };
    const turned = applyRun(started, { type: 'user_changed', run: 9, user: 0, row: tokenless });
    expect(roles(turned), 'a token that did not come').toBeNull();
  });
});

describe('the most telling cell', () => {
  const by = { expected: 'deny', expected_from: 'rule' } as const;
  it('is a surprise before a refusal before an entry', () => {
    const calm = row('reader-bot', [allowed(PUBLIC), refused(SCOPED, by)]);
    const odd = row('visitor-bot', [allowed(PUBLIC, by), refused(SCOPED, by)]);
    const matrix = (rows: Parameters<typeof report>[0]) => matrixOf(workspace(), ended(report(rows)));
    expect(mostTelling(matrix([calm, odd]))).toMatchObject({ label: 'visitor-bot', door: PUBLIC });
    expect(mostTelling(matrix([calm]))).toMatchObject({ label: 'reader-bot', door: SCOPED });
    expect(mostTelling(matrix([]))).toBeNull();
  });
});

describe('one matrix after the other', () => {
  it('moves one cell for one answer, and leaves all other rows and cells the same objects', () => {
    const set = workspace();
    const all = ['reader-bot', 'visitor-bot', NOBODY];
    const blank = report(all.map((label) => row(label, [cell(PUBLIC), cell(SCOPED)])));
    let run = applyRun(noRun, { type: 'run_started', run: 1, at: '', report: blank });
    const next = matrixMaker();
    const before = next(set, run);
    run = applyRun(run, { type: 'cell_changed', run: 1, user: 0, endpoint: 0, cell: allowed(PUBLIC) });
    const after = next(set, run);
    expect(after.rows[0], 'its own row').not.toBe(before.rows[0]);
    expect(after.rows[0]!.cells[0]!.phase).toBe('done');
    expect(after.rows[1]).toBe(before.rows[1]);
    expect(after.rows[2]).toBe(before.rows[2]);
    run = applyRun(run, { type: 'cell_changed', run: 1, user: 0, endpoint: 1, cell: allowed(SCOPED) });
    expect(next(set, run).rows[0]!.cells[0], "the row's other cells").toBe(after.rows[0]!.cells[0]);
  });

  it('is the same as one made from nothing, whatever came before it', () => {
    const run = ended(report([row('reader-bot', [allowed(PUBLIC), refused(SCOPED)])]));
    const next = matrixMaker();
    next(workspace(), noRun);
    const said = workspace({
      expectations: [{ user: 'reader-bot', endpoint: SCOPED.path, expected: 'deny' }],
    });
    next(workspace(), run);
    expect(next(said, run)).toEqual(matrixOf(said, run));
    expect(next(said, run, ['reader-bot'])).toEqual(matrixOf(said, run, ['reader-bot']));
  });
});
