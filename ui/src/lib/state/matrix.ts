// Who stands where: the set-up's users and doors, joined with what the roll call found out. Pure.

import {
  NOBODY,
  type Cell,
  type Endpoint,
  type Expected,
  type ExpectedFrom,
  type SandboxUserView,
  type UserReport,
  type WorkspaceView,
} from '$lib/contract';
import { phaseOf, type Phase, type RunState } from './run';
import type { Place } from './view.svelte';

/** One caller at one door, as it is shown. */
export interface ShownCell {
  label: string;
  /** As ZITADEL calls the user, once known. */
  name: string;
  door: Endpoint;
  phase: Phase;
  /** `null` where nothing was ever called. */
  cell: Cell | null;
  /** The answer before this run, while this run has none yet. */
  before: Cell | null;
  expected: Expected | null;
  expectedFrom: ExpectedFrom | null;
  /** `null` where nothing is expected or nothing was reached. */
  asExpected: boolean | null;
}

export interface MatrixRow {
  label: string;
  name: string;
  /** As ZITADEL's files and answers number the user; `null` for nobody. */
  userId: string | null;
  report: UserReport | null;
  /** The user in the built-in issuer, where that is the issuer. */
  sandbox: SandboxUserView | null;
  /** Roles on the API's project, as they were told last; `null` where nobody has told them. */
  roles: string[] | null;
  cells: ShownCell[];
}

export interface Matrix {
  doors: Endpoint[];
  rows: MatrixRow[];
}

/** `changing` are rows that are about to be asked again, since something about their users was changed. */
export function matrixOf(workspace: WorkspaceView, run: RunState, changing: string[] = []): Matrix {
  return matrixMaker()(workspace, run, changing);
}

/**
 * Makes matrices one after the other. Rows and cells of which nothing changed are the same objects as
 * before, so that one answer among a thousand moves one cell and nothing else.
 */
export function matrixMaker(): typeof matrixOf {
  let last = new Map<string, { from: unknown[]; row: MatrixRow }>();
  let index: { of: WorkspaceView; setup: Setup } | null = null;
  return (workspace, run, changing = []) => {
    if (index?.of !== workspace) index = { of: workspace, setup: setupOf(workspace) };
    const { setup } = index;
    const next: typeof last = new Map();
    const rows = setup.labels.map((label, place) => {
      const at = placeOf(run.report?.users, label, place);
      const report = run.report?.users[at] ?? null;
      const before = run.before?.users[placeOf(run.before.users, label, place)] ?? null;
      const asked = changing.includes(label);
      const from = [workspace, report, before, run.answered[at], run.running, asked];
      const old = last.get(label);
      const same = old && from.every((part, i) => part === old.from[i]);
      const row = same ? old.row : rowOf(setup, run, { label, at, report, before, asked }, old?.row ?? null);
      next.set(label, { from, row });
      return row;
    });
    last = next;
    return { doors: workspace.endpoints, rows };
  };
}

/** The set-up by its names, made once for all rows. */
interface Setup {
  labels: string[];
  doors: Endpoint[];
  subjects: Map<string, string | null>;
  sandbox: Map<string, SandboxUserView>;
  said: Map<string, Expected>;
}

const saidKey = (label: string, path: string) => `${label}\n${path}`;

function setupOf({ users, endpoints, sandbox, expectations }: WorkspaceView): Setup {
  return {
    labels: [...users.map((user) => user.label), NOBODY],
    doors: endpoints,
    subjects: new Map(users.map(({ label, key }) => [label, key.facts?.subject ?? null])),
    sandbox: new Map(sandbox?.users.map((user) => [user.user_id, user])),
    said: new Map(expectations.map(({ user, endpoint, expected }) => [saidKey(user, endpoint), expected])),
  };
}

/** Where a label stands in a report: most often in the same place as in the set-up. */
function placeOf(users: UserReport[] | undefined, label: string, place: number): number {
  if (!users) return -1;
  return users[place]?.label === label ? place : users.findIndex((row) => row.label === label);
}

interface Asked {
  label: string;
  /** Its place in the report. */
  at: number;
  report: UserReport | null;
  before: UserReport | null;
  /** About to be asked again. */
  asked: boolean;
}

