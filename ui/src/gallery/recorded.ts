// Where the gallery's states come from: events alone, as a real window is fed. A scene of the played
// backend is recorded once; runs recorded from the real one lie in `src/stories`.

import { App } from '$lib/app.svelte';
import { fake } from '$lib/backend/fake/fake';
import { scene } from '$lib/backend/fake/scenes';
import type { RolecallEvent } from '$lib/contract';

const scenes = new Map<string, Promise<RolecallEvent[]>>();

/** All that happens in a scene until its roll call is over. */
export function recorded(name: string): Promise<RolecallEvent[]> {
  const known = scenes.get(name);
  if (known) return known;
  const events = record(name);
  scenes.set(name, events);
  return events;
}

async function record(name: string): Promise<RolecallEvent[]> {
  const backend = fake(name, 0);
  const events: RolecallEvent[] = [];
  let over = () => {};
  const finished = new Promise<void>((resolve) => (over = resolve));
  await backend.subscribe((told) => {
    for (const event of told) {
      // Whole, so that the last ones can be opened without the backend that they came from.
      if (event.type === 'outlined') void backend.openExchange(event.exchange.id);
      else events.push(structuredClone(event));
      if (event.type === 'run_finished') over();
    }
  });
  if (!scene(name).begin) return events;
  await backend.openSandbox();
  await backend.callTheRoll(null, null);
  await finished;
  return events;
}

/** As it was when so many cells had been answered. */
export function until(events: RolecallEvent[], cells: number): RolecallEvent[] {
  let seen = 0;
  const end = events.findIndex((event) => event.type === 'cell_changed' && ++seen > cells);
  return end < 0 ? events : events.slice(0, end);
}

/** A window's state, made of nothing but events. */
export function appOf(events: RolecallEvent[], name = 'sandbox'): App {
  const app = new App(fake(name, 0));
  app.receive(events);
  return app;
}

/** Runs of the real program: a list of events each, or an object that holds one. */
const FILES = import.meta.glob<{ default: RolecallEvent[] | { events: RolecallEvent[] } }>(
  '../stories/*.json',
);

export const stories: { name: string; events: () => Promise<RolecallEvent[]> }[] = Object.entries(FILES).map(
  ([path, load]) => ({
    name: path.split('/').at(-1)!.replace('.json', ''),
    events: async () => {
      const { default: told } = await load();
      return Array.isArray(told) ? told : told.events;
    },
  }),
);
