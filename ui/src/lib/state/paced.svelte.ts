// A value that follows another no more often than the eye can. Drawing ten thousand exchanges anew
// for each one that comes would be felt.

/** `wait` says for how many milliseconds a value may stand; 0 follows at once. */
export function paced<T>(read: () => T, wait: (value: T) => number): { readonly current: T } {
  let current = $state.raw(read());
  let at = 0;
  $effect(() => {
    const next = read();
    const rest = wait(next) - (performance.now() - at);
    const follow = () => {
      at = performance.now();
      current = next;
    };
    if (rest <= 0) return follow();
    const timer = setTimeout(follow, rest);
    return () => clearTimeout(timer);
  });
  return {
    get current() {
      return current;
    },
  };
}
