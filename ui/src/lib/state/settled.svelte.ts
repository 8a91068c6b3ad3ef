// A value that is asked for first. Until its answer is there (`undefined`), what stood before stays:
// a view that empties itself for some milliseconds would flicker.

export function settled<T>(read: () => T | null | undefined): { readonly current: T | null } {
  let last: T | null = null;
  const current = $derived.by(() => {
    const next = read();
    if (next !== undefined) last = next;
    return last;
  });
  return {
    get current() {
      return current;
    },
  };
}
