// Situations to look at: `npm run dev`, then `?scene=many`.

import type { Finding, ManagementView, SandboxUserView, WorkspaceView } from '$lib/contract';
import type { RecentWorkspace } from '../backend';
import { FAULTS } from './breakable';
import { crowd } from './crowd';
import { set } from './faults';
import { walkScene } from './walk';
import { DOORS, PEOPLE, PROJECT, door, empty, finding, key, person, sandbox } from './world';

export interface Scene {
  workspace: WorkspaceView;
  people: SandboxUserView[];
  /** Straight into the roll call. */
  begin: boolean;
  tokenless: string[];
  cause: Finding | null;
  /** Why somebody gets no token. */
  why?: Finding | null;
  /** Why a token is of no use at a door. */
  refusal?: Finding | null;
  /** Nobody has said what to expect where roles decide. */
  open: boolean;
  /** So many exchanges were there before. */
  long: number;
  /** How slow time goes; 1 as in the sandbox. */
  pace: number;
  recent: RecentWorkspace[];
}

const before = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const RECENT: RecentWorkspace[] = [
  {
    name: 'Message Board, staging',
    path: '/home/ada/work/message-board/staging.rolecall.json',
    changed: before(2),
  },
  {
    name: 'Message Board',
    path: '/home/ada/work/message-board/production.rolecall.json',
    changed: before(71),
  },
  { name: 'Old board', path: '/media/stick/board.rolecall.json', changed: null, gone: true },
];

const plain: Scene = {
  workspace: sandbox(),
  people: PEOPLE,
  begin: true,
  tokenless: [],
  cause: null,
  open: false,
  long: 0,
  pace: 1,
  recent: RECENT,
};

export function scene(name: string): Scene {
  if (name.startsWith('walk-')) return walkScene(name.slice('walk-'.length), plain, own());
  switch (name) {
    case 'sandbox':
      return { ...plain };
    case 'slow':
      return { ...plain, pace: 12 };
    case 'odd':
      return { ...plain, workspace: odd() };
    case 'fault':
      return { ...plain, tokenless: ['visitor-bot'] };
    case 'open':
      return { ...plain, open: true, workspace: own() };
    case 'refused':
      return { ...plain, cause: apiRefused };
    case 'long':
      return { ...plain, long: 9_970 };
    case 'kinds':
      return kinds();
    case 'broken':
      return { ...plain, workspace: broken('role_taken', 'slow@introspection') };
    case 'off':
      return { ...plain, workspace: broken('api_inactive') };
    case 'watch':
      return { ...plain, workspace: sandbox([...PEOPLE.slice(0, 2), jwtBot]), people: [] };
    case 'target':
      return {
        ...plain,
        workspace: { ...sandbox(), target: { url: 'http://localhost:5000', needs_consent: false } },
      };
    case 'pat':
      return { ...plain, open: true, workspace: { ...own(), management: managed } };
    case 'crowd':
      return { ...plain, ...crowd() };
    case 'many':
      return many();
    case 'wrong':
      return { ...plain, begin: false, workspace: wrong() };
    case 'first':
      return { ...plain, begin: false, workspace: empty, recent: [] };
    default:
      return { ...plain, begin: false, workspace: empty };
  }
}

const apiRefused = finding(
  'api_not_authenticated',
  'ZITADEL does not accept the API itself',
  "It never looked at any token. The API's key was deleted, its application or project was deactivated, or the application is of another kind.",
  {
    evidence: [{ source: { kind: 'exchange', id: 1 }, text: 'Introspection answered 401 invalid_client.' }],
    fix: {
      text: 'In the project, open the API application and look for the key under Keys. If it is not there, create a new one (type JSON) and add it here.',
      url: 'http://localhost:8080/ui/console/projects/400873177653185574/apps/400873177820957734',
    },
  },
);

export const managed: ManagementView = {
  user_name: 'ada-admin',
  organization: 'Acme',
  state: 'ok',
  finding: null,
};

export const refusedToken: ManagementView = {
  user_name: null,
  organization: null,
  state: 'wrong',
  finding: finding(
    'token_wrong_kind',
    'ZITADEL does not know this personal access token',
    'It was deleted, has expired, or belongs to another instance.',
    {
      evidence: [{ source: { kind: 'exchange', id: 1 }, text: 'ZITADEL answered 401.' }],
      fix: { text: 'Create a new one under Personal Access Tokens of a service account.', url: null },
    },
  ),
};

const jwtBot = { ...person('visitor-bot', '400873178391383078', []), token_type: 'jwt' as const };

/** The sandbox with things broken in it on purpose. */
function broken(...names: string[]): WorkspaceView {
  const base = sandbox();
  return { ...base, sandbox: { ...base.sandbox!, faults: set(FAULTS, names) } };
}

