// What was heard of one caller at one door, gathered from the events alone: the presenter tells it,
// whether it was recorded long ago or happens now. Pure but for the tape, which only grows by events.

import type { Access, Cell, Exchange, RolecallEvent, UserReport, WorkspaceView } from '$lib/contract';
import { applyRun, noRun, type RunState } from './run';
import type { Place } from './view.svelte';

/** One caller at one door: what came of it, and the exchanges that belong to it, in outline at least. */
export interface Visit {
  cell: Cell;
  /** `null` where it is no longer kept. */
  call: Exchange | null;
  /** The API's question about it; `null` where nothing was asked. */
  asked: Exchange | null;
}

/** Everything that a story is told from. */
export interface Heard {
  place: Place;
  /** As ZITADEL calls the user, once known. */
  name: string;
  access: Access | null;
  /** The newest last; the one before it only where it told otherwise. */
  visits: Visit[];
}

export type ById = (id: number | null) => Exchange | null;

export const placeKey = ({ label, method, path }: Place): string => `${label} ${method} ${path}`;

/** Whether two answers leave the same picture: who got in, and with which roles. */
function tellsSame(one: Cell, other: Cell): boolean {
  const roles = (cell: Cell) => [...(cell.decision?.roles_found ?? [])].sort().join(' ');
  const outcome = (cell: Cell) => `${cell.verdict} ${cell.decision?.outcome}`;
  return outcome(one) === outcome(other) && roles(one) === roles(other);
}

/** Keeps, for each caller at each door, the newest answer and the one that it differs from. */
export class Tape {
  readonly #kept = new Map<string, Cell[]>();

  /** `run` is the run as it is after the event. */
  apply(event: RolecallEvent, run: RunState): void {
    if (!('run' in event) || event.run !== run.id) return;
    if (event.type === 'cell_changed') this.#hear(run.report?.users[event.user], event.cell);
    if (event.type === 'run_finished')
      for (const row of event.report.users) for (const cell of row.cells) this.#hear(row, cell);
  }

  /** Another workspace, other people. */
  forget(): void {
    this.#kept.clear();
  }

  cells(place: Place): readonly Cell[] {
    return this.#kept.get(placeKey(place)) ?? [];
  }

  #hear(row: UserReport | undefined, cell: Cell): void {
    if (!row || cell.verdict === 'not_reached') return;
    const key = placeKey({ label: row.label, ...cell });
    const kept = this.#kept.get(key) ?? [];
    const last = kept.at(-1);
    const other = last && last.exchange !== cell.exchange && !tellsSame(last, cell);
    this.#kept.set(key, other || !last ? [...kept.slice(-1), cell] : [...kept.slice(0, -1), cell]);
  }
}

interface Known {
  workspace: WorkspaceView | null;
  run: RunState;
  byId: ById;
}

/** What is known of one caller at one door. */
export function heardAt(place: Place, tape: Tape, { workspace, run, byId }: Known): Heard {
  const isAt = ({ method, path }: { method: string; path: string }) =>
    method === place.method && path === place.path;
  const row = run.report?.users.find(({ label }) => label === place.label);
  const now = row?.cells.find(isAt);
  // A row that is being called again is told as it was until its new answer is there.
  const gone = now?.verdict === 'not_reached' && !run.running;
  const cells = gone ? [now] : tape.cells(place);
  return {
    place,
    name: row?.user_name ?? place.label,
    access: workspace?.endpoints.find(isAt)?.access ?? null,
    visits: cells.map((cell) => ({
      cell,
      call: byId(cell.exchange),
      asked: byId(cell.decision?.introspection_exchange ?? null),
    })),
  };
}

/** The same from recorded events; without a place, of the first caller who was heard. */
export function heardIn(events: readonly RolecallEvent[], place?: Place): Heard {
  const tape = new Tape();
  const exchanges = new Map<number, Exchange>();
  let workspace: WorkspaceView | null = null;
  let run = noRun;
  let at = place;
  for (const event of events) {
    if (event.type === 'workspace') workspace = event.workspace;
    else if (event.type === 'exchange') exchanges.set(event.exchange.id, event.exchange);
    run = applyRun(run, event);
    tape.apply(event, run);
    const row = event.type === 'cell_changed' ? run.report?.users[event.user] : null;
    if (event.type === 'cell_changed' && row) at ??= { label: row.label, ...event.cell };
  }
  const byId: ById = (id) => (id === null ? null : (exchanges.get(id) ?? null));
  return heardAt(at ?? { label: '', method: '', path: '' }, tape, { workspace, run, byId });
}
