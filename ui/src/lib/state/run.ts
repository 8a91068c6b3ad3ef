// A roll call as it happens. Pure: the same events give the same state, so any view can be rebuilt
// (or replayed) from them.

import { NOBODY, type Cell, type Report, type RolecallEvent } from '$lib/contract';

export interface RunState {
  /** `null` until the first roll call. */
  id: number | null;
  running: boolean;
  startedAt: string | null;
  finishedAt: string | null;
  cancelled: boolean;
  report: Report | null;
  /** What the report before this run said, so that a cell can show what it was while it is asked. */
  before: Report | null;
  /** Which endpoints this run answered, by the users' indexes. A row's own set changes only with it. */
  answered: ReadonlySet<number>[];
}

export const noRun: RunState = {
  id: null,
  running: false,
  startedAt: null,
  finishedAt: null,
  cancelled: false,
  report: null,
  before: null,
  answered: [],
};

const NONE: ReadonlySet<number> = new Set();

const isAnswered = ({ answered }: RunState, user: number, endpoint: number) =>
  answered[user]?.has(endpoint) ?? false;

/** How many cells this run has answered. */
export const answersIn = ({ answered }: RunState): number => answered.reduce((sum, row) => sum + row.size, 0);

export function applyRun(state: RunState, event: RolecallEvent): RunState {
  if (event.type === 'run_started') {
    return {
      id: event.run,
      running: true,
      startedAt: event.at,
      finishedAt: null,
      cancelled: false,
      report: event.report,
      before: state.report,
      answered: event.report.users.map(() => NONE),
    };
  }
  if (event.type === 'run_finished' && event.run >= (state.id ?? 0)) {
    // A window that was opened again hears of the last run only that it ended.
    const before = event.run === state.id ? state.before : null;
    const { run: id, at: finishedAt, cancelled, report } = event;
    return { ...state, id, running: false, finishedAt, cancelled, report, before };
  }
  // Whatever an older run still has to say is no longer of interest.
  if (!('run' in event) || event.run !== state.id || !state.report) return state;
  const report = state.report;
  switch (event.type) {
    case 'run_finding':
      return { ...state, report: { ...report, api: { ...report.api, finding: event.finding } } };
    case 'api_changed':
      return { ...state, report: { ...report, api: event.api } };
    case 'project_learned':
      return { ...state, report: { ...report, project_id: event.project_id } };
    case 'target_changed':
      return { ...state, report: { ...report, target: event.target } };
    case 'user_changed':
      return { ...state, report: withUser(report, event.user, (row) => ({ ...row, ...event.row })) };
    case 'cell_changed':
      return {
        ...state,
        report: withUser(report, event.user, (row) => ({
          ...row,
          cells: replaced(row.cells, event.endpoint, event.cell),
        })),
        answered: replaced(
          state.answered,
          event.user,
          new Set(state.answered[event.user]).add(event.endpoint),
        ),
      };
    default:
      return state;
  }
}

type Row = Report['users'][number];

function withUser(report: Report, index: number, change: (row: Row) => Row): Report {
  const row = report.users[index];
  return row ? { ...report, users: replaced(report.users, index, change(row)) } : report;
}

const replaced = <T>(items: T[], index: number, item: T): T[] =>
  index in items ? items.with(index, item) : items;

/** The same was called once more: what is shown was answered then. */
export const calledAgain = (state: RunState, finishedAt: string): RunState => ({ ...state, finishedAt });

/** How far a cell is in the run. */
export type Phase = 'idle' | 'waiting' | 'calling' | 'done';

/** `public` doors are called even for a user whose token did not come. */
export function phaseOf(run: RunState, user: number, endpoint: number, isPublic: boolean): Phase {
  const row = run.report?.users[user];
  const cell: Cell | undefined = row?.cells[endpoint];
  if (!row || !cell) return 'idle';
  if (!run.running || isAnswered(run, user, endpoint)) return 'done';
  // A run of a single row leaves the other rows as they were.
  if (cell.verdict !== 'not_reached') return 'done';
  if (row.finding && !isPublic) return 'done';
  if (!row.token && row.label !== NOBODY) return 'waiting';
  // Within a row one door is called after the other.
  const first = row.cells.findIndex((one, at) => one.verdict === 'not_reached' && !isAnswered(run, user, at));
  return first === endpoint ? 'calling' : 'waiting';
}
