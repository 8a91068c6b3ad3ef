// Palette: who is called where, and that what came of it is right.

import type { App } from '$lib/app.svelte';
import type { Matrix } from '$lib/state/matrix';
import { missing } from '$lib/state/ready';
import { sifted } from '$lib/state/sift';
import { count } from '$lib/tell/phrase';
import { CTRL } from '../keys';
import type { Act } from './act';

const GROUP = 'Call';

export function calls(app: App): Act[] {
  const { run, watch, matrix, workspace } = app;
  if (watch.on || run.running) {
    return [
      {
        id: 'stop',
        group: GROUP,
        title: watch.on ? 'Stop calling' : 'Stop the roll call',
        run: () => app.stop(),
      },
    ];
  }
  if (missing(workspace)) return [];
  const every: Act[] = [
    {
      id: 'call-all',
      group: GROUP,
      title: 'Call the roll',
      words: 'run all everybody every door',
      keys: `${CTRL} ⏎`,
      run: () => void app.callTheRoll(),
    },
  ];
  if (run.report) every.push(keepCalling(app));
  const left = sifted(matrix, app.rollCall, run.report);
  const open = app.expecting.unjudged(left).length;
  if (open > 0) every.push(markRight(app, left, open));
  const rows = matrix.rows.map(({ label, name }): Act => ({
    id: `call-row:${label}`,
    group: GROUP,
    title: `Call ${name} at every door`,
    words: 'run row',
    quiet: true,
    run: () => void app.callTheRoll(label),
  }));
  const doors = matrix.doors.map(({ path }): Act => ({
    id: `call-door:${path}`,
    group: GROUP,
    title: `Call everybody at ${path}`,
    words: 'run column door',
    quiet: true,
    run: () => void app.callTheRoll(null, path),
  }));
  return [...every, ...rows, ...doors];
}

function keepCalling(app: App): Act {
  const { watch_interval_ms } = app.workspace!.settings;
  return {
    id: 'keep-calling',
    group: GROUP,
    title: 'Keep calling for ten minutes',
    words: 'watch repeat again flip',
    run: () => app.startWatch(null, null, watch_interval_ms, 10),
  };
}

/** As the roll call's own button: what a search has left. */
function markRight(app: App, left: Matrix, open: number): Act {
  return {
    id: 'mark-right',
    group: GROUP,
    title: `Mark ${count(open, 'answer')} that nobody judged as right`,
    words: 'accept expect expectations',
    run: () => void app.expecting.markRight(left),
  };
}