/** Somebody gave writer-bot a role that it was not meant to have. */
function odd(): WorkspaceView {
  const people = PEOPLE.map((user) =>
    user.user_name === 'writer-bot' ? { ...user, roles: ['write:messages', 'read:messages'] } : user,
  );
  return { ...sandbox(people), expectations: sandbox().expectations };
}

/** Somebody's own ZITADEL: no sandbox controls, nothing expected yet. */
function own(): WorkspaceView {
  const base = sandbox(PEOPLE, DOORS, false);
  const issuer = 'https://board.eu1.zitadel.cloud';
  return {
    ...base,
    name: 'Message Board',
    path: '/home/ada/work/message-board.rolecall.json',
    issuer: { ...base.issuer, typed: issuer, discovered: { ...base.issuer.discovered!, issuer } },
    api: { base_url: 'http://localhost:8001', port: 8001, wanted_port_taken: 8000 },
    sandbox: null,
  };
}

/** One token of each kind, and a role that somebody asked for as if it were a scope. */
function kinds(): Scene {
  const types = ['jwt', 'opaque', 'jwe'] as const;
  const people = PEOPLE.map((user, index) => ({ ...user, token_type: types[index]! }));
  const scopes = [
    'openid',
    'profile',
    `urn:zitadel:iam:org:project:id:${PROJECT}:aud`,
    'urn:zitadel:iam:org:projects:roles',
    'read:messages',
  ];
  return { ...plain, people, workspace: { ...sandbox(people), scopes } };
}

function many(): Scene {
  const doors = [
    ...DOORS,
    door('/api/messages/archive/export', 'read:messages', 'audit:messages'),
    door('/api/messages', 'write:messages'),
    door('/api/messages/{id}/attachments', 'write:messages'),
    door('/api/admin', 'admin'),
    door('/api/health/public'),
  ];
  const people = Array.from({ length: 30 }, (_, index) =>
    person(
      index === 4
        ? 'a-service-account-with-a-remarkably-long-name-for-a-bot'
        : `${['reader', 'writer', 'visitor'][index % 3]}-bot-${index + 1}`,
      String(400873178240388000n + BigInt(index)),
      [['read:messages'], ['write:messages'], []][index % 3]!,
    ),
  );
  people[7]!.roles = ['read:messages', 'write:messages', 'audit:messages'];
  return {
    ...plain,
    people,
    workspace: sandbox(people, doors),
    tokenless: ['reader-bot-10'],
  };
}

/** A set-up in which several things are wrong. */
function wrong(): WorkspaceView {
  const base = sandbox();
  const misplaced = key('reader-bot.json', PEOPLE[0]!.user_id);
  return {
    ...base,
    name: 'Message Board',
    path: null,
    unsaved: true,
    sandbox: null,
    project_id: null,
    expectations: [],
    issuer: {
      typed: 'https://localhost:443',
      state: 'wrong',
      discovered: null,
      notes: [],
      allow_http: false,
      finding: finding(
        'issuer_mismatch',
        'You typed https://localhost:443; ZITADEL calls itself http://localhost:8080',
        'Tokens name their issuer, letter by letter. Nothing is sent to an address that calls itself otherwise until you say so.',
        {
          evidence: [
            {
              source: { kind: 'exchange', id: 1 },
              text: 'Discovery names the issuer http://localhost:8080.',
            },
          ],
          fix: {
            text: 'Use the address that ZITADEL calls itself by.',
            url: null,
            action: { do: 'use_issuer', issuer: 'http://localhost:8080' },
          },
        },
      ),
    },
    api_key: {
      ...misplaced,
      state: 'wrong',
      finding: finding(
        'key_wrong_kind',
        "reader-bot.json is a service account's key, not the API's",
        "ZITADEL hands out two kinds of key files. The API's key lets the API ask ZITADEL about tokens; a service account's key lets that account get a token.",
        {
          evidence: [
            {
              source: { kind: 'file', path: misplaced.path, field: 'type' },
              text: '`type` says `serviceaccount`; here it must say `application`.',
            },
          ],
          fix: {
            text: 'Put this file among the service accounts, and take the key of your API application here.',
            url: null,
            action: { do: 'place_key', path: misplaced.path },
          },
        },
      ),
    },
    users: base.users.map((user, index) =>
      index === 1
        ? {
            ...user,
            key: {
              ...user.key,
              state: 'wrong',
              facts: null,
              finding: finding(
                'key_unreadable',
                'writer-bot.json cannot be used as a key',
                'writer-bot.json: the field key holds a public key; a private key in PEM is expected.',
                {
                  fix: {
                    text: 'Use the file exactly as ZITADEL let you download it. If it is lost, create a new key (type JSON).',
                    url: null,
                  },
                },
              ),
            },
          }
        : user,
    ),
  };
}