function rowOf(setup: Setup, run: RunState, of: Asked, old: MatrixRow | null): MatrixRow {
  const { label, report, before } = of;
  const subject = report?.user_id ?? setup.subjects.get(label) ?? null;
  const sandbox = (subject !== null && setup.sandbox.get(subject)) || null;
  const name = report?.user_name ?? label;
  const cells = setup.doors.map((door, place) => {
    return kept(old?.cells[place], cellOf(setup, run, of, name, door, place));
  });
  const told = rolesSeen(report);
  // Who is asked again has the roles that were told before until somebody tells of them.
  const untold = told === undefined && !report?.finding && cells.some(isToCome);
  const roles = sandbox?.roles ?? (untold ? rolesSeen(before) : told) ?? null;
  return { label, name, userId: subject, report, sandbox, roles, cells };
}

function cellOf(
  setup: Setup,
  run: RunState,
  { label, at: user, report, before, asked }: Asked,
  name: string,
  door: Endpoint,
  place: number,
): ShownCell {
  const at = doorIn(report, door, place);
  const cell = report?.cells[at] ?? null;
  const own = cell ? phaseOf(run, user, at, door.access.rule === 'public') : 'idle';
  // Its answer is out of date from the moment of the change, not only when it is called.
  const phase = asked && own === 'done' ? 'waiting' : own;
  const earlier = asked ? report : before;
  const [expected, expectedFrom] = expectedOf(setup.said.get(saidKey(label, door.path)), cell);
  return {
    label,
    name,
    door,
    phase,
    cell,
    before: phase === 'done' ? null : (earlier?.cells[doorIn(earlier, door, place)] ?? null),
    expected,
    expectedFrom,
    asExpected: phase === 'done' ? asExpected(cell, expected) : null,
  };
}

const isAt = (cell: Cell | undefined, door: Endpoint) =>
  cell?.path === door.path && cell.method === door.method;

function doorIn(report: UserReport | null, door: Endpoint, place: number): number {
  if (!report) return -1;
  return isAt(report.cells[place], door) ? place : report.cells.findIndex((cell) => isAt(cell, door));
}

export const isToCome = ({ phase }: ShownCell): boolean => phase === 'waiting' || phase === 'calling';

/** The one before, where nothing is other than it was: whoever is told of the same object does nothing. */
export function kept(before: ShownCell | undefined, now: ShownCell): ShownCell {
  const alike = (part: keyof ShownCell) => before?.[part] === now[part];
  return before && (Object.keys(now) as (keyof ShownCell)[]).every(alike) ? before : now;
}

/** The set-up's own word is newer than the report's: a person may have spoken since the call. */
function expectedOf(said: Expected | undefined, cell: Cell | null): [Expected | null, ExpectedFrom | null] {
  if (said) return [said, 'set'];
  if (!cell || cell.expected_from === 'set') return [null, null];
  return [cell.expected, cell.expected_from];
}

function asExpected(cell: Cell | null, expected: Expected | null): boolean | null {
  if (!cell || !expected || cell.verdict === 'not_reached') return null;
  if (cell.verdict === 'failed') return false;
  return (cell.verdict === 'allowed') === (expected === 'allow');
}

/** `undefined` where nobody told of them, `null` where the token was called inactive. */
function rolesSeen(report: UserReport | null): string[] | null | undefined {
  const told = report?.cells.find((cell) => cell.decision?.introspection)?.decision;
  return told && (told.outcome === 'inactive' ? null : told.roles_found);
}

/** While a cell is asked again, what it was before; its own state otherwise. */
export function lastKnown(shown: ShownCell): ShownCell {
  if (shown.phase === 'done' || !shown.before) return shown;
  const cell = shown.before;
  return { ...shown, phase: 'done', cell, before: null, asExpected: cell.as_expected };
}

/** The cell that teaches most: a surprise first, then a refusal with a reason, then any refusal. */
export function mostTelling(matrix: Matrix): ShownCell | null {
  const cells = matrix.rows.flatMap((row) => row.cells);
  return (
    cells.find((shown) => shown.asExpected === false) ??
    cells.find((shown) => shown.cell?.finding && shown.cell.verdict === 'refused') ??
    cells.find((shown) => shown.cell?.verdict === 'refused') ??
    cells.find((shown) => shown.cell?.verdict === 'allowed') ??
    null
  );
}

/** A cell with the row that it stands in. */
export interface Standing {
  row: MatrixRow;
  shown: ShownCell;
}

export function standingAt(matrix: Matrix, place: Place | null): Standing | null {
  const row = place && matrix.rows.find(({ label }) => label === place.label);
  const shown = row?.cells.find(({ door }) => door.path === place?.path && door.method === place.method);
  return row && shown ? { row, shown } : null;
}
