// Where words stand in what lines do not show. Whoever keeps the whole of exchanges is asked: one
// question at a time, since each looks through all of them, and of those that wait only the latest.

const NOWHERE: readonly number[] = [];

export class Search {
  readonly #ask: (words: string) => Promise<number[]>;
  #known = $state.raw({ words: '', ids: NOWHERE });
  #next: string | null = null;
  #asking = false;

  /** `ask` answers with the numbers of exchanges; one that cannot tell answers with none. */
  constructor(ask: (words: string) => Promise<number[]>) {
    this.#ask = ask;
  }

  /** In which exchanges the words stand; `null` while nobody knows yet. */
  found(words: string): readonly number[] | null {
    if (words === '') return NOWHERE;
    return this.#known.words === words ? this.#known.ids : null;
  }

  /** Asks, and again when there may be more of them. */
  look(words: string): void {
    this.#next = words === '' ? null : words;
    if (!this.#asking) void this.#go();
  }

  async #go(): Promise<void> {
    this.#asking = true;
    while (this.#next !== null) {
      const words = this.#next;
      this.#next = null;
      this.#known = { words, ids: await this.#ask(words) };
    }
    this.#asking = false;
  }
}
