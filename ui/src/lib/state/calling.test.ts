import { expect, it, vi } from 'vitest';
import type { Backend } from '$lib/backend';
import { workspace } from '../../testing/samples';
import { Calling } from './calling.svelte';
import { Changes } from './changes.svelte';
import { noRun } from './run';

function calling(callTheRoll = vi.fn(async () => 1)) {
  const backend = { callTheRoll, stopTheRoll: async () => {} };
  const known = { workspace: workspace(), run: noRun, matrix: { doors: [], rows: [] } };
  return { backend, calling: new Calling(backend as unknown as Backend, known, new Changes()) };
}

it('lets everybody go on who waits for a look by the way, once it has ended', async () => {
  const { backend, calling: one } = calling();
  await one.look();
  expect([one.quietly, backend.callTheRoll.mock.calls.length]).toEqual([true, 1]);
  const on: string[] = [];
  const first = one.giveWay().then(() => on.push('first'));
  const second = one.giveWay().then(() => on.push('second'));
  await Promise.resolve();
  expect(on, 'it is still under way').toEqual([]);
  expect(one.ended()).toBe('gave way');
  await Promise.all([first, second]);
  expect(on.sort()).toEqual(['first', 'second']);
  expect(one.quietly).toBe(false);
});

it('does not look by the way while somebody asked for a roll call', async () => {
  const { backend, calling: one } = calling();
  one.asked();
  await one.look();
  expect(backend.callTheRoll).not.toHaveBeenCalled();
  one.refused();
  await one.look();
  expect(backend.callTheRoll).toHaveBeenCalledOnce();
});

it('lets whoever waits go on when the look could not begin', async () => {
  const { calling: one } = calling(vi.fn(() => Promise.reject(new Error('no'))));
  const look = one.look();
  const waiting = one.giveWay();
  await Promise.all([look, waiting]);
  expect(one.quietly).toBe(false);
});
