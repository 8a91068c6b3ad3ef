// The guide's walk from an empty ZITADEL to a green roll call: eight steps. Pure. Green is only what
// was proven; what a step was brought proves nothing yet.

import {
  NOBODY,
  type Cell,
  type Endpoint,
  type Finding,
  type Report,
  type UserReport,
  type WorkspaceView,
} from '$lib/contract';
import { asksForRoles, rolesNeeded } from '$lib/tell/rule';
import type { RunState } from './run';
import { findingsOf } from './walkFindings';

/** In the guide's order. */
export const STEPS = [
  'issuer',
  'application',
  'api-key',
  'project',
  'account',
  'account-key',
  'role',
  'assignment',
] as const;
export type StepId = (typeof STEPS)[number];
export type StepState = 'done' | 'wrong' | 'next' | 'waiting' | 'checking';

export interface Step {
  id: StepId;
  state: StepState;
  /** Only where it is wrong. */
  finding: Finding | null;
  /** The row and the door that the finding is about. */
  label: string | null;
  path: string | null;
  brought: string | null;
  /** The page of ZITADEL's console where it is done, as near as the ids that are known lead. */
  page: string | null;
}

export interface Walk {
  steps: Step[];
  done: number;
  /** What needs somebody now; without such a step, what is waited for; `null` when all is proven. */
  head: Step | null;
}

/** Which keys a report was made with: with others it proves nothing. */
export interface Asked {
  api: string | null;
  users: Record<string, string | null>;
}

export function askedOf({ api_key, users }: WorkspaceView): Asked {
  return {
    api: api_key?.facts?.key_id ?? null,
    users: Object.fromEntries(users.map(({ label, key }) => [label, key.facts?.key_id ?? null])),
  };
}

/** `said`: what somebody says is done and cannot be seen yet. */
export function walkOf(
  workspace: WorkspaceView,
  run: RunState,
  { asked = null, said = [] }: { asked?: Asked | null; said?: readonly StepId[] } = {},
): Walk {
  const report = trusted(workspace, settled(run), asked);
  const findings = findingsOf(workspace, report);
  const proven = proofs(workspace, report);
  const lacking = lacks(workspace);
  const first = run.running && run.before === null;
  let open = true;
  const steps = STEPS.map((id): Step => {
    // Somebody's success proves a role, whoever else is without it.
    const found = proven[id] && (id === 'role' || id === 'assignment') ? null : (findings.get(id) ?? null);
    const waits = (): StepState => {
      if (isLooking(id, workspace, first)) return 'checking';
      return open && lacking[id] && !said.includes(id) ? 'next' : 'waiting';
    };
    const state = found ? 'wrong' : proven[id] ? 'done' : waits();
    if (state === 'wrong' || state === 'next') open = false;
    const { finding = null, label = null, path = null } = found ?? {};
    return {
      id,
      state,
      finding,
      label,
      path,
      brought: broughtOf(id, workspace, report),
      page: pageOf(id, workspace),
    };
  });
  const at = (...states: StepState[]) => steps.find(({ state }) => states.includes(state));
  return {
    steps,
    done: steps.filter(({ state }) => state === 'done').length,
    head: at('wrong', 'next') ?? at('checking') ?? at('waiting') ?? null,
  };
}

/** The last report that is whole: one that is being made says nothing of what it has not reached. */
function settled({ running, cancelled, report, before }: RunState): Report | null {
  if (running) return before;
  return cancelled ? (before ?? report) : report;
}

/** Without what was found out with other keys than those of now. */
function trusted(workspace: WorkspaceView, report: Report | null, asked: Asked | null): Report | null {
  if (!report) return null;
  const now = askedOf(workspace);
  if (asked && asked.api !== now.api) return null;
  const same = ({ label }: UserReport) =>
    label in now.users && (!asked || asked.users[label] === now.users[label]);
  return { ...report, users: report.users.filter((row) => row.label === NOBODY || same(row)) };
}

/** Whether ZITADEL lets the API ask; `null` where nothing shows it. */
export function apiAccepted(report: Report | null): boolean | null {
  if (!report) return null;
  const { accepted } = report.api;
  if (accepted !== null) return accepted;
  if (report.api.finding) return false;
  return cellsOf(report).some(({ decision }) => decision?.introspection != null) ? true : null;
}

const rowsOf = (report: Report | null) => report?.users.filter(({ label }) => label !== NOBODY) ?? [];
const cellsOf = (report: Report | null): Cell[] => rowsOf(report).flatMap((row) => row.cells);

