// What the presenter shows: which story, which of its steps, and whether the technical line stands
// below the caption. Fed by the events that feed the window.

import type { App } from '$lib/app.svelte';
import type { RolecallEvent } from '$lib/contract';
import type { Step, Story } from '$lib/tell/story';
import { FIRST } from '../../stories/first';
import { lastKnown, type MatrixRow } from './matrix';
import type { RunState } from './run';
import { heardAt, placeKey, Tape, type Heard } from './story';
import type { Place } from './view.svelte';

/** A shipped story by its name, or a cell of the present run. */
export type Chosen = { shipped: string } | { place: Place };

/** The id under which the present run's story is chosen. */
export const LIVE = 'live';

export class Stories {
  readonly #tape = new Tape();
  #version = $state(0);

  chosen = $state.raw<Chosen>({ shipped: FIRST });
  technical = $state(true);
  #at = $state(0);
  /** The end of the present run's story that is on screen; another one is news. */
  #seen: string | null = null;

  apply(event: RolecallEvent, run: RunState): void {
    this.#tape.apply(event, run);
    if (event.type === 'cell_changed' || event.type === 'run_finished') this.#version += 1;
  }

  forget(): void {
    this.#tape.forget();
    this.#version += 1;
    if ('place' in this.chosen) this.tell({ shipped: FIRST });
  }

  /** From its beginning. */
  tell(chosen: Chosen): void {
    this.chosen = chosen;
    this.#at = 0;
    this.#seen = null;
  }

  isLive(): boolean {
    return 'place' in this.chosen;
  }

  /** What is known of a visit in the present run. */
  heardAt(place: Place, { workspace, run, exchanges }: App): Heard {
    void this.#version;
    const byId = (id: number | null) => exchanges.line(id)?.outline ?? null;
    return heardAt(place, this.#tape, { workspace, run, byId });
  }

  /** The step on screen; a story that became shorter ends where it now ends. */
  stepAt(story: Story): number {
    return Math.max(0, Math.min(this.#at, story.steps.length - 1));
  }

  go(to: number, story: Story): void {
    this.#at = Math.max(0, Math.min(to, story.steps.length - 1));
  }

  /** Another answer came at the door that is told of: its end is what everybody waits for. */
  follow(story: Story): void {
    if (!('place' in this.chosen)) return;
    const end = story.steps[0]?.scene === 'absent' ? null : endOf(story);
    if (this.#seen !== null && this.#seen !== end) this.go(story.steps.length - 1, story);
    this.#seen = end;
  }
}

const endOf = ({ steps }: Story): string => JSON.stringify([steps.length, steps.at(-1)]);

/** All cells that were called, the chosen one first. */
export function livePlaces({ matrix, chosen }: App): Place[] {
  const cells = matrix.rows.flatMap((row) => row.cells.map(lastKnown));
  const places = cells
    .filter(({ cell }) => cell !== null)
    .map(({ label, door: { method, path } }): Place => ({ label, method, path }));
  const first = chosen && placeKey({ label: chosen.row.label, ...chosen.shown.door });
  return [
    ...places.filter((place) => placeKey(place) === first),
    ...places.filter((place) => placeKey(place) !== first),
  ];
}

/** The row of the story that is told, where it is the present run's. */
export function rowTold({ matrix }: App, chosen: Chosen): MatrixRow | null {
  return 'place' in chosen ? (matrix.rows.find(({ label }) => label === chosen.place.label) ?? null) : null;
}

export type { Step, Story };
