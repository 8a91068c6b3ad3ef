// What Rolecall offers to do itself: on a button, and exactly, before it is sent to a real ZITADEL.

import type { Action, WorkspaceView } from '$lib/contract';
import type { Matrix } from '$lib/state/matrix';
import { code, type Phrase } from './phrase';

export const DOES: Record<Action['do'], string> = {
  give_role: 'Give it the role',
  place_key: 'Put it where it belongs',
  use_issuer: 'Use that address',
  allow_http: 'Use plain http all the same',
  default_scopes: 'Ask for the usual scopes',
  use_project: 'Use this project',
  ask_anew: 'Ask for a new token',
  date_back: 'Sign with the right time',
  switch_on_user: 'Switch it on again',
  switch_on_api: 'Switch the API on again',
  switch_on_project: 'Switch the project on again',
  switch_on_authorization: 'Switch the role on again',
  call_again: 'Call again',
  find_key: 'Say where it lies now',
};

/** The whole change in one sentence; what is changed stands in the machine's typeface. */
export function changeWords(action: Action, workspace: WorkspaceView, matrix: Matrix): Phrase {
  const organization = workspace.management?.organization;
  const there: Phrase = organization ? [', in the organization ', code(organization)] : [];
  const user = (id: string) => code(matrix.rows.find((row) => row.userId === id)?.name ?? `user ${id}`);
  const project = code(workspace.project_id ?? 'of the API');
  switch (action.do) {
    case 'give_role':
      return [
        'Give ',
        user(action.user_id),
        ' the role ',
        code(action.role),
        ' on project ',
        project,
        ...there,
      ];
    case 'switch_on_user':
      return ['Unlock or reactivate the service account ', user(action.user_id), ...there];
    case 'switch_on_api':
      return [
        'Reactivate the API application ',
        code(action.app_id),
        ' in project ',
        code(action.project_id),
        ...there,
      ];
    case 'switch_on_project':
      return ['Reactivate project ', code(action.project_id), ...there];
    case 'switch_on_authorization':
      return ['Reactivate the roles of ', user(action.user_id), ' on project ', project, ...there];
    default:
      return [DOES[action.do]];
  }
}
