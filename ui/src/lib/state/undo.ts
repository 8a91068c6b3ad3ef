// What was just taken out and can be put back. Pure.

import type { WorkspaceView } from '$lib/contract';

/** Its name where it was taken out between the two; `null` otherwise. */
export function takenOut(before: WorkspaceView | null, now: WorkspaceView): string | null {
  if (now.undo === null || !before || before.opened !== now.opened) return null;
  // The same key can be taken out, added and taken out again.
  return now.undo !== before.undo || partsOf(now) < partsOf(before) ? now.undo : null;
}

const partsOf = ({ users, api_key, endpoints }: WorkspaceView): number =>
  users.length + (api_key ? 1 : 0) + endpoints.length;
