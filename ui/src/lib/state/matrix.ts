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
  /** Roles on the API's project; `null` where nobody has told them yet. */
  roles: string[] | null;
  cells: ShownCell[];
}

export interface Matrix {
  doors: Endpoint[];
  rows: MatrixRow[];
}

/** `changing` are rows that are about to be asked again, since something about their users was changed. */
export function matrixOf(workspace: WorkspaceView, run: RunState, changing: string[] = []): Matrix {
  const labels = [...workspace.users.map((user) => user.label), NOBODY];
  return {
    doors: workspace.endpoints,
    rows: labels.map((label) => rowOf(workspace, run, label, changing.includes(label))),
  };
}

function rowOf(workspace: WorkspaceView, run: RunState, label: string, changing: boolean): MatrixRow {
  const index = run.report?.users.findIndex((row) => row.label === label) ?? -1;
  const report = run.report?.users[index] ?? null;
  const before = run.before?.users.find((row) => row.label === label) ?? null;
  const subject =
    report?.user_id ?? workspace.users.find((user) => user.label === label)?.key.facts?.subject ?? null;
  const sandbox = workspace.sandbox?.users.find((user) => user.user_id === subject) ?? null;
  const name = report?.user_name ?? label;
  const cells = workspace.endpoints.map((door): ShownCell => {
    const at = report?.cells.findIndex((cell) => isAt(cell, door)) ?? -1;
    const cell = report?.cells[at] ?? null;
    const own = cell ? phaseOf(run, index, at, door.access.rule === 'public') : 'idle';
    // Its answer is out of date from the moment of the change, not only when it is called.
    const phase = changing && own === 'done' ? 'waiting' : own;
    const earlier = changing ? report : before;
    const [expected, expectedFrom] = expectedOf(workspace, label, door, cell);
    return {
      label,
      name,
      door,
      phase,
      cell,
      before: phase === 'done' ? null : (earlier?.cells.find((old) => isAt(old, door)) ?? null),
      expected,
      expectedFrom,
      asExpected: phase === 'done' ? asExpected(cell, expected) : null,
    };
  });
  const roles = sandbox?.roles ?? rolesSeen(report);
  return { label, name, userId: subject, report, sandbox, roles, cells };
}

const isAt = (cell: Cell, door: Endpoint) => cell.path === door.path && cell.method === door.method;

/** The set-up's own word is newer than the report's: a person may have spoken since the call. */
function expectedOf(
  workspace: WorkspaceView,
  label: string,
  door: Endpoint,
  cell: Cell | null,
): [Expected | null, ExpectedFrom | null] {
  const set = workspace.expectations.find((said) => said.user === label && said.endpoint === door.path);
  if (set) return [set.expected, 'set'];
  if (!cell || cell.expected_from === 'set') return [null, null];
  return [cell.expected, cell.expected_from];
}

function asExpected(cell: Cell | null, expected: Expected | null): boolean | null {
  if (!cell || !expected || cell.verdict === 'not_reached') return null;
  if (cell.verdict === 'failed') return false;
  return (cell.verdict === 'allowed') === (expected === 'allow');
}

function rolesSeen(report: UserReport | null): string[] | null {
  const told = report?.cells.find((cell) => cell.decision?.introspection)?.decision;
  return told && told.outcome !== 'inactive' ? told.roles_found : null;
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
