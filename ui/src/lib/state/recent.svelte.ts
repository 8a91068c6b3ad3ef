// The workspaces that were open before. One that is forgotten is out of sight at once, and really
// forgotten when nobody wants it back any more.

import type { Backend, RecentWorkspace } from '$lib/backend';

export class Recent {
  #all = $state.raw<RecentWorkspace[]>([]);
  #leaving = $state.raw<string[]>([]);
  readonly list: RecentWorkspace[] = $derived(this.#all.filter(({ path }) => !this.#leaving.includes(path)));
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    this.#all = await this.#backend.recentWorkspaces().catch(() => this.#all);
  }

  hide(path: string): void {
    this.#leaving = [...this.#leaving, path];
  }

  bringBack(path: string): void {
    this.#leaving = this.#leaving.filter((one) => one !== path);
  }

  async forget(path: string): Promise<void> {
    await this.#backend.forgetRecent(path);
    await this.load();
    this.bringBack(path);
  }
}
