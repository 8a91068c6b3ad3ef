// The gallery's list: the parts in sheets, the frame and the views in the states that events lead to.

import type { App } from '$lib/app.svelte';
import type { RolecallEvent } from '$lib/contract';
import type { Component } from 'svelte';
import DropOverlay from '../frame/DropOverlay.svelte';
import KeysSheet from '../frame/KeysSheet.svelte';
import Notices from '../frame/Notices.svelte';
import Palette from '../frame/palette/Palette.svelte';
import Progress from '../frame/Progress.svelte';
import Settings from '../frame/settings/Settings.svelte';
import SideNav from '../frame/SideNav.svelte';
import TopBar from '../frame/TopBar.svelte';
import UnsavedSheet from '../frame/UnsavedSheet.svelte';
import RollCall from '../views/rollcall/RollCall.svelte';
import Sandbox from '../views/sandbox/Sandbox.svelte';
import Setup from '../views/setup/Setup.svelte';
import Start from '../views/start/Start.svelte';
import Timeline from '../views/timeline/Timeline.svelte';
import Token from '../views/token/Token.svelte';
import { asked, changed, watched } from './made';
import type { Entry } from './entry';
import { recorded, stories, until } from './recorded';
import Buttons from './sheets/Buttons.svelte';
import Fields from './sheets/Fields.svelte';
import Findings from './sheets/Findings.svelte';
import Json from './sheets/Json.svelte';
import Signs from './sheets/Signs.svelte';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Any = Component<any>;

const sheet = (id: string, title: string, component: Any): Entry => ({
  id: `parts-${id}`,
  group: 'Parts',
  title,
  component,
  events: () => recorded('sandbox'),
});

const of =
  (group: string, component: Any, fills = false) =>
  (
    id: string,
    title: string,
    scene: string | (() => Promise<RolecallEvent[]>),
    more: Partial<Entry> = {},
  ): Entry => ({
    id,
    group,
    title,
    component,
    fills,
    events: typeof scene === 'string' ? () => recorded(scene) : scene,
    ...more,
  });

const bar = of('Frame', TopBar);
const nav = of('Frame', SideNav);
const start = of('Start', Start, true);
const setup = of('Setup', Setup, true);
const roll = of('Roll call', RollCall, true);
const token = of('Token', Token, true);
const timeline = of('Timeline', Timeline, true);
const sandbox = of('Sandbox', Sandbox, true);

const shows = (name: App['view']['name']) => ({ then: (app: App) => app.view.go(name) });
const firstCall = (app: App) => {
  const call = app.exchanges.all.find(({ purpose }) => purpose === 'call');
  if (call) app.view.showCall(call.id);
};
const half = async () => until(await recorded('sandbox'), 5);

