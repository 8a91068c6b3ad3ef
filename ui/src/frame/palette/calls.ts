// Palette: who is called where.

import type { App } from '$lib/app.svelte';
import { unjudged } from '$lib/state/expecting';
import { missing } from '$lib/state/ready';
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
  if (unjudged(matrix).length > 0) every.push(allRight(app));
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

function allRight(app: App): Act {
  return {
    id: 'all-right',
    group: GROUP,
    title: 'Accept all answers that nobody judged',
    words: 'right expect expectations',
    run: () => void app.expecting.allRight(app.matrix),
  };
}