/** The user whose steps are walked; others are listed beside it. */
export function walked(workspace: WorkspaceView, report: Report | null): UserReport | null {
  const [first] = workspace.users;
  return report?.users.find((row) => row.label === first?.label) ?? null;
}

function proofs(workspace: WorkspaceView, report: Report | null): Record<StepId, boolean> {
  const { issuer, api_key, project_id } = workspace;
  const accepted = api_key !== null && apiAccepted(report) === true;
  const token = walked(workspace, report)?.token != null;
  return {
    issuer: issuer.state === 'ok',
    application: accepted,
    'api-key': accepted,
    project: project_id !== null,
    account: token,
    'account-key': token,
    role: roleSeen(workspace, report) !== null,
    assignment: admitted(workspace, report) !== null,
  };
}

/** The roles that doors ask for, each once. */
export function rolesAsked({ endpoints }: WorkspaceView): string[] {
  return [...new Set(endpoints.flatMap(({ access }) => rolesNeeded(access)))];
}

function roleSeen(workspace: WorkspaceView, report: Report | null): string | null {
  const seen = cellsOf(report).flatMap(({ decision }) => decision?.roles_found ?? []);
  const known = [...(workspace.sandbox?.roles ?? []), ...(report?.project_roles ?? []), ...seen];
  return rolesAsked(workspace).find((role) => known.includes(role)) ?? null;
}

/** Who got in where a role decides. */
function admitted(
  workspace: WorkspaceView,
  report: Report | null,
): { row: UserReport; door: Endpoint } | null {
  const doors = workspace.endpoints.filter(({ access }) => asksForRoles(access));
  for (const row of rowsOf(report)) {
    const door = doors.find((one) => row.cells.some((cell) => passed(cell, one)));
    if (door) return { row, door };
  }
  return null;
}

/** The door may ask for other roles by now. */
const passed = (cell: Cell, { method, path, access }: Endpoint) =>
  cell.verdict === 'allowed' &&
  cell.method === method &&
  cell.path === path &&
  cell.decision?.needed_roles.join(' ') === rolesNeeded(access).join(' ');

/** What a person has still to do for a step. */
function lacks(workspace: WorkspaceView): Record<StepId, boolean> {
  const { issuer, api_key, users, app_id, project_id } = workspace;
  return {
    issuer: issuer.typed.trim() === '',
    application: api_key === null && app_id === null,
    'api-key': api_key === null,
    project: project_id === null,
    account: users.length === 0,
    'account-key': users.length === 0,
    role: true,
    assignment: true,
  };
}

/** Whether it is being looked at for the first time. */
function isLooking(id: StepId, { issuer, api_key, users }: WorkspaceView, firstRun: boolean): boolean {
  if (id === 'issuer') return issuer.state === 'checking';
  if (id === 'api-key' && api_key?.state === 'checking') return true;
  if (!firstRun || !api_key) return false;
  return id === 'application' || id === 'api-key' || id === 'project' || users.length > 0;
}

function broughtOf(id: StepId, workspace: WorkspaceView, report: Report | null): string | null {
  const { issuer, api_key, app_id, project_id, users } = workspace;
  const [user] = users;
  const row = walked(workspace, report);
  switch (id) {
    case 'issuer':
      return issuer.discovered?.issuer ?? (issuer.typed || null);
    case 'application':
      return app_id ?? api_key?.facts?.app_id ?? null;
    case 'api-key':
      return api_key?.file_name ?? null;
    case 'project':
      return project_id;
    case 'account':
      return row?.user_name ?? user?.label ?? null;
    case 'account-key':
      return user ? [user.key.file_name, ...more(users.length - 1)].join(' ') : null;
    case 'role':
      return roleSeen(workspace, report);
    case 'assignment': {
      const who = admitted(workspace, report)?.row;
      return who ? (who.user_name ?? who.label) : null;
    }
  }
}

const more = (others: number) => (others > 0 ? [`and ${others} more`] : []);

function pageOf(id: StepId, { console, api_key, project_id, users }: WorkspaceView): string | null {
  if (!console) return null;
  const [user] = users;
  switch (id) {
    case 'issuer':
      return null;
    case 'application':
      return console.app ?? console.create_app ?? console.projects;
    case 'api-key':
      return api_key?.console ?? console.app ?? console.project ?? console.projects;
    case 'project':
      return console.project ?? (project_id ? console.projects : console.create_project);
    case 'account':
      return user ? console.users : console.create_user;
    case 'account-key':
      return user?.key.console ?? console.users;
    case 'role':
      return console.create_role ?? console.roles ?? console.projects;
    case 'assignment':
      return console.create_grant ?? console.grants ?? console.projects;
  }
}
