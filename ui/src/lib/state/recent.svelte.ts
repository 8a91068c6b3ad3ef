// The workspaces that were open before. One that is forgotten is out of sight at once, and really
// forgotten when nobody wants it back any more.

import type { Backend, RecentWorkspace } from '$lib/backend';
import type { Notices } from './notices.svelte';
import type { Undo } from './undo';

export class Recent {
  #all = $state.raw<RecentWorkspace[]>([]);
  #leaving = $state.raw<string[]>([]);
  readonly list: RecentWorkspace[] = $derived(this.#all.filter(({ path }) => !this.#leaving.includes(path)));

  constructor(
    private readonly backend: Backend,
    private readonly notices: Notices,
    private readonly undo: Undo,
  ) {}

  async load(): Promise<void> {
    this.#all = await this.backend.recentWorkspaces().catch(() => this.#all);
  }

  /** Out of the list at once, and out of it for good when nobody took it back. */
  takeOff({ name, path }: RecentWorkspace): void {
    this.#leaving = [...this.#leaving, path];
    this.undo.offer(
      `${name} is off the list; its file stays`,
      () => this.#bringBack(path),
      () => void this.notices.try(this.forget(path)),
    );
  }

  #bringBack(path: string): void {
    this.#leaving = this.#leaving.filter((one) => one !== path);
  }

  /** For good, and at once. */
  async forget(path: string): Promise<void> {
    await this.backend.forgetRecent(path);
    await this.load();
    this.#bringBack(path);
  }
}
