import { describe, expect, it } from 'vitest';
import { taken } from './slots';

describe('lines take places over', () => {
  it('all at once, and what is drawn stays in its place', () => {
    expect(taken([], [3, 4, 5])).toEqual([3, 4, 5]);
    expect(taken([3, 4, 5], [4, 5, 6, 7])).toEqual([6, 4, 5, 7]);
  });

  it('a few at a time, the first ones first, and the others keep theirs meanwhile', () => {
    const first = taken([0, 1, 2, 3], [40, 41, 42, 43], 2);
    expect(first).toEqual([40, 41, 2, 3]);
    expect(taken(first, [40, 41, 42, 43], 2)).toEqual([40, 41, 42, 43]);
  });

  it('never, where there is no time', () => {
    expect(taken([0, 1], [40, 41], 0)).toEqual([0, 1]);
  });

  it('of their own kind, and new ones where there is none yet', () => {
    const kindOf = (line: number) => line % 2;
    expect(taken([0, 1, 2, 3], [2, 3, 5], 8, kindOf), 'the second place').toEqual([0, 5, 2, 3]);
    expect(taken([0, 2, 4], [2, 4, 5], 8, kindOf), 'a further place').toEqual([0, 2, 4, 5]);
  });

  it('of any kind, where enough of them are out of sight', () => {
    const kindOf = (line: number) => line % 2;
    expect(taken([0, 2, 4, 6], [41], 8, kindOf)).toEqual([41, 2, 4, 6]);
  });

  it('and give up at the end what nobody needs, once there is time', () => {
    expect(taken([0, 1, 2, 3], [2], 8)).toEqual([0, 1, 2, 3]);
    expect(taken([0, 1, 2, 3], [2])).toEqual([0, 1, 2]);
  });
});
