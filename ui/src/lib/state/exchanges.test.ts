import { beforeEach, expect, it, vi } from 'vitest';
import type { Exchange, RolecallEvent } from '$lib/contract';
import { lineOf } from '$lib/tell/line';
import { exchange, report } from '../../testing/samples';
import { Exchanges, insert } from './exchanges.svelte';

const line = (id: number, more: Partial<Exchange> = {}) => lineOf(exchange(id, more));
const outlined = (id: number, more: Partial<Exchange> = {}): RolecallEvent => ({
  type: 'outlined',
  exchange: exchange(id, more),
});
const whole = (id: number, more: Partial<Exchange> = {}): RolecallEvent => ({
  type: 'exchange',
  exchange: exchange(id, more),
});
const ids = (list: readonly { id: number }[]) => list.map(({ id }) => id);

const ask = vi.fn<(id: number) => Promise<void>>();
const asked = () => ask.mock.calls.map(([id]) => id);
const answered = () => new Promise((done) => queueMicrotask(() => queueMicrotask(() => done(null))));

beforeEach(() => {
  ask.mockReset().mockResolvedValue();
});

it('stand in the order in which they began, however they end', () => {
  const list = [1, 2, 5].map((id) => line(id));
  insert(list, line(4));
  insert(list, line(3));
  expect(ids(list)).toEqual([1, 2, 3, 4, 5]);
});

it('stand once, the later word counting', () => {
  const list = [line(1)];
  insert(list, line(1, { attempt: 2 }));
  expect(list).toHaveLength(1);
  expect(list[0]?.attempt).toBe(2);
});

it('drop the oldest beyond what is kept', () => {
  const list = [1, 2, 3].map((id) => line(id));
  insert(list, line(4), 3);
  expect(ids(list)).toEqual([2, 3, 4]);
});

it('of a crowd are told together, and each is known before that', () => {
  vi.useFakeTimers();
  const exchanges = new Exchanges(ask);
  for (const id of [1, 3, 2]) exchanges.apply(outlined(id));
  expect(exchanges.count, 'the first at once').toBe(1);
  expect(exchanges.line(2)?.id).toBe(2);
  expect([exchanges.line(9), exchanges.line(null)]).toEqual([null, null]);
  expect(ids(exchanges.all)).toEqual([1, 2, 3]);
  vi.useRealTimers();
});

it('of a crowd are told a few times in a second', () => {
  vi.useFakeTimers();
  const exchanges = new Exchanges(ask);
  for (const id of [1, 3, 2]) exchanges.apply(outlined(id));
  vi.advanceTimersByTime(249);
  expect(exchanges.count).toBe(1);
  vi.advanceTimersByTime(1);
  expect(exchanges.count).toBe(3);
  exchanges.apply(outlined(4));
  expect(exchanges.count).toBe(3);
  exchanges.apply({ type: 'run_finished', run: 1, at: '', cancelled: false, report: report([]) });
  expect(exchanges.count, 'the end of a run comes with all of its exchanges').toBe(4);
  vi.useRealTimers();
});

it('are asked for when one is opened: once, and not while something is drawn', async () => {
  const exchanges = new Exchanges(ask);
  exchanges.apply(outlined(8));
  expect(exchanges.byId(8), 'not known yet').toBeUndefined();
  expect(exchanges.byId(8)).toBeUndefined();
  expect(asked(), 'later').toEqual([]);
  await answered();
  expect(asked()).toEqual([8]);
  exchanges.apply(whole(8, { attempt: 2 }));
  expect(exchanges.byId(8)?.attempt).toBe(2);
  exchanges.apply(whole(8, { attempt: 3 }));
  expect(exchanges.byId(8)?.attempt, 'the later word counts').toBe(3);
  expect(exchanges.count, 'it has its line already').toBe(1);
  expect(exchanges.byId(null)).toBeNull();
  await answered();
  expect(asked()).toEqual([8]);
});

it('are told from those that the program no longer keeps', async () => {
  ask.mockRejectedValue({ code: 'not_found' });
  const exchanges = new Exchanges(ask);
  expect(exchanges.byId(9)).toBeUndefined();
  await answered();
  await answered();
  expect(exchanges.byId(9)).toBeNull();
});

it('stay opened as long as somebody may look at them, and are asked for again after that', async () => {
  const exchanges = new Exchanges(ask);
  for (let id = 1; id <= 65; id += 1) exchanges.apply(whole(id));
  expect(exchanges.byId(65)?.id).toBe(65);
  expect(exchanges.byId(1)).toBeUndefined();
  await answered();
  expect(asked()).toEqual([1]);
});

it('that are told whole alone, as in a recorded run, have their lines', () => {
  const exchanges = new Exchanges(ask);
  exchanges.apply(whole(1));
  expect(exchanges.line(1)?.id).toBe(1);
  expect(exchanges.count).toBe(1);
});

it('know whose secret stands in a slot, and go on knowing it', async () => {
  const exchanges = new Exchanges(ask);
  const bare = { slot: 7, kind: 'access_token' as const, length: 12, header: null, claims: null };
  exchanges.apply(outlined(1, { secrets: [bare] }));
  exchanges.apply(outlined(2, { secrets: [bare, { ...bare, slot: 77 }] }));
  expect(exchanges.line(2)?.id).toBe(2);
  expect(exchanges.secret(7)).toBeUndefined();
  await answered();
  expect(asked(), 'the last that showed it').toEqual([2]);
  exchanges.apply(whole(2, { secrets: [{ ...bare, claims: { sub: 'me' } }] }));
  expect(exchanges.secret(7)?.claims).toEqual({ sub: 'me' });
  exchanges.apply(outlined(3, { secrets: [bare] }));
  expect(exchanges.line(3)?.id).toBe(3);
  expect(exchanges.secret(7)?.claims, 'not asked for again').toEqual({ sub: 'me' });
  expect(exchanges.secret(8)).toBeNull();
  await answered();
  expect(asked()).toEqual([2]);
});
