import { expect, it } from 'vitest';
import { step } from './grid';

it.each([
  ['ArrowDown', false, { row: 2, col: 1 }],
  ['ArrowUp', false, { row: 0, col: 1 }],
  ['ArrowLeft', false, { row: 1, col: 0 }],
  ['Home', false, { row: 1, col: 0 }],
  ['End', false, { row: 1, col: 2 }],
  ['Home', true, { row: 0, col: 0 }],
  ['End', true, { row: 3, col: 2 }],
  ['x', false, null],
])('%s (with Ctrl: %s) leads to its place', (key, ctrl, to) => {
  expect(step(key, ctrl, { row: 1, col: 1 }, 4, 3)).toEqual(to);
});
