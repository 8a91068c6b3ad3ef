// Palette: the views, and what opens over them.

import type { App } from '$lib/app.svelte';
import { VIEWS, type ViewName } from '$lib/state/view.svelte';
import { CTRL } from '../keys';
import type { Act } from './act';

const GROUP = 'Go to';
const TITLES: Record<ViewName, [string, string]> = {
  start: ['Start', 'home recent'],
  setup: ['Setup', 'issuer keys doors expectations'],
  rollcall: ['Roll call', 'matrix grid'],
  sandbox: ['Sandbox', 'break it faults roles'],
  token: ['Token', 'claims scopes'],
  timeline: ['Timeline', 'exchanges sequence requests curl'],
};

export function places(app: App): Act[] {
  const views = VIEWS.filter(
    (name) => name !== app.view.name && (name !== 'sandbox' || app.workspace?.sandbox),
  ).map((name): Act => ({
    id: `go:${name}`,
    group: GROUP,
    title: TITLES[name][0],
    words: `view ${TITLES[name][1]}`,
    keys: `${CTRL} ${VIEWS.indexOf(name) + 1}`,
    run: () => app.view.go(name),
  }));
  const over: Act[] = [
    {
      id: 'paste-token',
      group: GROUP,
      title: 'Look into any token',
      words: 'paste inspect decode jwt',
      run: () => {
        app.view.pasting = true;
        app.view.go('token');
      },
    },
    {
      id: 'settings',
      group: GROUP,
      title: 'Settings',
      words: 'preferences port parallelism retries cache interval certificate authority ca file',
      keys: `${CTRL} ,`,
      run: () => (app.view.settingsShown = true),
    },
    {
      id: 'keys',
      group: GROUP,
      title: 'Keys',
      words: 'shortcuts help',
      keys: '?',
      run: () => (app.view.keysShown = true),
    },
    {
      id: 'log-folder',
      group: GROUP,
      title: "The log's folder",
      words: 'open log file',
      run: () => void app.try(app.backend.openLogFolder()),
    },
  ];
  if (app.run.report && !app.run.running) {
    over.unshift({
      id: 'present',
      group: GROUP,
      title: 'Present',
      words: 'presenter story large type room',
      keys: 'F5',
      run: () => app.present(),
    });
  }
  return [...views, ...over];
}
