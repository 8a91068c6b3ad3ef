import { expect, it, vi } from 'vitest';
import type { Exchange } from '$lib/contract';
import { exchange } from '../../testing/samples';
import { Exchanges, insert } from './exchanges.svelte';
import { keep } from './kept';

const kept = (id: number, more: Partial<Exchange> = {}) => keep(exchange(id, more));

const ids = (list: { id: number }[]) => list.map(({ id }) => id);

it('stand in the order in which they began, however they end', () => {
  const list = [1, 2, 5].map((id) => kept(id));
  insert(list, kept(4));
  insert(list, kept(3));
  expect(ids(list)).toEqual([1, 2, 3, 4, 5]);
});

it('stand once, the later word counting', () => {
  const list = [kept(1)];
  insert(list, kept(1, { attempt: 2 }));
  expect(list).toHaveLength(1);
  expect(list[0]?.attempt).toBe(2);
});

it('drop the oldest beyond what is kept', () => {
  const list = [1, 2, 3].map((id) => kept(id));
  insert(list, kept(4), 3);
  expect(ids(list)).toEqual([2, 3, 4]);
});

it('are found by their number', () => {
  const exchanges = new Exchanges();
  exchanges.apply({ type: 'exchange', exchange: exchange(8) });
  expect(exchanges.byId(8)?.id).toBe(8);
  expect(exchanges.byId(9)).toBeNull();
  expect(exchanges.count).toBe(1);
});

it('of a crowd are told together, and each can be opened before that', () => {
  vi.useFakeTimers();
  const exchanges = new Exchanges();
  for (const id of [1, 3, 2]) exchanges.apply({ type: 'exchange', exchange: exchange(id) });
  expect(exchanges.count, 'the first at once').toBe(1);
  expect(exchanges.byId(2)?.id).toBe(2);
  vi.advanceTimersByTime(100);
  expect(ids([...exchanges.all])).toEqual([1, 2, 3]);
  exchanges.apply({ type: 'exchange', exchange: exchange(2, { attempt: 2 }) });
  expect(exchanges.byId(2)?.attempt, 'the later word counts').toBe(2);
  vi.useRealTimers();
});

it('know whose secret stands in a slot, from the last that showed it', () => {
  const exchanges = new Exchanges();
  const secret = { slot: 7, kind: 'access_token' as const, length: 12, header: null, claims: { sub: 'me' } };
  exchanges.apply({ type: 'exchange', exchange: exchange(1, { secrets: [secret] }) });
  exchanges.apply({ type: 'exchange', exchange: exchange(2, { secrets: [{ ...secret, slot: 77 }] }) });
  expect(exchanges.byId(2)?.secrets[0]?.slot).toBe(77);
  expect(exchanges.secret(7)?.claims).toEqual({ sub: 'me' });
  expect(exchanges.secret(8)).toBeNull();
});
