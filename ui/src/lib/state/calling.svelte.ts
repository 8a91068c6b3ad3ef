// Who calls the roll just now: somebody who asked for it, or Setup's cards by the way. One thing
// calls at a time, and what nobody asked for makes room for what somebody asks for.

import type { Backend } from '$lib/backend';
import type { CommandError } from '$lib/contract';
import type { Changes } from './changes.svelte';
import type { Known } from './known';
import { missing } from './ready';

/** How a run came to its end: somebody had asked for it, it was a look by the way, or one that left. */
export type Ended = 'asked' | 'looked' | 'gave way';

export class Calling {
  /** The run under way is one that nobody asked for. */
  quietly = $state(false);
  #asking = false;
  #looked: (() => void) | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly known: Known,
    private readonly changes: Changes,
  ) {}

  /** A roll call was asked for, and its beginning is not heard of yet. */
  get asking(): boolean {
    return this.#asking;
  }

  /** From here on nobody looks by the way: what gave way must not come back first. */
  asked(): void {
    this.#asking = true;
  }

  /** What was asked for does not begin. */
  refused(): void {
    this.#asking = false;
    this.changes.refused();
  }

  /** A look by the way that had just begun ends by itself, and soon. */
  async begin(user: string | null, endpoint: string | null): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        return void (await this.backend.callTheRoll(user, endpoint));
      } catch (error) {
        if ((error as CommandError | null)?.code !== 'busy' || tries === 50) throw error;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }

  /** The same calls again and again; `null` means all. */
  async keepCalling(
    user: string | null,
    endpoint: string | null,
    intervalMs: number,
    minutes: number,
  ): Promise<void> {
    this.#asking = true;
    try {
      await this.giveWay();
      await this.backend.startWatch(user, endpoint, intervalMs, minutes);
    } finally {
      this.#asking = false;
    }
  }

  started(): void {
    this.#asking = false;
    this.changes.began();
  }

  ended(): Ended {
    const ended = this.#looked ? 'gave way' : this.quietly ? 'looked' : 'asked';
    this.#lookedUp();
    return ended;
  }

  /** Calls the roll for whoever looks at Setup: nothing moves but what it finds out. */
  async look(): Promise<void> {
    const { workspace, run } = this.known;
    if (!workspace || missing(workspace) || run.running || this.quietly || this.#asking) return;
    // Of many users the first is walked; the others are called when somebody asks for it.
    const { users } = workspace;
    const [first] = users.length > 4 && run.report ? users : [];
    this.quietly = true;
    this.changes.asked(first?.label ?? null);
    try {
      await this.backend.callTheRoll(first?.label ?? null, null);
    } catch {
      // Whatever is in the way stands in the set-up itself.
      this.changes.refused();
      this.#lookedUp();
    }
  }

  /** What nobody asked for makes room for what somebody asks for. */
  async giveWay(): Promise<void> {
    if (!this.quietly) return;
    // Several may wait for it.
    const before = this.#looked;
    const over = new Promise<void>((done) => {
      this.#looked = () => {
        before?.();
        done();
      };
    });
    await this.backend.stopTheRoll().catch(() => {});
    await over;
  }

  #lookedUp(): void {
    this.quietly = false;
    this.#looked?.();
    this.#looked = null;
  }
}
