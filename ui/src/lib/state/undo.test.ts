import { expect, it, vi } from 'vitest';
import { fake } from '$lib/backend/fake/fake';
import { workspace } from '../../testing/samples';
import { Notices } from './notices.svelte';
import { noRun } from './run';
import { takenOut, Undo } from './undo';

const full = workspace();
const less = workspace({ users: full.users.slice(1), undo: 'reader-bot' });

it.each([
  ['a user', full, less, 'reader-bot'],
  ['nothing new', less, { ...less, unsaved: true }, null],
  ['the same once more', { ...full, undo: 'reader-bot' }, less, 'reader-bot'],
  ['it was put back', less, full, null],
  ['another workspace', full, { ...less, opened: 1 }, null],
  ['the window has only opened', null, less, null],
])('%s', (_, before, now, told) => expect(takenOut(before, now)).toBe(told));

it('offers what it can as long as this workspace is open, and while nothing else can be undone', () => {
  vi.useFakeTimers();
  const notices = new Notices();
  const known = { workspace: full, run: noRun, matrix: { doors: [], rows: [] } };
  const undo = new Undo(fake('open', 0), known, notices);
  const offered = () => notices.list.map(({ text }) => text);
  undo.follow(null, full);
  undo.offer('34 answers marked as right', () => {});
  undo.follow(full, { ...full, unsaved: true });
  expect(offered(), 'what was said came to be').toEqual(['34 answers marked as right']);
  undo.follow(full, less);
  expect(offered()).toEqual(['reader-bot was taken out']);
  undo.follow(less, { ...less, undo: null });
  expect(offered()).toEqual([]);
  undo.offer('34 answers marked as right', () => {});
  undo.follow(full, { ...full, opened: 1 });
  expect(offered(), 'of another one').toEqual([]);
  vi.useRealTimers();
});
