// Which drawn row shows which line of a long list: a line keeps its row as long as it is drawn, and a
// row that is free is taken over. So nothing is made anew while scrolling, and the focus stays.

export interface Slot {
  slot: number;
  index: number;
}

export class Slots {
  #of = new Map<number, number>();

  /** Always in the order of the slots, so that no row is ever moved. */
  assign(indexes: readonly number[]): Slot[] {
    const kept = new Map(indexes.flatMap((index) => pair(index, this.#of.get(index))));
    const taken = new Set(kept.values());
    let free = 0;
    for (const index of indexes) {
      if (kept.has(index)) continue;
      while (taken.has(free)) free += 1;
      taken.add(free);
      kept.set(index, free);
    }
    this.#of = kept;
    return [...kept].map(([index, slot]) => ({ slot, index })).sort((a, b) => a.slot - b.slot);
  }
}

const pair = (index: number, slot: number | undefined): [number, number][] =>
  slot === undefined ? [] : [[index, slot]];
