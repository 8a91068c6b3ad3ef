import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { groupsOf, rowsOf } from '$lib/state/sequence';
import { lineOf } from '$lib/tell/line';
import { testid } from '$lib/testids';
import { exchange } from '../../testing/samples';
import { AT_ONCE } from './arriving.svelte';
import Sequence from './Sequence.svelte';

const SIZE = 38;
const SIGHT = 600;
const FRAME = 16;

const calls = Array.from({ length: 400 }, (_, at) => lineOf(exchange(at + 1, { request_id: `call-${at}` })));
const rows = rowsOf(groupsOf(calls), 'arrows');
const list = () => screen.getByTestId(testid.timelineList);
const label = () => document.querySelector('.passing')?.textContent ?? null;

/** How many rows are drawn of those in sight from `top` on. */
function drawnFrom(top: number): number {
  const drawn = [...document.querySelectorAll<HTMLElement>('.row')].map(({ style }) => parseFloat(style.top));
  return drawn.filter((at) => at >= top && at + SIZE <= top + SIGHT).length;
}
const ALL = Math.floor(SIGHT / SIZE);

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(SIGHT);
  return () => vi.useRealTimers();
});

function show() {
  const nobody = { opened: null, api: null, zitadel: null };
  const told = { onsight: () => {}, oncursor: () => {}, onopen: () => {} };
  return render(Sequence, { rows, size: SIZE, cursor: null as string | null, ...nobody, ...told });
}

async function scrollTo(row: number) {
  list().scrollTop = row * SIZE;
  await fireEvent.scroll(list());
  await frames(1);
}

async function frames(count: number) {
  vi.advanceTimersByTime(count * FRAME);
  await tick();
}

describe('scrolled by hand', () => {
  it('slowly: every row is there with its frame', async () => {
    show();
    for (const row of [3, 6, 9, 12]) {
      await scrollTo(row);
      expect(drawnFrom(row * SIZE)).toBe(ALL);
    }
    expect(label()).toBe(null);
  });

  it('slowly: each row takes the place of one of its kind, so that no part is made anew', async () => {
    show();
    // Some places more than are in sight come with the first rows.
    for (const row of [3, 6, 9, 8, 11, 10]) await scrollTo(row);
    const legs = [...document.querySelectorAll<HTMLElement>('.leg')];
    const words = legs.map((leg) => leg.querySelector('.word, .what'));
    for (const row of [13, 16, 15, 18, 17, 20, 23, 22, 19]) await scrollTo(row);
    expect(legs.map((leg) => leg.querySelector('.word, .what'))).toEqual(words);
    expect(words.every((part) => part?.isConnected)).toBe(true);
  });

  it('fast: no row comes, and a label says whose pass', async () => {
    show();
    for (const row of [200, 300, 400]) {
      await scrollTo(row);
      expect(drawnFrom(row * SIZE)).toBe(0);
      expect(label()).toContain('reader-bot');
    }
  });

  it('then at rest, rows come a few a frame', async () => {
    show();
    await scrollTo(200);
    await scrollTo(300);
    const before = document.querySelectorAll('.row').length;
    await frames(2);
    expect(drawnFrom(300 * SIZE), 'not before it is clear that it rests').toBe(0);
    await frames(1);
    const first = drawnFrom(300 * SIZE);
    expect(first, 'those in sight first').toBe(AT_ONCE);
    expect(label()).toBe(null);
    await frames(5);
    expect(drawnFrom(300 * SIZE)).toBe(ALL);
    expect(document.querySelectorAll('.row').length, 'in the places of others').toBeLessThan(before + 8);
    // The list's own timer tells the end of a scroll.
    await frames(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on flying when its own frames are shorter, and stops when it is slow', async () => {
    show();
    await scrollTo(200);
    await scrollTo(205);
    expect(label()).not.toBe(null);
    await scrollTo(207);
    expect(label()).toBe(null);
  });
});

it('goes at once, and whole, where somebody asked to go', async () => {
  const { rerender } = show();
  await scrollTo(200);
  await rerender({ cursor: rows[600]!.key });
  await fireEvent.scroll(list());
  await tick();
  expect(list().scrollTop).toBeGreaterThan(500 * SIZE);
  expect(drawnFrom(list().scrollTop)).toBe(ALL);
  expect(label()).toBe(null);
});

it('draws other rows whole, wherever it was scrolled to', async () => {
  const { rerender } = show();
  await scrollTo(3);
  await rerender({ rows: rowsOf(groupsOf(calls.slice(0, 100)), 'lines') });
  await frames(1);
  expect(drawnFrom(list().scrollTop)).toBe(ALL);
});

it('waits for nothing once it is gone', async () => {
  const { unmount } = show();
  await scrollTo(200);
  await scrollTo(300);
  unmount();
  await frames(1);
  expect(vi.getTimerCount()).toBe(0);
});
