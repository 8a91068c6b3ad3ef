import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { settled } from './settled.svelte';

it('follows, and is heard of only when it is another one', () => {
  let value = $state(1);
  const heard: number[] = [];
  const end = $effect.root(() => {
    const rounded = settled(() => Math.round(value));
    $effect.pre(() => void heard.push(rounded.current));
  });
  flushSync();
  flushSync(() => (value = 1.2));
  expect(heard).toEqual([1]);
  flushSync(() => (value = 2));
  expect(heard).toEqual([1, 2]);
  end();
});
