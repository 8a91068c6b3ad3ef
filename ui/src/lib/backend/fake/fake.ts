// The program behind the window, played. For development in a browser only.

import type { Report, RolecallEvent, SandboxView, WorkspaceView } from '$lib/contract';
import type { Backend } from '../backend';
import { inspect } from './inspect';
import { longRun } from './long';
import { play } from './run';
import { scene } from './scenes';
import { answerFor, Wire } from './wire';
import { expectedOf, sandbox } from './world';

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** `pace` 0 plays without a delay, for tests. */
export function fake(name: string, pace?: number): Backend {
  const set = scene(name);
  set.pace = pace ?? set.pace;
  const wire = new Wire();
  let workspace: WorkspaceView = set.workspace;
  let emit: (event: RolecallEvent) => void = () => {};
  let report: Report | null = null;
  let run = 0;
  let stopped = false;

  const change = (more: Partial<WorkspaceView>, unsaved = true) => {
    workspace = { ...workspace, ...more, unsaved };
    emit({ type: 'workspace', workspace });
  };
  const world = async (alter: (user: SandboxView['users'][number]) => void, id: string) => {
    const users = structuredClone(workspace.sandbox!.users);
    users.filter((user) => user.user_id === id).forEach(alter);
    const scoped = workspace.endpoints.filter(({ access }) => access.rule === 'any_role');
    const expectations = scoped.flatMap((door) => users.map((user) => expectedOf(user, door)));
    change({ sandbox: { ...workspace.sandbox!, users }, expectations: set.open ? [] : expectations });
  };

  return {
    async subscribe(onEvent) {
      emit = onEvent;
      emit({ type: 'workspace', workspace });
    },
    async onFiles(onDrop) {
      // A key for pictures: files cannot be dropped from here.
      window.addEventListener('keydown', ({ key }) => key === 'F9' && onDrop({ state: 'over' }));
    },
    startOptions: async () => ({ sandbox: set.begin, paths: [] }),

    async openSandbox() {
      await sleep(150 * set.pace);
      report = null;
      if (!set.begin) workspace = sandbox();
      emit({ type: 'workspace', workspace });
      const began = new Date(Date.now() - (set.long > 0 ? 3_600_000 : 0)).toISOString();
      emit({ type: 'exchange', exchange: { ...wire.discovery(), started_at: began } });
      if (set.long > 0) for (const exchange of longRun(wire, set.long)) emit({ type: 'exchange', exchange });
    },
    newWorkspace: async () => change({ ...scene('start').workspace }, false),
    pickWorkspace: async () => {},
    openWorkspace: async () => change(sandbox(), false),
    saveWorkspace: async () => change({}, false),
    recentWorkspaces: async () => set.recent,
    forgetRecent: async (path) => void (set.recent = set.recent.filter((item) => item.path !== path)),

    pickKeyFiles: async () => {},
    addKeyFiles: async (paths) => {
      if (paths.some((path) => path.includes('nope'))) {
        throw { code: 'invalid_input', message: `There is no file ${paths[0]}.`, details: null };
      }
      const { api_key, users, api } = sandbox();
      change({ api_key, users, api });
    },
    removeUser: async (label) => change({ users: workspace.users.filter((user) => user.label !== label) }),
    removeApiKey: async () => change({ api_key: null }),
    async setIssuer(typed) {
      change({ issuer: { ...workspace.issuer, typed, state: 'checking', finding: null } });
      await sleep(400 * set.pace);
      change({ issuer: { ...sandbox().issuer, typed } });
    },
    setProjectId: async (project_id) => change({ project_id }),
    setScopes: async (scopes) => change({ scopes }),
    setEndpoints: async (endpoints) => change({ endpoints }),
    setExpectation: async (user, endpoint, expected) => {
      const rest = workspace.expectations.filter((said) => said.user !== user || said.endpoint !== endpoint);
      change({ expectations: expected ? [...rest, { user, endpoint, expected }] : rest });
    },

    async callTheRoll(user, path) {
      run += 1;
      stopped = false;
      const people = workspace.sandbox?.users ?? set.people;
      const pause = (ms: number) => sleep(ms * set.pace);
      const stage = {
        ...set,
        workspace,
        people,
        wire,
        emit: (event: RolecallEvent) => {
          if (event.type === 'run_finished') report = event.report;
          emit(event);
        },
        pause,
        stopped: () => stopped,
      };
      void play(stage, run, report, user, path);
      return run;
    },
    stopTheRoll: async () => void (stopped = true),

    giveRole: (id, role) => world((user) => user.roles.push(role), id),
    takeRole: (id, role) => world((user) => (user.roles = user.roles.filter((held) => held !== role)), id),
    setUserState: (id, state) => world((user) => (user.state = state), id),
    setTokenType: (id, kind) => world((user) => (user.token_type = kind), id),

    inspectToken: async (text) => inspect(text, workspace.issuer.typed),
    introspectToken: async (text) => {
      await sleep(200 * set.pace);
      const [user] = workspace.sandbox?.users ?? set.people;
      const claims = user && !text.includes('expired') ? answerFor(user) : { active: false };
      const told = wire.introspection(user!, `rc-pasted-${wire.slot(text)}`, claims as object);
      emit({ type: 'exchange', exchange: told });
      return { claims, exchange: told.id, findings: [] };
    },

    reveal: async (slot) => `played-secret-of-slot-${slot}`,
    copyToken: async () => {},
    copyExport: async () => {},
    copyCurl: async () => {},
    copyText: async () => {},
    saveText: async (name) => `/home/ada/${name}`,
  };
}
