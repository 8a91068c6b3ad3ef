// The program behind the window, played. For development in a browser only.

import type {
  Exchange,
  Report,
  RolecallEvent,
  SandboxUserView,
  SandboxView,
  WorkspaceView,
} from '$lib/contract';
import type { Backend } from '../backend';
import { causes, faring, mendedBy, set as setFaults } from './faults';
import { inspect } from './inspect';
import { longRun } from './long';
import { mentions, outlineOf } from './outline';
import { play, type Stage } from './run';
import { managed, refusedToken, scene } from './scenes';
import { mend, pasted, projectSet } from './walk';
import { watch } from './watch';
import { asksForRoles } from '$lib/tell/rule';
import { answerFor, Wire } from './wire';
import { expectedOf, PROJECT, sandbox } from './world';

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** `pace` 0 plays without a delay, for tests. */
export function fake(name: string, pace?: number): Backend {
  const set = scene(name);
  set.pace = pace ?? set.pace;
  const wire = new Wire();
  let workspace: WorkspaceView = set.workspace;
  let emit: (...events: RolecallEvent[]) => void = () => {};
  let open: (exchange: Exchange) => void = () => {};
  const exchanges = new Map<number, Exchange>();
  let report: Report | null = null;
  let run = 0;
  let stopped = false;
  let unwatch: (() => void) | null = null;
  let changedAt: number | null = null;
  let undone: Partial<WorkspaceView> | null = null;

  const change = (more: Partial<WorkspaceView>, unsaved = true) => {
    workspace = { ...workspace, ...more, unsaved };
    emit({ type: 'workspace', workspace });
  };
  const stage = (): Stage => {
    const { faults = [], users } = workspace.sandbox ?? {};
    const all = users ?? set.people;
    const { all: stopper, api, first } = causes(faults, all[0]);
    return {
      ...set,
      workspace,
      people: faring(all, faults),
      tokenless: first ? [...set.tokenless, all[0]?.user_name ?? ''] : set.tokenless,
      cause: api ?? set.cause,
      stopper,
      why: typeof first === 'object' ? (first ?? set.why) : null,
      wire,
      emit: (event) => {
        if (event.type === 'run_finished') report = event.report;
        emit(event);
      },
      pause: (ms) => sleep(ms * set.pace),
      stopped: () => stopped,
    };
  };
  const world = async (alter: (user: SandboxView['users'][number]) => void, id: string) => {
    const users = structuredClone(workspace.sandbox!.users);
    users.filter((user) => user.user_id === id).forEach(alter);
    const scoped = workspace.endpoints.filter(({ access }) => asksForRoles(access));
    const expectations = scoped.flatMap((door) => users.map((user) => expectedOf(user, door)));
    changedAt = Date.now();
    change({ sandbox: { ...workspace.sandbox!, users }, expectations: set.open ? [] : expectations });
  };
  const inSandbox = (more: Partial<SandboxView>) =>
    change({ sandbox: { ...workspace.sandbox!, ...more } }, false);

  const outlined = (event: RolecallEvent): RolecallEvent => {
    if (event.type !== 'exchange') return event;
    exchanges.set(event.exchange.id, event.exchange);
    return { type: 'outlined', exchange: outlineOf(event.exchange) };
  };

  return {
    async subscribe(onEvents) {
      emit = (...events) => onEvents(events.map(outlined));
      open = (exchange) => onEvents([{ type: 'exchange', exchange }]);
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
      emit(...longRun(wire, set.long).map((exchange) => ({ type: 'exchange' as const, exchange })));
    },
    newWorkspace: async () => change({ ...scene('start').workspace }, false),
    pickWorkspace: async () => {},
    openWorkspace: async () => {
      await sleep(150 * set.pace);
      change(sandbox(), false);
    },
    saveWorkspace: async (path) => {
      const at = path ?? workspace.path ?? '/home/ada/my-zitadel.rolecall.json';
      change({ path: at }, false);
      return at;
    },
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
    removeUser: async (label) => {
      undone = { users: workspace.users };
      change({ users: workspace.users.filter((user) => user.label !== label), undo: label });
    },
    removeApiKey: async () => {
      undone = { api_key: workspace.api_key };
      change({ api_key: null, undo: "the API's key" });
    },
    importEnv: async () => {
      const { issuer, api_key, api } = sandbox();
      change({ issuer, api_key, api });
    },
    exportEnv: async (path) => path ?? '/home/ada/.env',
    locateKey: async () => {
      const { api_key, users } = sandbox();
      change({ api_key, users });
    },
    undo: async () => change({ ...(undone ?? {}), undo: null }),
    setSettings: async (settings) => {
      if (settings.port === 22) {
        const message = 'Port 22 belongs to another program, and only the system may open it.';
        throw { code: 'invalid_input', message, details: { field: 'port' } };
      }
      change({ settings });
    },
    pickCaFile: async () =>
      change({ settings: { ...workspace.settings, ca_file: '/home/ada/company-ca.pem' } }),
    async setIssuer(typed) {
      change({ issuer: { ...workspace.issuer, typed, state: 'checking', finding: null } });
      await sleep(400 * set.pace);
      change(pasted(typed, workspace));
    },
    setProjectId: async (project_id) => change(projectSet(project_id, workspace)),
    setScopes: async (scopes) => change({ scopes }),
    setEndpoints: async (endpoints) => change({ endpoints }),
    setExpectations: async (said) => {
      const rest = workspace.expectations.filter(
        (old) => !said.some(({ user, endpoint }) => old.user === user && old.endpoint === endpoint),
      );
      const set = said.flatMap(({ expected, ...at }) => (expected ? [{ ...at, expected }] : []));
      change({ expectations: [...rest, ...set] });
    },

    async callTheRoll(user, path) {
      run += 1;
      stopped = false;
      void play(stage(), run, report, user, path).then((seen) => {
        const told = seen.users.some((row) => row.cells.some((cell) => cell.decision?.role_claim));
        if (told && workspace.project_id === null) change(projectSet(PROJECT, workspace));
      });
      return run;
    },
    stopTheRoll: async () => void (stopped = true),

    giveRole: (id, role) => world((user) => user.roles.push(role), id),
    takeRole: (id, role) => world((user) => (user.roles = user.roles.filter((held) => held !== role)), id),
    setUserState: (id, state) => world((user) => (user.state = state), id),
    setTokenType: (id, kind) => world((user) => (user.token_type = kind), id),

    setFaults: async (names) => inSandbox({ faults: setFaults(workspace.sandbox!.faults, names) }),
    setDialect: async (dialect) => inSandbox({ dialect }),

    async applyFix(action) {
      await sleep(120 * set.pace);
      if (workspace.sandbox) inSandbox({ faults: mendedBy(action, workspace.sandbox.faults) });
      const give = (user: SandboxUserView) => {
        if (action.do === 'give_role') user.roles = [...new Set([...user.roles, action.role])];
        else user.state = 'active';
      };
      if (action.do === 'give_role' || action.do === 'switch_on_user') {
        if (workspace.sandbox) await world(give, action.user_id);
        else set.people = structuredClone(set.people);
        if (!workspace.sandbox) set.people.filter((user) => user.user_id === action.user_id).forEach(give);
      }
      if (action.do === 'use_issuer') change({ issuer: { ...sandbox().issuer, typed: action.issuer } });
      mend(set, action);
      if (action.do === 'place_key') change({ api_key: sandbox().api_key });
      if (action.do === 'date_back') change({ dated_back: action.seconds });
    },
    async setPersonalAccessToken(token) {
      if (token === null) return change({ management: null });
      change({ management: { user_name: null, organization: null, state: 'checking', finding: null } });
      await sleep(300 * set.pace);
      change({ management: token.includes('bad') ? refusedToken : managed });
    },

    async startWatch(user, endpoint, interval_ms, minutes) {
      const played = {
        stage,
        report: () => report,
        run: () => run,
        changedAt: () => changedAt,
        emit: (event: RolecallEvent) => emit(event),
      };
      unwatch = watch(played, { interval_ms, user, endpoint }, minutes);
    },
    stopWatch: async () => unwatch?.(),

    async setTarget(url, allowPublic) {
      const near = url !== null && /localhost|127\.|192\.168|10\./.test(url);
      change({ target: url === null ? null : { url, needs_consent: !near && !allowPublic } });
    },

    inspectToken: async (text) => inspect(text, workspace.issuer.typed),
    introspectToken: async (text) => {
      await sleep(200 * set.pace);
      const [user] = workspace.sandbox?.users ?? set.people;
      const claims = user && !text.includes('expired') ? answerFor(user) : { active: false };
      const told = wire.introspection(user!, `rc-pasted-${wire.slot(text)}`, claims as object);
      emit({ type: 'exchange', exchange: told });
      return { claims, exchange: told.id, findings: [] };
    },

    openExchange: async (id) => {
      const exchange = exchanges.get(id);
      if (!exchange) throw { code: 'not_found', message: 'This exchange is no longer kept.', details: null };
      open(exchange);
    },
    findExchanges: async (words) =>
      [...exchanges].filter(([, one]) => mentions(one, words.toLowerCase())).map(([id]) => id),

    reveal: async (slot) => `played-secret-of-slot-${slot}`,
    copyToken: async () => {},
    copyExport: async () => {},
    copyCurl: async () => {},
    copyText: async () => {},
    openPage: async () => {},
    openLogFolder: async () => {},
    closingHeard: async () => {},
    closeWindow: async () => {},
    setZoom: async () => {},
    saveReport: async (format, path) => path ?? `/home/ada/roll-call.${format}`,
    saveText: async (name) => `/home/ada/${name}`,
  };
}
