import { expect, it } from 'vitest';
import { Search } from './search.svelte';

/** One who answers when told to. */
function slow() {
  const asked: { words: string; answer: (ids: number[]) => void }[] = [];
  const ask = (words: string) => new Promise<number[]>((answer) => asked.push({ words, answer }));
  const answer = async (at: number, ids: number[]) => {
    asked[at]!.answer(ids);
    await new Promise((done) => setTimeout(done));
  };
  return { search: new Search(ask), words: () => asked.map(({ words }) => words), answer };
}

it('knows nothing until the answer is there, and then for those words alone', async () => {
  const { search, answer } = slow();
  search.look('role');
  expect(search.found('role')).toBeNull();
  await answer(0, [3, 4]);
  expect(search.found('role')).toEqual([3, 4]);
  expect(search.found('roles')).toBeNull();
  expect(search.found(''), 'no words stand nowhere').toEqual([]);
});

it('asks one question at a time, and of those that wait only the latest', async () => {
  const { search, words, answer } = slow();
  for (const typed of ['r', 'ro', 'rol', 'role']) search.look(typed);
  expect(words()).toEqual(['r']);
  await answer(0, [1]);
  expect(words()).toEqual(['r', 'role']);
  await answer(1, [2]);
  expect(search.found('role')).toEqual([2]);
});

it('asks the same again, and shows what it knew until then', async () => {
  const { search, words, answer } = slow();
  search.look('role');
  await answer(0, [1]);
  search.look('role');
  expect(search.found('role')).toEqual([1]);
  await answer(1, [1, 2]);
  expect(search.found('role')).toEqual([1, 2]);
  expect(words()).toEqual(['role', 'role']);
});

it('asks nothing where there are no words', async () => {
  const { search, words, answer } = slow();
  search.look('');
  search.look('r');
  search.look('');
  await answer(0, [1]);
  expect(words()).toEqual(['r']);
});
