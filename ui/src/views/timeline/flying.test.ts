import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Flight } from './flying.svelte';

const SIGHT = 600;

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** After each move, `every` milliseconds after the one before. */
function flown(flight: Flight, moves: number[], every = 16) {
  return moves.map((at) => {
    vi.advanceTimersByTime(every);
    flight.moved(at, SIGHT);
    return flight.flying;
  });
}

describe('a flight', () => {
  it('begins at the second fast move, not at a jump', () => {
    expect(flown(new Flight(), [9_000, 12_000, 15_000])).toEqual([false, true, true]);
    expect(flown(new Flight(), [9_000, 9_100, 12_000]), 'slow in between').toEqual([false, false, false]);
    expect(flown(new Flight(), [9_000, 0, 9_000], 250), 'from end to end').toEqual([false, false, false]);
  });

  it('goes up as well as down', () => {
    expect(flown(new Flight(), [9_000, 6_000, 3_000])).toEqual([false, true, true]);
  });

  it('ends when it is slow, and not because its own frames are shorter', () => {
    expect(flown(new Flight(), [400, 800, 1_000, 1_200, 1_300])).toEqual([false, true, true, true, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a moment after the last fast move', () => {
    const flight = new Flight();
    flown(flight, [3_000, 6_000, 9_000]);
    vi.advanceTimersByTime(80);
    expect(flight.flying).toBe(true);
    vi.advanceTimersByTime(20);
    expect(flight.flying).toBe(false);
    expect(flown(flight, [12_000]), 'the next one begins anew').toEqual([false]);
  });

  it('does not end because a frame takes long', () => {
    const late: FrameRequestCallback[] = [];
    vi.stubGlobal('requestAnimationFrame', (turn: FrameRequestCallback) => late.push(turn));
    vi.stubGlobal('cancelAnimationFrame', () => {});
    expect(flown(new Flight(), [3_000, 6_000, 9_000], 500)).toEqual([false, true, true]);
    vi.unstubAllGlobals();
  });

  it('waits for nothing once it is over', () => {
    const flight = new Flight();
    flown(flight, [3_000, 6_000]);
    flight.land();
    expect([flight.flying, vi.getTimerCount()]).toEqual([false, 0]);
  });
});
