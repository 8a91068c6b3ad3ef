// What was just done and can be taken back.

import type { Backend } from '$lib/backend';
import type { WorkspaceView } from '$lib/contract';
import { testid } from '$lib/testids';
import type { Known } from './known';
import type { Notices } from './notices.svelte';

export class Undo {
  constructor(
    private readonly backend: Backend,
    private readonly known: Known,
    private readonly notices: Notices,
  ) {}

  /** The workspace is another one than before: what went from it is offered back. */
  follow(before: WorkspaceView | null, now: WorkspaceView): void {
    const gone = before && before.undo !== null && now.undo === null;
    if (gone || before?.opened !== now.opened) this.notices.dismissTopic('undo');
    const taken = takenOut(before, now);
    if (taken !== null) this.offer(`${upper(taken)} was taken out`, () => this.putBack());
  }

  /** One offer stands at a time. `ongone`: nobody took it. */
  offer(text: string, run: () => void, ongone?: () => void): void {
    this.notices.dismissTopic('undo');
    this.notices.done(text, { topic: 'undo', act: { title: 'Undo', testid: testid.undo, run }, ongone });
  }

  /** Takes back what is offered, or else puts back what was taken out last. */
  last(): void {
    if (!this.notices.takeTopic('undo')) this.putBack();
  }

  /** What was taken out last, whatever else is offered. */
  putBack(): void {
    const what = this.known.workspace?.undo;
    if (what) void this.notices.try(this.backend.undo(), `${upper(what)} is back`);
  }
}

/** Its name where it was taken out between the two; `null` otherwise. */
export function takenOut(before: WorkspaceView | null, now: WorkspaceView): string | null {
  if (now.undo === null || !before || before.opened !== now.opened) return null;
  // The same key can be taken out, added and taken out again.
  return now.undo !== before.undo || partsOf(now) < partsOf(before) ? now.undo : null;
}

const partsOf = ({ users, api_key, endpoints }: WorkspaceView): number =>
  users.length + (api_key ? 1 : 0) + endpoints.length;

/** A name stays as it is written. */
const upper = (text: string) => text.replace(/^the /, 'The ');
