import { describe, expect, it } from 'vitest';
import type { ShownCell } from '$lib/state/matrix';
import { SCOPED, allowed, cell, refused } from '../../testing/samples';
import { lookOf } from './cell';

const shown = (more: Partial<ShownCell>): ShownCell => ({
  label: 'reader-bot',
  name: 'reader-bot',
  door: SCOPED,
  phase: 'done',
  cell: null,
  before: null,
  expected: null,
  expectedFrom: null,
  asExpected: null,
  ...more,
});

describe('a cell', () => {
  const cases: [string, Partial<ShownCell>, string, string, string][] = [
    ['an expected entry', { cell: allowed(SCOPED), expected: 'allow', asExpected: true }, 'in', 'in', 'In'],
    [
      'an expected refusal is calm',
      { cell: refused(SCOPED), expected: 'deny', asExpected: true },
      'out',
      'out',
      'Out',
    ],
    [
      'an entry that should not be',
      { cell: allowed(SCOPED), expected: 'deny', asExpected: false },
      'odd',
      'odd',
      'In',
    ],
    ['a refusal that nobody judged', { cell: refused(SCOPED) }, 'open', 'out', 'Out'],
    ['a failure', { cell: cell(SCOPED, { verdict: 'failed', status: 503 }) }, 'odd', 'fault', 'Failed'],
    ['one that was not reached', { cell: cell(SCOPED) }, 'unreached', 'unreached', 'Not reached'],
    ['one under way', { cell: cell(SCOPED), phase: 'calling' }, 'calling', 'busy', 'Calling'],
    ['one not called yet', { phase: 'idle' }, 'idle', 'none', 'Not called yet'],
  ];

  it.each(cases)('%s', (_, more, tone, sign, word) => {
    expect(lookOf(shown(more))).toMatchObject({ tone, sign, word });
  });

  it('says in words what others see in colours', () => {
    const odd = lookOf(shown({ cell: allowed(SCOPED), expected: 'deny', asExpected: false }));
    expect(odd.spoken).toBe('In 200 should be out: reader-bot at /api/private-scoped');
    const calm = lookOf(shown({ cell: refused(SCOPED), expected: 'deny', asExpected: true }));
    expect(calm.spoken).toBe('Out 403, as expected: reader-bot at /api/private-scoped');
    const open = lookOf(shown({ cell: refused(SCOPED) }));
    expect(open.spoken).toContain('no expectation set');
  });
});
