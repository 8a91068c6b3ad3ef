// What no scene tells by itself: a watch under way with a flip, notices of each kind, a question.

import type { App } from '$lib/app.svelte';
import type { RolecallEvent } from '$lib/contract';
import type { Next } from '$lib/state/unsaved.svelte';

const at = new Date().toISOString();

export const watched: RolecallEvent[] = [
  {
    type: 'watch_started',
    watch: {
      interval_ms: 1_000,
      rounds: 12,
      called_at: at,
      started: at,
      until: new Date(Date.now() + 480_000).toISOString(),
      paused_until: null,
      user: null,
      endpoint: null,
      ended: [],
    },
  },
  {
    type: 'watch_flipped',
    flip: {
      user: 2,
      endpoint: 2,
      at,
      from: 'refused',
      to: 'allowed',
      status: 200,
      roles_before: [],
      roles_after: ['read:messages'],
      shown_after_ms: 640,
      roles_in_token: null,
    },
  },
];

export function asked({ notices }: App): void {
  notices.error('There is no file /keys/nope.json.');
  notices.done('reader-bot was taken out', { act: { title: 'Undo', run: () => {} } });
  notices.done('Copied');
  // They stay to be looked at.
  notices.hold(true);
}

export function changed(app: App, next: Next): void {
  app.receive([{ type: 'workspace', workspace: { ...app.workspace!, unsaved: true } }]);
  void app.unsaved.mayGo(next);
}
