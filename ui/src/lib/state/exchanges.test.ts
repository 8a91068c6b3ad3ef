import { expect, it } from 'vitest';
import { exchange } from '../../testing/samples';
import { Exchanges, insert } from './exchanges.svelte';

const ids = (list: { id: number }[]) => list.map(({ id }) => id);

it('stand in the order in which they began, however they end', () => {
  const list = [1, 2, 5].map((id) => exchange(id));
  insert(list, exchange(4));
  insert(list, exchange(3));
  expect(ids(list)).toEqual([1, 2, 3, 4, 5]);
});

it('stand once, the later word counting', () => {
  const list = [exchange(1)];
  insert(list, exchange(1, { attempt: 2 }));
  expect(list).toHaveLength(1);
  expect(list[0]?.attempt).toBe(2);
});

it('drop the oldest beyond what is kept', () => {
  const list = [1, 2, 3].map((id) => exchange(id));
  insert(list, exchange(4), 3);
  expect(ids(list)).toEqual([2, 3, 4]);
});

it('are found by their number', () => {
  const exchanges = new Exchanges();
  exchanges.apply({ type: 'exchange', exchange: exchange(8) });
  expect(exchanges.byId(8)?.id).toBe(8);
  expect(exchanges.byId(9)).toBeNull();
  expect(exchanges.count).toBe(1);
});
