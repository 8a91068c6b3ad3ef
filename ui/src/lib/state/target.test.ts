import { expect, it } from 'vitest';
import { allowed, cell, PRIVATE, refused, report, row, SCOPED } from '../../testing/samples';
import { differences, isRightStatus, ownAnswer, wasReached } from './target';

const reference = [row('reader-bot', [allowed(PRIVATE), allowed(SCOPED)])];
const own = [row('reader-bot', [cell(PRIVATE), refused(SCOPED)])];
const both = report(reference, {
  target: { url: 'http://localhost:5000', findings: [], users: own, probes: [], left_out: [] },
});

it('an own answer differs where its status does, and is none where nothing was reached', () => {
  expect(ownAnswer(both.target, 'reader-bot', SCOPED, reference[0]!.cells[1]!)?.differs).toBe(true);
  expect(ownAnswer(both.target, 'reader-bot', SCOPED, refused(SCOPED))?.differs).toBe(false);
  expect(ownAnswer(both.target, 'reader-bot', PRIVATE, reference[0]!.cells[0]!)).toBeNull();
  expect(ownAnswer(report(reference).target, 'reader-bot', SCOPED, null)).toBeNull();
  expect(differences(both)).toBe(1);
});

it('nothing can be said of an API of which no door was reached', () => {
  const untouched = [row('reader-bot', [cell(PRIVATE), cell(SCOPED)])];
  expect(wasReached(both.target!)).toBe(true);
  expect(wasReached({ ...both.target!, users: untouched })).toBe(false);
  expect(wasReached({ ...both.target!, users: [] })).toBe(false);
});

it.each([
  [200, 200, true],
  [204, 200, true],
  [302, 200, false],
  [null, 200, false],
  [204, 401, false],
])('an answer of %j where %j belongs is right: %j', (status, right_status, right) => {
  const probe = { token: 'no_role', method: 'GET', path: '/', status, right_status } as const;
  expect(isRightStatus({ ...probe, faults: [], exchange: null, user: null, duration_ms: 1 })).toBe(right);
});
