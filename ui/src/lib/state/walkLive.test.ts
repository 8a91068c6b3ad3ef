import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allowed, decision, ended, report, row, SCOPED, workspace } from '../../testing/samples';
import { noRun } from './run';
import { Live, looksFor, WalkMemory } from './walk.svelte';
import { walkOf, type Step } from './walk';

describe('checking live', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const begun = (busy = () => false) => {
    const check = vi.fn();
    return { check, live: new Live(check, busy) };
  };

  it('looks at once, every three seconds, and after two minutes every ten', () => {
    const { check, live } = begun();
    live.want(true);
    expect(check).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(9_000);
    expect(check).toHaveBeenCalledTimes(4);
    vi.advanceTimersByTime(111_000);
    expect(live.every).toBe(10_000);
    check.mockClear();
    vi.advanceTimersByTime(30_000);
    expect(check).toHaveBeenCalledTimes(3);
  });

  it('stops when there is nothing to look for any more', () => {
    const { check, live } = begun();
    live.want(true);
    live.want(false);
    vi.advanceTimersByTime(60_000);
    expect([check.mock.calls.length, live.every]).toEqual([1, null]);
    live.anew();
    expect(check, 'nor does what is brought make it look').toHaveBeenCalledTimes(1);
  });

  it('looks at once, and soon again, when something was brought', () => {
    const { check, live } = begun();
    live.want(true);
    vi.advanceTimersByTime(130_000);
    check.mockClear();
    live.anew();
    expect([check.mock.calls.length, live.every]).toEqual([1, 3_000]);
    vi.advanceTimersByTime(3_000);
    expect(check, 'one clock only is going').toHaveBeenCalledTimes(2);
  });

  it('leaves a turn out while something else calls', () => {
    let busy = true;
    const { check, live } = begun(() => busy);
    live.want(true);
    vi.advanceTimersByTime(6_000);
    expect(check).not.toHaveBeenCalled();
    busy = false;
    vi.advanceTimersByTime(3_000);
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('can be paused, and goes on at once', () => {
    const { check, live } = begun();
    live.want(true);
    live.pause(true);
    vi.advanceTimersByTime(20_000);
    expect(check).toHaveBeenCalledTimes(1);
    live.pause(false);
    expect(check).toHaveBeenCalledTimes(2);
  });
});

describe('there is something to look for', () => {
  const found = allowed(SCOPED, { decision: decision({ roles_found: ['read:messages'] }) });
  const green = ended(report([row('reader-bot', [found])]));
  const looks = (space = workspace(), run = noRun) => looksFor(space, walkOf(space, run));

  it('while all is there to call with, and not all is proven', () => {
    expect(looks()).toBe(true);
    expect(looks(workspace(), green)).toBe(false);
    expect(looks(workspace({ api_key: null }))).toBe(false);
    expect(looks(workspace({ issuer: { ...workspace().issuer, state: 'checking' } }))).toBe(false);
  });

  it('not where only a door is missing that asks for a role', () => {
    const { decision: told } = found;
    const open = { method: 'GET', path: '/a', access: { rule: 'valid_token' as const } };
    const run = ended(report([row('reader-bot', [allowed(open, { decision: told })])]));
    expect(looks(workspace({ endpoints: [open] }), run)).toBe(false);
  });
});

describe('a card', () => {
  const step = (state: Step['state'], id: Step['id'] = 'role'): Step => ({
    id,
    state,
    finding: null,
    label: null,
    path: null,
    brought: null,
    page: null,
  });

  it('is open where somebody is needed, and as it was put by hand until it turns', () => {
    const memory = new WalkMemory();
    expect(
      (['next', 'wrong', 'waiting', 'done'] as const).map((state) => memory.isOpen(step(state))),
    ).toEqual([true, true, false, false]);
    memory.toggle(step('waiting'));
    expect(memory.isOpen(step('waiting'))).toBe(true);
    expect(memory.isOpen(step('done')), 'nothing folds under hands').toBe(true);
    memory.held = null;
    expect(memory.isOpen(step('done')), 'it turned green, and folds').toBe(false);
  });

  it('does not fold under the hands of somebody who is in it', () => {
    const memory = new WalkMemory();
    memory.held = 'role';
    expect(memory.isOpen(step('done'))).toBe(true);
    memory.toggle(step('done'));
    expect(memory.isOpen(step('done'))).toBe(false);
  });

  it('knows with which keys the last whole report was made', () => {
    const memory = new WalkMemory();
    memory.began(workspace());
    memory.ended(true);
    expect(memory.asked, 'it was stopped').toBeNull();
    memory.ended(false);
    expect(memory.asked?.users).toEqual({ 'reader-bot': '1', 'visitor-bot': '1' });
  });
});
