// Rows whose user was changed and that are to be called again, one run after the other.

export class Changes {
  /** In the order in which they will be called. */
  labels = $state.raw<string[]>([]);
  #asked: string | null = null;
  #beginning = false;

  mark(label: string): void {
    if (!this.labels.includes(label)) this.labels = [...this.labels, label];
  }

  unmark(label: string | null): void {
    this.labels = label === null ? [] : this.labels.filter((one) => one !== label);
  }

  /** The row to call next; `null` while a run is beginning or nothing waits. */
  get next(): string | null {
    return this.#beginning ? null : (this.labels[0] ?? null);
  }

  /** A run of this row, or of all, was asked for. */
  asked(label: string | null): void {
    this.#asked = label;
    this.#beginning = true;
  }

  /** It began: what it calls no longer waits. */
  began(): void {
    this.#beginning = false;
    this.unmark(this.#asked);
  }

  /** It could not begin; what waited for it waits no longer. */
  refused(): void {
    this.#beginning = false;
    this.unmark(null);
  }
}
