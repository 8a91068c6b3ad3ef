// One component in one state.

import type { Component } from 'svelte';
import type { App } from '$lib/app.svelte';
import type { RolecallEvent } from '$lib/contract';

export interface Entry {
  id: string;
  group: string;
  title: string;
  // Components of all kinds of props stand side by side here.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  component: Component<any>;
  events: () => Promise<RolecallEvent[]>;
  props?: (app: App) => Record<string, unknown>;
  /** What somebody did before one looks. */
  then?: (app: App) => void;
  /** A whole view: it fills the stage. */
  fills?: boolean;
}
