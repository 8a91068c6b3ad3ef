import { describe, expect, it } from 'vitest';
import { matrixOf } from '$lib/state/matrix';
import { applyRun } from '$lib/state/run';
import { PUBLIC, SCOPED, allowed, cell, ended, report, row, workspace } from '../../testing/samples';
import { faceOf } from './face';

/** What a caller's second door shows while it is asked again. */
function askedAgain() {
  const odd = allowed(SCOPED, { expected: 'deny', expected_from: 'set', as_expected: false });
  const before = ended(report([row('reader-bot', [allowed(PUBLIC), odd])]));
  const blank = report([row('reader-bot', [cell(PUBLIC), cell(SCOPED)])]);
  const set = workspace({
    expectations: [{ user: 'reader-bot', endpoint: SCOPED.path, expected: 'deny' }],
  });
  const run = applyRun(before, { type: 'run_started', run: 9, at: '', report: blank });
  return matrixOf(set, run).rows[0]!.cells[1]!;
}

describe('a cell that is asked again', () => {
  it('shows what it was, a surprise among it, and says first what is seen', () => {
    const face = faceOf(askedAgain(), null, false);
    expect(face).toMatchObject({ tone: 'waiting', sign: 'none', word: 'In', status: '200' });
    expect(face.was).toMatchObject({ tone: 'odd', sign: 'odd' });
    expect(face.spoken).toMatch(/^In 200 until now\. Waiting: reader-bot at /);
  });

  it("says somebody's own API's answer where it is seen", () => {
    const own = { cell: allowed(SCOPED), differs: false };
    expect(faceOf(askedAgain(), own, true).spoken).toMatch(
      /^In 200 my API: In 200, the same until now\. Waiting: reader-bot at .*, pinned$/,
    );
  });
});
