// What many look at, and what changes seldom.

import { untrack } from 'svelte';

/**
 * Follows a value, and is heard of only when it is another one. A derived value has each of its readers
 * look again whenever something changes that it is made of: with a thousand cells, that is most of the
 * work that an answer makes.
 */
export function settled<T>(read: () => T): { readonly current: T } {
  let current = $state.raw(untrack(read));
  $effect.pre(() => {
    current = read();
  });
  return {
    get current() {
      return current;
    },
  };
}
