// Quiet words about what just went wrong or was done. They never take the focus.

export interface Notice {
  id: number;
  kind: 'done' | 'error';
  text: string;
}

/** Long enough to read; an error stays until it is sent away. */
const DONE_STAYS_MS = 2_600;

export class Notices {
  list = $state<Notice[]>([]);
  #next = 1;

  done(text: string): void {
    const id = this.#add('done', text);
    setTimeout(() => this.dismiss(id), DONE_STAYS_MS);
  }

  error(text: string): void {
    if (!this.list.some((notice) => notice.text === text)) this.#add('error', text);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  clear(): void {
    this.list = [];
  }

  #add(kind: Notice['kind'], text: string): number {
    const id = this.#next++;
    this.list = [
      ...this.list.filter((notice) => kind === 'error' || notice.kind !== 'done'),
      { id, kind, text },
    ];
    return id;
  }
}
