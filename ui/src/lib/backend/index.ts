// Chooses the program behind the window.

import type { Backend } from './backend';
import { tauri } from './tauri';

export type { Backend, DropState, RecentWorkspace } from './backend';

/** Tauri's; in a browser during development, a played one that never enters the shipped bundle. */
export async function connect(): Promise<Backend> {
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { fake } = await import('./fake/fake');
    return fake(new URLSearchParams(location.search).get('scene') ?? 'start');
  }
  return tauri;
}
