// A played world for development in a browser and for pictures: the sandbox's users and doors.

import type {
  ConsolePages,
  Endpoint,
  Finding,
  FindingCode,
  KeyView,
  SandboxUserView,
  TokenKind,
  SettingsView,
  WorkspaceView,
} from '$lib/contract';

import { admits, asksForRoles } from '$lib/tell/rule';
import { FAULTS } from './breakable';

export const ISSUER = 'http://localhost:8080';
export const PROJECT = '400873177653185574';
export const CLIENT = '400873177821023270';
export const APP = '400873177820957734';
export const ORG = { '400872948426148902': 'zitadel.localhost' };

export const door = (path: string, ...roles: string[]): Endpoint => ({
  method: 'GET',
  path,
  access:
    roles.length > 0
      ? { rule: 'any_role', roles }
      : { rule: path.includes('public') ? 'public' : 'valid_token' },
});

export const DOORS = [
  door('/api/public'),
  door('/api/private'),
  door('/api/private-scoped', 'read:messages'),
];

/** As the program behind the window makes them. */
export function consolePages(issuer: string, project: string | null, app: string | null = APP): ConsolePages {
  const page = (route: string) => `${issuer}/ui/console${route}`;
  const ofProject = (route: string) => (project ? page(`/projects/${project}${route}`) : null);
  return {
    projects: page('/projects'),
    create_project: page('/projects/create'),
    project: ofProject(''),
    create_app: ofProject('/apps/create'),
    app: app && ofProject(`/apps/${app}`),
    users: page('/users?type=machine'),
    create_user: page('/users/create-machine'),
    roles: ofProject('?id=roles'),
    create_role: ofProject('/roles/create'),
    grants: ofProject('?id=grants'),
    create_grant: project ? page(`/grant-create/project/${project}`) : null,
  };
}

export function key(file: string, subject: string, app = false): KeyView {
  return {
    path: `/tmp/rolecall-sandbox-x7/${file}`,
    file_name: file,
    state: 'ok',
    facts: {
      key_id: String(400873178000000000n + BigInt(subject.slice(-6))),
      subject,
      app_id: app ? APP : null,
      expires_at: app ? null : '2027-11-23T00:00:00.000Z',
      bits: 2048,
    },
    console: null,
    finding: null,
    notes: [],
  };
}

export const person = (
  name: string,
  id: string,
  roles: string[],
  kind: TokenKind = 'opaque',
): SandboxUserView => ({
  user_id: id,
  user_name: name,
  roles,
  state: 'active',
  token_type: kind,
});

export const PEOPLE = [
  person('reader-bot', '400873178240388134', ['read:messages']),
  person('writer-bot', '400873178995362854', ['write:messages']),
  person('visitor-bot', '400873178391383078', []),
];

export const SETTINGS: SettingsView = {
  port: null,
  ca_file: null,
  parallelism: 8,
  retries: 2,
  cache_seconds: 0,
  watch_interval_ms: 1_000,
};

export const empty: WorkspaceView = {
  name: '',
  path: null,
  unsaved: false,
  issuer: { typed: '', state: 'empty', discovered: null, finding: null, notes: [], allow_http: false },
  api_key: null,
  users: [],
  endpoints: DOORS,
  expectations: [],
  project_id: null,
  scopes: null,
  api: null,
  sandbox: null,
  management: null,
  target: null,
  dated_back: 0,
  opened: 0,
  app_id: null,
  settings: SETTINGS,
  console: null,
  undo: null,
};

export function discovered(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/v2/token`,
    introspection_endpoint: `${issuer}/oauth/v2/introspect`,
    userinfo_endpoint: `${issuer}/oidc/v1/userinfo`,
    jwks_uri: `${issuer}/oauth/v2/keys`,
  };
}

export function sandbox(people = PEOPLE, endpoints = DOORS, expectations = true): WorkspaceView {
  const scoped = endpoints.filter(({ access }) => asksForRoles(access));
  return {
    ...empty,
    name: 'Sandbox',
    path: '/tmp/rolecall-sandbox-x7/workspace.rolecall.json',
    issuer: {
      typed: ISSUER,
      state: 'ok',
      discovered: discovered(ISSUER),
      finding: null,
      notes: [],
      allow_http: false,
    },
    console: consolePages(ISSUER, PROJECT),
    api_key: key('api.json', CLIENT, true),
    users: people.map(({ user_name, user_id }) => ({
      label: user_name,
      key: key(`${user_name}.json`, user_id),
    })),
    endpoints,
    expectations: expectations ? scoped.flatMap((one) => people.map((user) => expectedOf(user, one))) : [],
    project_id: PROJECT,
    api: { base_url: 'http://localhost:8000', port: 8000, wanted_port_taken: null },
    sandbox: {
      issuer: ISSUER,
      project_id: PROJECT,
      project_name: 'Message Board',
      roles: ['read:messages', 'write:messages'],
      users: people,
      dialect: 'v4.3',
      faults: FAULTS,
    },
  };
}

export function expectedOf(user: SandboxUserView, { path, access }: Endpoint) {
  const holds = asksForRoles(access) && admits(access, user.roles);
  return { user: user.user_name, endpoint: path, expected: holds ? ('allow' as const) : ('deny' as const) };
}

export function finding(
  code: FindingCode,
  title: string,
  explanation: string,
  more: Partial<Finding> = {},
): Finding {
  return { code, kind: 'cause', title, explanation, evidence: [], fix: { text: '', url: null }, ...more };
}
