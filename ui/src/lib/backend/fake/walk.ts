// Situations of the guided walk: on the way, one card red for each step, all green, and a crowd.
// `?scene=walk-half`, `walk-application`, `walk-green`, `walk-crowd`.

import type { Action, Finding, FindingCode, KeyView, WorkspaceView } from '$lib/contract';
import type { Scene } from './scenes';
import { APP, consolePages, discovered, empty, finding, key, PEOPLE, person, PROJECT } from './world';

const AT = 'https://board.eu1.zitadel.cloud';
const proof = { evidence: [{ source: { kind: 'exchange' as const, id: 1 }, text: 'ZITADEL answered so.' }] };
const [reader, writer] = PEOPLE;

export function walkScene(name: string, plain: Scene, own: WorkspaceView): Scene {
  const workspace = {
    ...own,
    name: 'Message Board',
    console: consolePages(AT, PROJECT),
    users: withPages(own),
  };
  const scene: Scene = { ...plain, begin: false, open: true, workspace };
  const found = (code: FindingCode, title: string, explanation: string, text: string, action?: Action) =>
    finding(code, title, explanation, { ...proof, fix: { text, url: null, action } });
  switch (name) {
    case 'half':
      return {
        ...scene,
        workspace: { ...workspace, users: [], project_id: null, console: consolePages(AT, null, null) },
      };
    case 'issuer':
      return { ...scene, workspace: { ...empty, name: 'Message Board', issuer: unreachable } };
    case 'application':
      return {
        ...scene,
        cause: found(
          'api_not_authenticated',
          'ZITADEL does not accept the API itself',
          'The application is deactivated, so it may not ask about tokens.',
          'Open the API application and reactivate it.',
          { do: 'switch_on_api', project_id: PROJECT, app_id: APP },
        ),
      };
    case 'other-app':
      return {
        ...scene,
        workspace: { ...workspace, ...pasted(`${AT}/ui/console/projects/7/apps/8`, workspace) },
      };
    case 'api-key':
      return {
        ...scene,
        workspace: { ...workspace, api_key: wrongKind },
      };
    case 'project':
      return {
        ...scene,
        people: PEOPLE.map((user) => ({ ...user, state: 'deactivated' as const })),
        refusal: found(
          'audience_other_project',
          `This API lives in project ${PROJECT}; the token is made out to project 7`,
          'A token is good only in the project that it is made out to.',
          'Use the project that the API belongs to.',
          { do: 'use_project', project_id: PROJECT },
        ),
      };
    case 'account':
      return {
        ...scene,
        tokenless: [reader!.user_name],
        why: found(
          'user_inactive',
          'reader-bot is switched off in ZITADEL',
          'Somebody deactivated this account. It gets no token until it is switched on again.',
          'Open reader-bot in the console and choose Reactivate.',
          { do: 'switch_on_user', user_id: reader!.user_id },
        ),
      };
    case 'account-key':
      return { ...scene, tokenless: [reader!.user_name] };
    case 'role':
      return {
        ...scene,
        people: PEOPLE.map((user) => ({ ...user, roles: [] })),
        refusal: found(
          'role_undefined',
          'The project has no role read:messages',
          'A door asks for it, and in the project nobody has created it, so nobody can hold it.',
          'In the project, under Roles, create it with this very key.',
        ),
      };
    case 'assignment':
      return { ...scene, people: PEOPLE.map((user) => ({ ...user, roles: [] })) };
    case 'crowd': {
      const people = Array.from({ length: 100 }, (_, index) =>
        person(`bot-${String(index + 1).padStart(3, '0')}`, String(400873178240388000n + BigInt(index)), [
          index % 2 === 0 ? 'read:messages' : 'write:messages',
        ]),
      );
      const users = people.map(({ user_name, user_id }) => ({
        label: user_name,
        key: key(`${user_name}.json`, user_id),
      }));
      return { ...scene, people, workspace: { ...workspace, users }, tokenless: ['bot-003'] };
    }
    default:
      return { ...scene, people: [reader!, writer!] };
  }
}

const withPages = ({ users }: WorkspaceView) =>
  users.map((user) => ({
    ...user,
    key: { ...user.key, console: `${AT}/ui/console/users/${user.key.facts!.subject}?id=keys` },
  }));

const unreachable: WorkspaceView['issuer'] = {
  ...empty.issuer,
  typed: 'https://bord.eu1.zitadel.cloud',
  state: 'wrong',
  finding: finding(
    'unreachable',
    'Nothing answers at bord.eu1.zitadel.cloud',
    'There is no machine of this name, so nothing could be asked.',
    { ...proof, fix: { text: 'Compare the address with the one in your browser.', url: null } },
  ),
};

const wrongKind: KeyView = {
  ...key('reader-bot.json', PEOPLE[0]!.user_id),
  state: 'wrong',
  finding: finding(
    'key_wrong_kind',
    "reader-bot.json is a service account's key, not the API's",
    "ZITADEL hands out two kinds of key files. The API's key lets the API ask about tokens.",
    {
      ...proof,
      fix: {
        text: 'Put this file among the service accounts, and bring the key of your API application.',
        url: null,
        action: { do: 'place_key', path: '/tmp/rolecall-sandbox-x7/reader-bot.json' },
      },
    },
  ),
};

/** What an address tells, as the program behind the window reads it. */
export function pasted(typed: string, workspace: WorkspaceView): Partial<WorkspaceView> {
  const [, project = null, , app = null] = /\/projects\/(\d+)(\/apps\/(\d+))?/.exec(typed) ?? [];
  const issuer = /^https?:\/\//.test(typed) ? new URL(typed).origin : `https://${typed}`;
  const project_id = project ?? workspace.project_id;
  const app_id = app ?? workspace.app_id;
  return {
    issuer: { ...empty.issuer, typed: issuer, state: 'ok', discovered: discovered(issuer) },
    project_id,
    app_id,
    console: consolePages(issuer, project_id, app_id),
    api_key: workspace.api_key && checked(workspace.api_key, app_id),
  };
}

export const projectSet = (project_id: string | null, workspace: WorkspaceView): Partial<WorkspaceView> => ({
  project_id,
  console: consolePages(
    workspace.issuer.typed,
    project_id,
    workspace.app_id ?? workspace.api_key?.facts?.app_id,
  ),
});

function checked(api_key: KeyView, app_id: string | null): KeyView {
  const other = app_id !== null && api_key.facts?.app_id != null && api_key.facts.app_id !== app_id;
  if (!other) return { ...api_key, state: 'ok', finding: null };
  return {
    ...api_key,
    state: 'wrong',
    finding: finding(
      'key_other_app',
      `api.json belongs to another application than the page that was pasted`,
      `Its appId is ${api_key.facts!.app_id}; the page is that of application ${app_id}.`,
      { ...proof, fix: { text: 'Paste the page of the right application, or bring its key.', url: null } },
    ),
  };
}

/** What a finding's button mends here. */
export function mend(scene: Scene, action: Action): void {
  const mends = (one: Finding | null | undefined) => one?.fix.action?.do === action.do;
  if (mends(scene.cause)) scene.cause = null;
  if (mends(scene.why)) {
    scene.why = null;
    scene.tokenless = [];
  }
  if (mends(scene.refusal)) {
    scene.refusal = null;
    scene.people = scene.people.map((user) => ({ ...user, state: 'active' }));
  }
}
