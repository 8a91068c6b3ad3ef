// Calling again and again: whether it goes on, and what has flipped. Fed by events only.

import type { Flip, Report, RolecallEvent, WatchEnd, WatchView } from '$lib/contract';

/** A flip with the names that its numbers stood for when it happened. */
export interface NamedFlip extends Flip {
  id: number;
  label: string;
  name: string;
  path: string;
}

/** More than anybody scrolls through. */
const KEPT = 200;

export class Watch {
  view = $state.raw<WatchView | null>(null);
  /** How the last one ended; `null` while one goes on, or none ever did. */
  ended = $state.raw<{ at: string; reason: WatchEnd } | null>(null);
  /** The newest first. */
  flips = $state.raw<NamedFlip[]>([]);
  #next = 1;

  get on(): boolean {
    return this.view !== null;
  }

  /** `report` is what the flip's numbers count in. */
  apply(event: RolecallEvent, report: Report | null): void {
    switch (event.type) {
      case 'watch_started':
        this.view = event.watch;
        this.ended = null;
        this.flips = [];
        break;
      case 'watch_round':
        this.view = event.watch;
        break;
      case 'watch_flipped':
        this.#add(event.flip, report);
        break;
      case 'watch_ended':
        this.view = null;
        this.ended = { at: event.at, reason: event.reason };
        break;
    }
  }

  #add(flip: Flip, report: Report | null): void {
    const row = report?.users[flip.user];
    const cell = row?.cells[flip.endpoint];
    if (!row || !cell) return;
    const named = {
      ...flip,
      id: this.#next++,
      label: row.label,
      name: row.user_name ?? row.label,
      path: cell.path,
    };
    this.flips = [named, ...this.flips].slice(0, KEPT);
  }

  /** Another workspace: nothing of this is about it. */
  forget(): void {
    this.flips = [];
    this.ended = null;
  }

  /** Roles that a row's JWT still names, as its newest flip tells; `null` where none tells. */
  rolesInToken(label: string): string[] | null {
    return this.flips.find((flip) => flip.label === label)?.roles_in_token ?? null;
  }

  /** The newest flip of a cell, for the cell's own mark. */
  flipAt(label: string, path: string): NamedFlip | null {
    return this.flips.find((flip) => flip.label === label && flip.path === path) ?? null;
  }
}
