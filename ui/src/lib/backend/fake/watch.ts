// The same played calls again and again, with what flips.

import type { Report, RolecallEvent, WatchView } from '$lib/contract';
import { callCell, type Stage } from './run';

export interface Played {
  stage: () => Stage;
  report: () => Report | null;
  run: () => number;
  /** When something was changed here; `null` where nothing was since it last showed. */
  changedAt: () => number | null;
  emit: (event: RolecallEvent) => void;
}

/** Begins to watch; answers how to stop it. */
export function watch(
  played: Played,
  view: Pick<WatchView, 'interval_ms' | 'user' | 'endpoint'>,
  minutes: number,
): () => void {
  const { emit } = played;
  const started = Date.now();
  const until = started + minutes * 60_000;
  let now: WatchView = {
    ...view,
    rounds: 0,
    called_at: null,
    started: new Date(started).toISOString(),
    until: new Date(until).toISOString(),
    paused_until: null,
    ended: [],
  };
  emit({ type: 'watch_started', watch: now });
  const timer = setInterval(() => {
    if (Date.now() >= until) return end('time_over');
    round(played, now);
    now = { ...now, rounds: now.rounds + 1, called_at: new Date().toISOString() };
    emit({ type: 'watch_round', watch: now });
  }, view.interval_ms);
  const end = (reason: 'stopped' | 'time_over') => {
    clearInterval(timer);
    emit({ type: 'watch_ended', at: new Date().toISOString(), reason });
  };
  return () => end('stopped');
}

function round({ stage, report, run, changedAt, emit }: Played, view: WatchView) {
  const set = stage();
  for (const [user, row] of report()?.users.entries() ?? []) {
    if (view.user !== null && row.label !== view.user) continue;
    const person = set.people.find((one) => one.user_name === row.label) ?? null;
    for (const [endpoint, door] of set.workspace.endpoints.entries()) {
      if (view.endpoint !== null && door.path !== view.endpoint) continue;
      const old = row.cells[endpoint]!;
      if (row.finding && door.access.rule !== 'public') continue;
      const cell = callCell(set, row, person, door, old);
      const said = set.workspace.expectations.find(
        (one) => one.user === row.label && one.endpoint === door.path,
      );
      cell.expected = said?.expected ?? cell.expected;
      row.cells[endpoint] = cell;
      emit({ type: 'cell_changed', run: run(), user, endpoint, cell: structuredClone(cell) });
      if (cell.verdict === old.verdict) continue;
      const changed = changedAt();
      emit({
        type: 'watch_flipped',
        flip: {
          user,
          endpoint,
          at: new Date().toISOString(),
          from: old.verdict,
          to: cell.verdict,
          status: cell.status,
          roles_before: old.decision?.roles_found ?? [],
          roles_after: cell.decision?.roles_found ?? [],
          shown_after_ms: changed === null ? null : Date.now() - changed,
          roles_in_token: row.token?.kind === 'jwt' ? (old.decision?.roles_found ?? []) : null,
        },
      });
    }
  }
}
