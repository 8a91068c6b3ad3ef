import { beforeEach, expect, it, vi } from 'vitest';
import type { RolecallEvent } from '$lib/contract';
import { PUBLIC, allowed, exchange, report, workspace } from '../../testing/samples';
import { Stream } from './stream';

const answer = (user: number): RolecallEvent => ({
  type: 'cell_changed',
  run: 1,
  user,
  endpoint: 0,
  cell: allowed(PUBLIC),
});
const over: RolecallEvent = { type: 'run_finished', run: 1, at: '', cancelled: false, report: report([]) };

beforeEach(() => {
  vi.useFakeTimers();
});

it('lets a burst of answers wait for one frame', () => {
  const apply = vi.fn<(events: RolecallEvent[]) => void>();
  const stream = new Stream(apply);
  const asked = vi.spyOn(globalThis, 'requestAnimationFrame');
  for (let user = 0; user < 1_000; user += 1) stream.take(answer(user));
  expect(apply, 'nothing before the frame').not.toHaveBeenCalled();
  expect(asked).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(120);
  expect(apply, 'all of them together').toHaveBeenCalledTimes(1);
  expect(apply.mock.calls[0]![0]).toHaveLength(1_000);
});

it('keeps the order: whatever does not wait takes along what came before it, at once', () => {
  const seen: string[] = [];
  const stream = new Stream((events) => seen.push(...events.map(({ type }) => type)));
  stream.take(answer(0));
  stream.take({ type: 'exchange', exchange: exchange(1) });
  stream.take(over);
  stream.take({ type: 'workspace', workspace: workspace() });
  expect(seen).toEqual(['cell_changed', 'exchange', 'run_finished', 'workspace']);
  vi.advanceTimersByTime(120);
  expect(seen, 'nothing comes twice').toHaveLength(4);
});
