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
    case 'cell_changed':
      return applyAnswers(state, [event]);
    default:
      return state;
  }
}

/** A row's token arrived, or a cell's answer. */
export type Answer = Extract<RolecallEvent, { type: 'user_changed' | 'cell_changed' }>;

export const isAnswer = (event: RolecallEvent): event is Answer =>
  event.type === 'user_changed' || event.type === 'cell_changed';

/** Answers in a row are one change: a hundred of them copy the hundred rows' list once. */
export function applyAnswers(state: RunState, events: readonly Answer[]): RunState {
  const { report } = state;
  const ours = events.filter(({ run, user }) => run === state.id && report?.users[user]);
  if (!report || ours.length === 0) return state;
  const users = [...report.users];
  const answered = [...state.answered];
  for (const event of ours) {
    const { user } = event;
    const row = users[user]!;
    if (event.type === 'user_changed') users[user] = { ...row, ...event.row };
    else {
      users[user] = { ...row, cells: replaced(row.cells, event.endpoint, event.cell) };
      if (answered[user]) answered[user] = new Set(answered[user]).add(event.endpoint);
    }
  }
  return { ...state, report: { ...report, users }, answered };
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
