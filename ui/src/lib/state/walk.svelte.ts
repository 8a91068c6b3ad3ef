// What the walk remembers, and its eyes: while something is not proven yet, the roll is called
// quietly again and again, so that a card turns green by itself.

import type { WorkspaceView } from '$lib/contract';
import { askedOf, rolesAsked, type Asked, type Step, type StepId, type StepState, type Walk } from './walk';

export class WalkMemory {
  /** With which keys the last whole report was made. */
  asked = $state.raw<Asked | null>(null);
  /** What somebody says is done. */
  said = $state.raw<readonly StepId[]>([]);
  /** The card that the focus is in: it does not fold under somebody's hands. */
  held = $state<StepId | null>(null);
  #byHand = $state.raw<Partial<Record<StepId, { open: boolean; state: StepState }>>>({});
  #begun: Asked | null = null;

  began(workspace: WorkspaceView | null): void {
    this.#begun = workspace && askedOf(workspace);
  }

  ended(cancelled: boolean): void {
    if (!cancelled) this.asked = this.#begun;
  }

  say(id: StepId): void {
    this.said = [...this.said, id];
    this.held = null;
    this.#byHand = {};
  }

  isOpen({ id, state }: Step): boolean {
    const hand = this.#byHand[id];
    // What was opened or folded by hand stays so until it turns.
    if (hand?.state === state) return hand.open;
    return state === 'wrong' || state === 'next' || this.held === id;
  }

  toggle(step: Step): void {
    const open = !this.isOpen(step);
    this.#byHand = { ...this.#byHand, [step.id]: { open, state: step.state } };
    // Whoever opens it is in it.
    if (open) this.held = step.id;
    else if (this.held === step.id) this.held = null;
  }

  forget(): void {
    this.asked = null;
    this.said = [];
    this.held = null;
    this.#byHand = {};
    this.#begun = null;
  }
}

/** The clock that checking goes by. */
export interface Ticking {
  now: () => number;
  /** Answers how to call it off. */
  after: (ms: number, act: () => void) => () => void;
}

export const ticking: Ticking = {
  now: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** Somebody is at it: soon. Later they are likely elsewhere. */
const SOON_MS = 3_000;
const LATER_MS = 10_000;
const LATER_AFTER_MS = 120_000;

export class Live {
  paused = $state(false);
  /** How often it looks; `null` while there is nothing to look for. */
  every = $state<number | null>(null);
  #since = 0;
  #off: (() => void) | null = null;

  /** `busy`: something else calls just now. */
  constructor(
    private readonly check: () => unknown,
    private readonly busy: () => boolean,
    private readonly clock: Ticking = ticking,
  ) {}

  /** Whether there is something to look for; looks at once when that begins. */
  want(wanted: boolean): void {
    if (wanted === (this.every !== null)) return;
    this.#off?.();
    this.#off = null;
    this.every = null;
    if (wanted) this.#begin();
  }

  /** Something was brought: looks at once, and soon again. */
  anew(): void {
    if (this.every !== null) this.#begin();
  }

  #begin(): void {
    this.#since = this.clock.now();
    this.every = SOON_MS;
    this.#look();
  }

  pause(paused: boolean): void {
    this.paused = paused;
    if (!paused) this.anew();
  }

  #look(): void {
    this.#off?.();
    if (!this.paused && !this.busy()) this.check();
    this.every = this.clock.now() - this.#since < LATER_AFTER_MS ? SOON_MS : LATER_MS;
    this.#off = this.clock.after(this.every, () => this.#look());
  }
}

/** What a look goes by: with anything of it changed, another look may find otherwise. */
export function lookedWith(workspace: WorkspaceView): string {
  const { issuer, project_id, scopes, endpoints } = workspace;
  return JSON.stringify([issuer.discovered?.issuer, askedOf(workspace), project_id, scopes, endpoints]);
}

/** Whether a look could find something: all is there to call with, and not all is proven. */
export function looksFor(workspace: WorkspaceView | null, walk: Walk | null): boolean {
  if (!workspace || !walk?.head) return false;
  const ready = workspace.issuer.state === 'ok' && workspace.api_key?.state === 'ok';
  // Where no door asks for a role, its two cards wait for a door and not for ZITADEL.
  const roles = rolesAsked(workspace).length > 0;
  const open = walk.steps.filter(({ id, state }) => state !== 'done' && (roles || !/role|assign/.test(id)));
  return ready && open.length > 0 && workspace.endpoints.length > 0;
}
