// The roles that can be given and taken while a story is told, and why not where they cannot.

import { NOBODY, type WorkspaceView } from '$lib/contract';
import { rolesNeeded } from '$lib/tell/rule';
import type { MatrixRow } from './matrix';
import type { Place } from './view.svelte';

export type RoleSwitches =
  { roles: { key: string; held: boolean }[]; userId: string } | { roles: null; why: string };

export function roleSwitches(
  workspace: WorkspaceView | null,
  row: MatrixRow | null,
  place: Place | null,
  called: boolean,
): RoleSwitches {
  const no = (why: string): RoleSwitches => ({ roles: null, why });
  if (!workspace || !row || !place) {
    return no(
      called
        ? 'This story was recorded. Choose Live to change roles while everybody watches.'
        : 'This story was recorded. Start the sandbox to change roles while everybody watches.',
    );
  }
  if (row.label === NOBODY || row.userId === null)
    return no('A stranger is in no register and holds no role.');
  const isAt = ({ method, path }: Place | WorkspaceView['endpoints'][number]) =>
    method === place.method && path === place.path;
  const needed = rolesNeeded(workspace.endpoints.find(isAt)?.access ?? { rule: 'public' });
  if (needed.length === 0) return no('This door asks for no role, so there is none to change here.');
  if (!workspace.sandbox && workspace.management?.state !== 'ok') {
    return no('To change roles from here, enter a personal access token in Setup.');
  }
  const held = row.roles ?? [];
  return { roles: needed.map((key) => ({ key, held: held.includes(key) })), userId: row.userId };
}
