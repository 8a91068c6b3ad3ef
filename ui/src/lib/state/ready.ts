// Whether the roll can be called. Pure.

import type { WorkspaceView } from '$lib/contract';

/** What a roll call cannot do without, as a sentence; `null` when it can begin. */
export function missing(workspace: WorkspaceView | null): string | null {
  if (!workspace || workspace.issuer.typed.trim() === '')
    return 'First say where ZITADEL is: type its address.';
  if (!workspace.api_key) return "The API's key file is still missing. Add it here, then call the roll.";
  if (workspace.endpoints.length === 0) return 'There is no door to call at. Add one here.';
  return null;
}

/** Whether nothing can be called before somebody mends the set-up. A single user's key stops nobody else. */
export function somethingWrong(workspace: WorkspaceView | null): boolean {
  return workspace?.issuer.state === 'wrong' || workspace?.api_key?.state === 'wrong';
}
