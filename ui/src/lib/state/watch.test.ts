import { describe, expect, it } from 'vitest';
import type { Flip } from '$lib/contract';
import { allowed, report, row, SCOPED, watching } from '../../testing/samples';
import { Watch } from './watch.svelte';

const AT = '2026-11-23T10:00:00.000Z';
const view = watching();
const flip: Flip = {
  user: 0,
  endpoint: 0,
  at: AT,
  from: 'refused',
  to: 'allowed',
  status: 200,
  roles_before: [],
  roles_after: ['read:messages'],
  shown_after_ms: 600,
  roles_in_token: [],
};
const board = report([row('reader-bot', [allowed(SCOPED)], { user_name: 'reader@board' })]);

describe('keeping on calling', () => {
  it('goes on from its start to its end, and then says why it ended', () => {
    const watch = new Watch();
    watch.apply({ type: 'watch_started', watch: view }, board);
    watch.apply({ type: 'watch_round', watch: { ...view, rounds: 1 } }, board);
    expect([watch.on, watch.view?.rounds]).toEqual([true, 1]);
    watch.apply({ type: 'watch_ended', at: AT, reason: 'time_over' }, board);
    expect([watch.on, watch.ended?.reason]).toEqual([false, 'time_over']);
  });

  it('keeps flips under the names of their time, the newest first', () => {
    const watch = new Watch();
    watch.apply({ type: 'watch_flipped', flip }, board);
    watch.apply({ type: 'watch_flipped', flip: { ...flip, to: 'refused', roles_in_token: ['x'] } }, board);
    expect(watch.flips.map(({ name, path, to }) => [name, path, to])).toEqual([
      ['reader@board', SCOPED.path, 'refused'],
      ['reader@board', SCOPED.path, 'allowed'],
    ]);
    expect(watch.rolesInToken('reader-bot')).toEqual(['x']);
    expect(watch.rolesInToken('nobody')).toBeNull();
  });

  it('begins with an empty feed, and takes no flip of a row that is not there', () => {
    const watch = new Watch();
    watch.apply({ type: 'watch_flipped', flip: { ...flip, user: 7 } }, board);
    expect(watch.flips).toEqual([]);
    watch.apply({ type: 'watch_flipped', flip }, board);
    watch.apply({ type: 'watch_started', watch: view }, board);
    expect(watch.flips).toEqual([]);
  });
});
