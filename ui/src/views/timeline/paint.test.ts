import { expect, it } from 'vitest';
import { groupsOf } from '$lib/state/sequence';
import { lineOf } from '$lib/tell/line';
import { exchange } from '../../testing/samples';
import { labelsOf, pictureOf } from './paint';

const many = (count: number) =>
  groupsOf(
    Array.from({ length: count }, (_, id) =>
      lineOf(exchange(id, { user: `bot-${id >> 3}`, request_id: `r${id}` })),
    ),
  );

it('brings ten thousand exchanges onto one screen', () => {
  const picture = pictureOf(many(10_000), 700);
  expect(picture.strokes).toHaveLength(10_000);
  expect(picture.strokes.at(-1)!.y).toBeLessThan(700);
});

it('draws few of them no thicker than the eye likes', () => {
  expect(pictureOf(many(3), 700).step).toBe(14);
  expect(pictureOf([], 700).strokes).toEqual([]);
});

it('names the callers where there is room, and the time where there is not', () => {
  expect(labelsOf(pictureOf(groupsOf([lineOf(exchange(1))]), 700)).map(({ text }) => text)).toEqual([
    'reader-bot',
  ]);
  const dense = labelsOf(pictureOf(many(10_000), 700));
  expect(dense.length).toBeLessThan(12);
  expect(dense[0]?.text).toMatch(/^\d\d:\d\d:\d\d$/);
});
