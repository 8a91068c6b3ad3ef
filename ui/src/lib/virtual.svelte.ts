// A long list of rows of one height of which only what can be seen is drawn. TanStack Virtual's core,
// read by Svelte.

import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type Range,
  type VirtualItem,
} from '@tanstack/virtual-core';
import { untrack } from 'svelte';

interface Options {
  count: number;
  /** A row's height in pixels. */
  size: number;
  element: HTMLElement | null;
  /** This one stays drawn wherever it is scrolled to, since the focus may be in it. */
  keep?: number;
  /** How many are drawn beyond what is in sight, on both sides. */
  overscan?: number;
}

/** The drawn indexes with the kept one in its place among them. */
export function withKept(drawn: number[], keep: number, count: number): number[] {
  if (keep < 0 || keep >= count || drawn.includes(keep)) return drawn;
  return [...drawn, keep].sort((a, b) => a - b);
}

/** Where nothing can be measured, as in tests, this much is taken to be in sight. */
const UNMEASURED = { width: 800, height: 600 };

export class VirtualRows {
  readonly #read: () => Options;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #moved = $state(0);
  // Each by itself: another list of the same length is no news.
  readonly #count = $derived.by(() => this.#read().count);
  readonly #size = $derived.by(() => this.#read().size);
  readonly #element = $derived.by(() => this.#read().element);
  readonly #keep = $derived.by(() => this.#read().keep ?? -1);
  readonly #overscan = $derived.by(() => this.#read().overscan ?? 4);
  // Told only when they change: with each telling all rows are measured anew.
  readonly #told = $derived.by(() => {
    this.#virtualizer.setOptions(this.#options());
    return {};
  });
  readonly #now: { items: VirtualItem[]; height: number } = $derived.by(() => {
    void this.#told;
    void this.#moved;
    return { items: this.#virtualizer.getVirtualItems(), height: this.#virtualizer.getTotalSize() };
  });

  constructor(read: () => Options) {
    this.#read = read;
    this.#virtualizer = new Virtualizer(untrack(() => this.#options()));
    $effect(() => this.#virtualizer._didMount());
    $effect(() => {
      void this.#told;
      untrack(() => this.#virtualizer._willUpdate());
    });
    let size = untrack(() => this.#size);
    $effect(() => {
      if (this.#size === size) return;
      size = this.#size;
      untrack(() => this.#virtualizer.measure());
    });
  }

  get items(): VirtualItem[] {
    return this.#now.items;
  }

  get height(): number {
    return this.#now.height;
  }

  #options() {
    const [count, size, element, keep] = [this.#count, this.#size, this.#element, this.#keep];
    return {
      count,
      overscan: this.#overscan,
      estimateSize: () => size,
      rangeExtractor: (range: Range) => withKept(defaultRangeExtractor(range), keep, count),
      getScrollElement: () => element,
      initialRect: UNMEASURED,
      scrollToFn: elementScroll,
      observeElementOffset,
      observeElementRect: (
        virtualizer: Virtualizer<HTMLElement, HTMLElement>,
        tell: (rect: { width: number; height: number }) => void,
      ) => observeElementRect(virtualizer, (rect) => tell(rect.height > 0 ? rect : UNMEASURED)),
      onChange: () => {
        this.#moved += 1;
      },
    };
  }
}
