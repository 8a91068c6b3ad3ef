import { describe, expect, it } from 'vitest';
import type { Decision } from '$lib/contract';
import type { ShownCell } from '$lib/state/matrix';
import { cause, SCOPED, allowed, cell, decision, refused } from '../../testing/samples';
import { lookOf } from './cell';
import { plain } from './phrase';
import { wayOutOf } from './reason';

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

describe('what there is to do about an entry that should not be', () => {
  const told = (more: Partial<ShownCell>) => {
    const phrase = wayOutOf(shown({ expected: 'deny', asExpected: false, ...more }));
    return phrase && plain(phrase);
  };
  const letIn = (more: Partial<Decision>) =>
    allowed(SCOPED, { decision: decision({ outcome: 'allowed', ...more }) });

  it.each<[Partial<Decision>, string]>([
    [
      { needed_roles: ['read', 'write'], roles_found: ['write', 'other'] },
      'Take the role write from it in ZITADEL',
    ],
    [
      { rule: 'all_roles', needed_roles: ['read', 'write'], roles_found: ['read', 'write'] },
      'Take the role read or write from it in ZITADEL',
    ],
    [{ rule: 'valid_token', needed_roles: [] }, 'Let this door ask for a role'],
    [{ rule: 'public', needed_roles: [] }, 'Let this door ask for a token'],
  ])('goes by what let it in: %j', (by, way) => {
    expect(told({ cell: letIn(by) })).toBe(`${way}, or expect it to get in.`);
  });

  it('is nothing where all is well, nobody got in, or a finding says it', () => {
    expect(told({ cell: letIn({}), asExpected: true })).toBeNull();
    expect(told({ cell: { ...refused(SCOPED), decision: decision() } })).toBeNull();
    expect(told({ cell: { ...letIn({}), finding: cause() } })).toBeNull();
  });
});