export const ENTRIES: Entry[] = [
  sheet('buttons', 'Buttons', Buttons),
  sheet('fields', 'Fields', Fields),
  sheet('signs', 'Signs and words', Signs),
  sheet('findings', 'Findings', Findings),
  sheet('json', 'JSON and claims', Json),

  bar('bar-sandbox', 'Top bar, in order', 'sandbox', shows('rollcall')),
  bar('bar-broken', 'Top bar, something broken on purpose', 'broken', shows('rollcall')),
  bar('bar-running', 'Top bar, while calling', half, shows('rollcall')),
  bar('bar-wrong', 'Top bar, not saved', 'wrong', shows('setup')),
  bar('bar-taken', 'Top bar, a port was taken', 'open', shows('rollcall')),
  nav('nav-first', 'Views, before anything', 'first'),
  nav('nav-wrong', 'Views, Setup needs somebody', 'wrong', shows('setup')),
  nav('nav-broken', 'Views, in a broken sandbox', 'broken', shows('sandbox')),
  of('Frame', Notices)('notices', 'Notices: done, wrong, undo', 'sandbox', { then: asked }),
  of('Frame', Progress)('progress', 'Progress of a roll call', half),
  of('Frame', Progress)('progress-unknown', 'Progress that nobody can tell', 'sandbox', {
    then: (app) => void app.work.during('Saving the report', new Promise(() => {})),
  }),
  of('Frame', Palette)('palette', 'Palette', 'sandbox', { then: (app) => (app.view.paletteShown = true) }),
  of('Frame', Settings)('settings', 'Settings', 'sandbox', {
    then: (app) => (app.view.settingsShown = true),
  }),
  of('Frame', KeysSheet)('keys', 'Keys', 'sandbox', { props: () => ({ open: true }) }),
  of('Frame', UnsavedSheet)('unsaved', 'Another opens: save the changes?', 'open', {
    then: (app) => changed(app, 'another'),
  }),
  of('Frame', UnsavedSheet)('unsaved-close', 'The window closes: save what has no file?', 'wrong', {
    then: (app) => changed(app, 'close'),
  }),
  of('Frame', DropOverlay)('drop', 'Files over the window', 'sandbox'),

  start('start-first', 'For the first time', 'first'),
  start('start-again', 'With earlier workspaces', 'start', { then: (app) => void app.recent.load() }),

  setup('setup-first', 'Empty', 'first', shows('setup')),
  setup('setup-wrong', 'Several things are wrong', 'wrong', shows('setup')),
  setup('setup-green', 'In order', 'open', shows('setup')),

  roll(
    'roll-ready',
    'Before the first call',
    async () => (await recorded('sandbox')).slice(0, 1),
    shows('rollcall'),
  ),
  roll('roll-running', 'While calling', half, shows('rollcall')),
  roll('roll-calm', 'All as expected', 'sandbox', shows('rollcall')),
  roll('roll-odd', 'A surprise', 'odd', shows('rollcall')),
  roll('roll-fault', 'Somebody got no token', 'fault', shows('rollcall')),
  roll('roll-open', 'Nobody said what to expect', 'open', shows('rollcall')),
  roll('roll-refused', 'The API itself is refused', 'refused', shows('rollcall')),
  roll('roll-many', 'Thirty callers at eight doors', 'many', shows('rollcall')),
  roll('roll-target', "Beside somebody's own API", 'target', shows('rollcall')),
  roll(
    'roll-watch',
    'While it keeps calling',
    async () => [...(await recorded('sandbox')), ...watched],
    shows('rollcall'),
  ),

  ...(['reader-bot', 'writer-bot', 'visitor-bot'] as const).map((label, at) =>
    token(
      `token-${['jwt', 'opaque', 'jwe'][at]}`,
      ['A JWT', 'An opaque token', 'An encrypted token'][at]!,
      'kinds',
      {
        then: (app) => app.view.showToken(label),
      },
    ),
  ),
  token('token-none', 'Somebody got none', 'fault', { then: (app) => app.view.showToken('visitor-bot') }),
  token('token-paste', 'Any token', 'sandbox', {
    then: (app) => {
      app.view.pasting = true;
      app.view.go('token');
    },
  }),
  token('token-nobody', 'Nobody yet', 'first', shows('token')),

  timeline('timeline-empty', 'Nothing asked yet', 'first', shows('timeline')),
  timeline('timeline-arrows', 'Arrows', 'sandbox', shows('timeline')),
  timeline('timeline-lines', 'Lines', 'sandbox', { then: (app) => void (app.timeline.zoom = 'lines') }),
  timeline('timeline-overview', 'Overview', 'many', { then: (app) => void (app.timeline.zoom = 'overview') }),
  timeline('timeline-long', 'Ten thousand exchanges', 'long', shows('timeline')),
  timeline('timeline-call', 'One call, opened', 'sandbox', { then: firstCall }),
  timeline('timeline-none', 'Nothing is like that', 'sandbox', {
    then: (app) => app.timeline.narrow({ query: 'nothing is called this' }),
  }),

  sandbox('sandbox-whole', 'Everything whole', 'sandbox', shows('sandbox')),
  sandbox('sandbox-broken', 'Two things broken', 'broken', shows('sandbox')),

  ...stories.map(({ name, events }) => roll(`story-${name}`, `Recorded: ${name}`, events, shows('rollcall'))),
];
