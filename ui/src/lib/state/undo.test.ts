import { expect, it } from 'vitest';
import { workspace } from '../../testing/samples';
import { takenOut } from './undo';

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
