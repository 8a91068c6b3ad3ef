import { describe, expect, it } from 'vitest';
import { PUBLIC, SCOPED, allowed, cause, cell, refused, report, row } from '../../testing/samples';
import { answersIn, applyAnswers, applyRun, noRun, phaseOf, type Answer, type RunState } from './run';

const AT = '2026-11-23T10:00:00.000Z';
const blank = () => report([row('reader-bot', [cell(PUBLIC), cell(SCOPED)], { token: null })]);
const started = (): RunState => applyRun(noRun, { type: 'run_started', run: 3, at: AT, report: blank() });
const token = row('', []).token;
const state = { user_id: '1', user_name: 'reader-bot', finding: null, notes: [], token };

describe('a run', () => {
  it('replaces the cell that was answered and leaves the others alone', () => {
    const before = started();
    const after = applyRun(before, {
      type: 'cell_changed',
      run: 3,
      user: 0,
      endpoint: 1,
      cell: allowed(SCOPED),
    });
    expect(after.report?.users[0]?.cells[1]?.verdict).toBe('allowed');
    expect(after.report?.users[0]?.cells[0]).toBe(before.report?.users[0]?.cells[0]);
    expect(before.report?.users[0]?.cells[1]?.verdict).toBe('not_reached');
  });

  it('ignores what an older run still says', () => {
    const now = started();
    const late = { type: 'cell_changed', run: 2, user: 0, endpoint: 0, cell: allowed(PUBLIC) } as const;
    expect(applyRun(now, late)).toBe(now);
  });

  it('takes over a finished run of which only the end is told, as to a window opened again', () => {
    const told = applyRun(noRun, { type: 'run_finished', run: 9, at: AT, cancelled: false, report: blank() });
    expect(told).toMatchObject({ id: 9, running: false, finishedAt: AT });
    expect(told.report?.users).toHaveLength(1);
  });

  it('remembers the report before it, so that a cell can show what it was', () => {
    const first = applyRun(started(), {
      type: 'run_finished',
      run: 3,
      at: AT,
      cancelled: false,
      report: report([row('reader-bot', [allowed(PUBLIC), refused(SCOPED)])]),
    });
    const second = applyRun(first, { type: 'run_started', run: 4, at: AT, report: blank() });
    expect(second.before?.users[0]?.cells[1]?.verdict).toBe('refused');
    expect(answersIn(second)).toBe(0);
  });

  it('keeps the row’s cells when its token arrives', () => {
    const after = applyRun(started(), { type: 'user_changed', run: 3, user: 0, row: state });
    expect(after.report?.users[0]?.token).toEqual(token);
    expect(after.report?.users[0]?.cells).toHaveLength(2);
  });

  it('shrugs at a row that does not exist', () => {
    const now = started();
    expect(applyRun(now, { type: 'user_changed', run: 3, user: 8, row: state }).report).toBe(now.report);
  });
});

describe('answers in a row', () => {
  it('are the same as one after the other, and leave what they do not touch', () => {
    const both = report(
      ['reader-bot', 'visitor-bot'].map((label) => row(label, [cell(PUBLIC), cell(SCOPED)])),
    );
    const now = applyRun(noRun, { type: 'run_started', run: 3, at: AT, report: both });
    const answers: Answer[] = [
      { type: 'cell_changed', run: 3, user: 0, endpoint: 1, cell: refused(SCOPED) },
      { type: 'user_changed', run: 3, user: 0, row: state },
      { type: 'cell_changed', run: 3, user: 0, endpoint: 0, cell: allowed(PUBLIC) },
      { type: 'cell_changed', run: 2, user: 1, endpoint: 0, cell: allowed(PUBLIC) },
      { type: 'cell_changed', run: 3, user: 8, endpoint: 0, cell: allowed(PUBLIC) },
      { type: 'cell_changed', run: 3, user: 0, endpoint: 8, cell: allowed(PUBLIC) },
    ];
    const after = applyAnswers(now, answers);
    expect(after.report?.users[0]?.cells.map(({ verdict }) => verdict)).toEqual(['allowed', 'refused']);
    expect(after).toEqual(answers.reduce<RunState>(applyRun, now));
    expect(after.report?.users[1]).toBe(now.report?.users[1]);
    expect(after.answered[1]).toBe(now.answered[1]);
    expect(answersIn(now), 'what was shown is not changed under the hand').toBe(0);
  });
});

describe('the phase of a cell', () => {
  it('goes from waiting for the token, through calling one door after the other, to done', () => {
    let now = started();
    expect([phaseOf(now, 0, 0, true), phaseOf(now, 0, 1, false)]).toEqual(['waiting', 'waiting']);
    now = applyRun(now, { type: 'user_changed', run: 3, user: 0, row: state });
    expect([phaseOf(now, 0, 0, true), phaseOf(now, 0, 1, false)]).toEqual(['calling', 'waiting']);
    now = applyRun(now, { type: 'cell_changed', run: 3, user: 0, endpoint: 0, cell: allowed(PUBLIC) });
    expect([phaseOf(now, 0, 0, true), phaseOf(now, 0, 1, false)]).toEqual(['done', 'calling']);
  });

  it('is done for doors that a user without a token will never reach', () => {
    const now = applyRun(started(), {
      type: 'user_changed',
      run: 3,
      user: 0,
      row: { ...state, token: null, finding: cause() },
    });
    expect(phaseOf(now, 0, 1, false)).toBe('done');
    expect(phaseOf(now, 0, 0, true), 'a public door is called all the same').not.toBe('done');
  });
});
