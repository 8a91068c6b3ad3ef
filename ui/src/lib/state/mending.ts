// What somebody mends or changes out of the window: it is done, and whatever it concerns is called
// again, so that the matrix shows what came of it.

import type { Backend } from '$lib/backend';
import type { Action } from '$lib/contract';
import { rolesNeeded } from '$lib/tell/rule';
import type { Changes } from './changes.svelte';
import { switched } from './faults';
import { asksFirst, cellOf, mendedWord, rowAfter, type FindingPlace, type Fixes } from './fixes.svelte';
import type { Known } from './known';
import type { Notices } from './notices.svelte';
import type { View } from './view.svelte';
import type { Watch } from './watch.svelte';
import type { Work } from './work.svelte';

interface Needs {
  backend: Backend;
  known: Known;
  changes: Changes;
  fixes: Fixes;
  notices: Notices;
  view: View;
  watch: Watch;
  work: Work;
  /** Calls a row, or all; `stay` keeps the view that is open. */
  call: (user: string | null, stay: boolean) => Promise<void>;
}

export class Mending {
  #breaking: Promise<void> = Promise.resolve();

  /** All that was broken on purpose, or mended, until now is so. */
  get settled(): Promise<void> {
    return this.#breaking;
  }

  constructor(private readonly needs: Needs) {}

  /** Changes the sandbox, then asks again so that the row's cells follow. */
  async change(label: string, work: Promise<void>, role: string | null = null): Promise<void> {
    const { changes, known, notices, view, watch } = this.needs;
    // Whoever keeps calling sees for themselves when it shows.
    if (watch.on) return void (await notices.try(work));
    changes.mark(label);
    if (!(await notices.try(work))) return changes.unmark(label);
    // An open explanation goes to the cell that is about to turn.
    const row = known.matrix.rows.find((one) => one.label === label);
    const turns = row?.cells.find(({ door: { access } }) => rolesNeeded(access).includes(role ?? ''));
    if (turns && view.chosen) view.choose({ label, ...turns.door });
    // A run that began meanwhile may have called it before the change was through.
    changes.mark(label);
    await this.callChanged();
  }

  /** Breaks one thing in the sandbox, or mends it; `null` mends everything. */
  breakIt(id: string | null, on = false, amount?: number): void {
    const { backend, known, notices } = this.needs;
    // One after the other: each names all that is to be broken from then on.
    this.#breaking = this.#breaking.then(async () => {
      const faults = id === null ? [] : switched(known.workspace?.sandbox?.faults ?? [], id, on, amount);
      await notices.try(backend.setFaults(faults));
    });
  }

  /** What a finding offers to do; first shown where it changes somebody's own ZITADEL. */
  async fix(action: Action, at: FindingPlace): Promise<void> {
    const { fixes, known } = this.needs;
    if (asksFirst(action, known.workspace)) fixes.asking = { action, at };
    else await this.carryOut(action, at);
  }

  /** Does it, then calls again whatever it concerns. */
  async carryOut(action: Action, at: FindingPlace): Promise<void> {
    const { backend, changes, fixes, known, notices, watch, work } = this.needs;
    fixes.asking = null;
    if (action.do === 'find_key') return this.#findKey(action.path);
    const called = known.run.report !== null;
    const row = rowAfter(action, at, known.matrix);
    fixes.began(at);
    if (row !== null && !watch.on) changes.mark(row);
    if (!(await notices.try(work.during('Doing what the finding offers', backend.applyFix(action))))) {
      fixes.failed();
      return changes.unmark(row);
    }
    // Nothing was called yet, or it is called at every moment: there is nothing to wait for.
    if (!called || (watch.on && row !== null)) return this.#settle();
    if (row === null && !known.run.running) return this.#call(null);
    const rows = row === null ? known.matrix.rows.map(({ label }) => label) : [row];
    rows.forEach((label) => changes.mark(label));
    await this.callChanged();
  }

  /** A roll call that was asked for is over. */
  ended(): void {
    // What is still to be called again may show otherwise, and so may what began before the fix.
    if (this.needs.changes.labels.length === 0) this.#settle();
  }

  async callChanged(): Promise<void> {
    const { changes, known } = this.needs;
    const { next } = changes;
    if (next !== null && !known.run.running) await this.#call(next);
  }

  /** Asks where a key file lies now. */
  async #findKey(path: string): Promise<void> {
    const { backend, known, notices } = this.needs;
    const before = known.workspace;
    const found = (await notices.try(backend.locateKey(path, null))) && known.workspace !== before;
    if (found && known.run.report) await this.#call(null);
  }

  /** Who mends or changes something elsewhere is not carried off to the roll call. */
  #call(row: string | null): Promise<void> {
    const { call, view } = this.needs;
    return call(row, view.presenting || ['setup', 'sandbox', 'token'].includes(view.name));
  }

  #settle(): void {
    const { fixes, known, notices, view } = this.needs;
    const helped = fixes.settle(known.workspace, known.run.report);
    if (helped === null) return;
    // In the roll call it turns green in the finding's own place.
    if (!helped) notices.error('That was done, but what was wrong is still so.');
    else if (view.name !== 'rollcall') notices.done(mendedWord(cellOf(fixes.done, known.matrix)));
  }
}
