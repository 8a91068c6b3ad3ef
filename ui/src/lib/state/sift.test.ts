import { describe, expect, it } from 'vitest';
import { NOBODY } from '$lib/contract';
import {
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
import { matrixOf } from './matrix';
import { countDiffering, sifted } from './sift';

const odd = { expected: 'deny', expected_from: 'rule' } as const;
const reads = decision({ outcome: 'allowed', roles_found: ['read:messages'] });
const run = ended(
  report([
    row('reader-bot', [allowed(PUBLIC), allowed(SCOPED, { decision: reads })], {
      user_id: '4008',
      user_name: 'Reader',
    }),
    row('visitor-bot', [allowed(PUBLIC, odd), refused(SCOPED)]),
    row(NOBODY, [allowed(PUBLIC), refused(SCOPED)]),
  ]),
);
const matrix = matrixOf(workspace(), run);
const sift = (query: string, onlyDiffering = false) => {
  const { rows, doors } = sifted(matrix, { query, onlyDiffering }, run.report);
  return [rows.map(({ label }) => label), doors.map(({ path }) => path)];
};
const ALL = ['reader-bot', 'visitor-bot', NOBODY];
const BOTH = [PUBLIC.path, SCOPED.path];

describe('the matrix, searched', () => {
  it.each([
    ['', ALL, BOTH],
    ['bot', ['reader-bot', 'visitor-bot'], BOTH],
    ['READER', ['reader-bot'], BOTH],
    ['4008', ['reader-bot'], BOTH],
    ['read:m', ['reader-bot'], BOTH],
    ['scoped', ALL, [SCOPED.path]],
    ['/api/pub', ALL, [PUBLIC.path]],
    ['visitor scoped', ['visitor-bot'], [SCOPED.path]],
    ['nothing-of-this', [], BOTH],
  ])('%o shows callers %o at doors %o', (query, rows, doors) => {
    expect(sift(query)).toEqual([rows, doors]);
  });

  it('shows only the cells of the doors that are left', () => {
    const { rows } = sifted(matrix, { query: 'scoped', onlyDiffering: false }, run.report);
    expect(rows.every(({ cells }) => cells.length === 1 && cells[0]!.door === SCOPED)).toBe(true);
  });

  it('leaves rows the same objects where no door is left out', () => {
    expect(sifted(matrix, { query: 'reader', onlyDiffering: false }, null).rows[0]).toBe(matrix.rows[0]);
  });
});

describe('what differs', () => {
  it('is a row with a surprise', () => {
    expect(sift('', true)[0]).toEqual(['visitor-bot']);
    expect(countDiffering(matrix, run.report)).toBe(1);
  });

  it('is a row whose token did not come, and one that is answered otherwise by an API of their own', () => {
    const calm = [cell(PUBLIC), allowed(SCOPED)];
    const users = [
      row('reader-bot', calm),
      row('visitor-bot', [cell(PUBLIC), cell(SCOPED)], { finding: cause() }),
    ];
    const own = [row('reader-bot', [cell(PUBLIC), refused(SCOPED)])];
    const target = { url: '', findings: [], users: own, probes: [], left_out: [] };
    const both = ended(report(users, { target }));
    const shown = matrixOf(workspace(), both);
    const only = { query: '', onlyDiffering: true };
    expect(sifted(shown, only, both.report).rows.map(({ label }) => label)).toEqual([
      'reader-bot',
      'visitor-bot',
    ]);
    expect(sifted(shown, only, null).rows.map(({ label }) => label)).toEqual(['visitor-bot']);
  });
});
