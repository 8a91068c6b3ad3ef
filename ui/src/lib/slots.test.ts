import { expect, it } from 'vitest';
import { Slots } from './slots';

it('lets a line keep its row, and gives free rows to what comes into sight', () => {
  const slots = new Slots();
  expect(slots.assign([0, 1, 2])).toEqual([
    { slot: 0, index: 0 },
    { slot: 1, index: 1 },
    { slot: 2, index: 2 },
  ]);
  expect(slots.assign([1, 2, 3]), 'the first row was free').toEqual([
    { slot: 0, index: 3 },
    { slot: 1, index: 1 },
    { slot: 2, index: 2 },
  ]);
  expect(slots.assign([1, 60, 61, 62]), 'the line with the focus stays where it is').toEqual([
    { slot: 0, index: 60 },
    { slot: 1, index: 1 },
    { slot: 2, index: 61 },
    { slot: 3, index: 62 },
  ]);
});

it('never gives one row to two lines', () => {
  const slots = new Slots();
  for (let top = 0; top < 90; top += 7) {
    const all = slots.assign([0, ...Array.from({ length: 20 }, (_, at) => top + at + 1)]);
    expect(new Set(all.map(({ slot }) => slot)).size).toBe(all.length);
    expect(Math.max(...all.map(({ slot }) => slot)), 'rows are not piled up').toBeLessThan(42);
  }
});
