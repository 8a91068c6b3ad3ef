import { describe, expect, it } from 'vitest';
import { matrixOf, type ShownCell } from '$lib/state/matrix';
import { applyRun, noRun, type RunState } from '$lib/state/run';
import { PUBLIC, SCOPED, allowed, cell, report, row, workspace } from '../../testing/samples';
import { calmer } from './calm';

const by = { expected: 'allow', expected_from: 'rule' } as const;
const blank = report([row('reader-bot', [cell(PUBLIC, by), cell(SCOPED)])]);
const started = (run: RunState, id: number) =>
  applyRun(run, { type: 'run_started', run: id, at: '', report: blank });
const answered = (run: RunState, id: number) =>
  applyRun(run, { type: 'cell_changed', run: id, user: 0, endpoint: 0, cell: allowed(PUBLIC, by) });
const cellsIn = (run: RunState): ShownCell[] => matrixOf(workspace(), run).rows[0]!.cells;

describe('a row of a crowd', () => {
  it('does not change when it begins to be called for the first time, and then cell by cell', () => {
    const calm = calmer();
    const before = calm(cellsIn(noRun));
    const run = started(noRun, 1);
    expect(calm(cellsIn(run))).toBe(before);
    const after = calm(cellsIn(answered(run, 1)));
    expect(after[0]).toMatchObject({ phase: 'done', expected: 'allow' });
    expect(after[1]).toBe(before[1]);
  });

  it('keeps what somebody set, also before it is called', () => {
    const set = workspace({
      expectations: [{ user: 'reader-bot', endpoint: SCOPED.path, expected: 'deny' }],
    });
    const [, scoped] = calmer()(matrixOf(set, started(noRun, 1)).rows[0]!.cells);
    expect(scoped).toMatchObject({ phase: 'idle', expected: 'deny', expectedFrom: 'set' });
  });

  it('waits with its last answer when it is called again', () => {
    const last = answered(started(noRun, 1), 1);
    const [open, scoped] = calmer()(cellsIn(started(last, 2)));
    expect(open).toMatchObject({ phase: 'waiting', before: { verdict: 'allowed' } });
    expect(scoped!.phase).toBe('waiting');
  });
});
