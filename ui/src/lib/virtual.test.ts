import { expect, it } from 'vitest';
import { withKept } from './virtual.svelte';

it.each([
  [[4, 5, 6], 90, [4, 5, 6, 90]],
  [[4, 5, 6], 0, [0, 4, 5, 6]],
  [[4, 5, 6], 5, [4, 5, 6]],
  [[4, 5, 6], -1, [4, 5, 6]],
  [[4, 5, 6], 100, [4, 5, 6]],
])('of the drawn rows %o, row %i stays among a hundred: %o', (drawn, keep, all) => {
  expect(withKept(drawn, keep, 100)).toEqual(all);
});
