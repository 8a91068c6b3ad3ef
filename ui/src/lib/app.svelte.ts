// The window's one object: the stores, fed by events, and what a person can do.

import { getContext, setContext } from 'svelte';
import type { Backend, DropState } from './backend';
import type { Action, CommandError, RolecallEvent, WorkspaceView } from './contract';
import { Changes } from './state/changes.svelte';
import { Exchanges } from './state/exchanges.svelte';
import { matrixOf, mostTelling, type Matrix, type MatrixRow, type ShownCell } from './state/matrix';
import { Notices } from './state/notices.svelte';
import { missing, somethingWrong } from './state/ready';
import { applyRun, noRun, type RunState } from './state/run';
import { Theme } from './state/theme.svelte';
import { TimelineLook } from './state/timeline.svelte';
import { View } from './state/view.svelte';

export class App {
  readonly backend: Backend;
  readonly changes = new Changes();
  readonly exchanges = new Exchanges();
  readonly notices = new Notices();
  readonly theme = new Theme();
  readonly timeline = new TimelineLook();
  readonly view = new View();

  workspace = $state.raw<WorkspaceView | null>(null);
  run = $state.raw<RunState>(noRun);
  /** A moment that moves on each second, for times that are told from now. */
  now = $state(Date.now());

  readonly matrix: Matrix = $derived(
    this.workspace ? matrixOf(this.workspace, this.run, this.changes.labels) : { doors: [], rows: [] },
  );
  readonly chosen: { row: MatrixRow; shown: ShownCell } | null = $derived.by(() => {
    for (const row of this.matrix.rows) {
      const shown = row.cells.find((cell) => this.view.isChosen({ label: row.label, ...cell.door }));
      if (shown) return { row, shown };
    }
    return null;
  });

  constructor(backend: Backend) {
    this.backend = backend;
  }

  apply(event: RolecallEvent): void {
    switch (event.type) {
      case 'workspace':
        this.#workspaceChanged(event.workspace);
        break;
      case 'exchange':
        this.exchanges.apply(event);
        break;
      case 'dropped':
        void this.take(event.paths);
        break;
      default:
        this.run = applyRun(this.run, event);
        if (event.type === 'run_started') this.changes.began();
        this.now = Date.now();
        if (event.type === 'run_finished') this.#finished();
    }
  }

  #workspaceChanged(workspace: WorkspaceView): void {
    const other = this.workspace && workspace.opened !== this.workspace.opened;
    const elsewhere = this.workspace && workspace.issuer.typed !== this.workspace.issuer.typed;
    // What was found out counts for one workspace and one issuer alone.
    if ((other || elsewhere) && !this.run.running) this.run = noRun;
    if (other) this.view.forget();
    if (other) this.timeline.forget();
    this.workspace = workspace;
  }

  #finished(): void {
    this.#chooseForThem();
    // Something was changed while the roll was being called.
    void this.#callChanged();
  }

  /** After the first roll call the reason stands there without a further press. */
  #chooseForThem(): void {
    // A cause that concerns everything is the reason, and stands above the matrix already.
    if (this.chosen || this.run.report?.finding || this.run.report?.api.finding) return;
    const telling = mostTelling(this.matrix);
    if (telling) this.view.choose({ label: telling.label, ...telling.door });
  }

  /** Runs a command; what it cannot do is said quietly. */
  async try(work: Promise<unknown>, done?: string): Promise<boolean> {
    try {
      await work;
      if (done) this.notices.done(done);
      return true;
    } catch (error) {
      this.notices.error((error as CommandError | null)?.message ?? String(error));
      return false;
    }
  }

  async openSandbox(): Promise<void> {
    this.view.forget();
    if (!(await this.try(this.backend.openSandbox()))) return;
    this.view.go('rollcall');
    if (!this.run.running) await this.callTheRoll();
  }

  async openWorkspace(open: Promise<void>): Promise<void> {
    const before = this.workspace;
    if (!(await this.try(open)) || this.workspace === before) return;
    this.view.forget();
    this.view.go(missing(this.workspace) ? 'setup' : 'rollcall');
  }

  async newWorkspace(): Promise<void> {
    if (!(await this.try(this.backend.newWorkspace()))) return;
    this.view.forget();
    this.view.go('setup');
  }

  async callTheRoll(user: string | null = null, endpoint: string | null = null): Promise<void> {
    const lacks = missing(this.workspace);
    if (lacks) {
      this.changes.refused();
      this.notices.error(lacks);
      this.view.go('setup');
      return;
    }
    this.notices.clear();
    if (this.view.name !== 'timeline') this.view.go('rollcall');
    this.changes.asked(user);
    const begun = await this.try(this.backend.callTheRoll(user, endpoint));
    if (!begun) this.changes.refused();
    if (!begun && somethingWrong(this.workspace)) this.view.go('setup');
  }

  stop(): void {
    void this.try(this.backend.stopTheRoll());
  }

  save(): void {
    void this.try(this.backend.saveWorkspace(null));
  }

  async pickKeys(): Promise<void> {
    if (this.view.name === 'start') this.view.go('setup');
    await this.try(this.backend.pickKeyFiles());
  }

  /** Files that were dropped or handed over: a workspace opens, keys find their places. */
  async take(paths: string[]): Promise<void> {
    const [workspace] = paths.filter((path) => path.endsWith('.rolecall.json'));
    if (workspace) return this.openWorkspace(this.backend.openWorkspace(workspace));
    this.view.go('setup');
    await this.try(this.backend.addKeyFiles(paths));
  }

  files(drop: DropState): void {
    this.view.dropping = drop.state === 'over';
    if (drop.state === 'dropped') void this.take(drop.paths);
  }

  /** Changes the sandbox, then asks again so that the row's cells follow. */
  async change(label: string, work: Promise<void>, role: string | null = null): Promise<void> {
    this.changes.mark(label);
    if (!(await this.try(work))) return this.changes.unmark(label);
    // An open explanation goes to the cell that is about to turn.
    const row = this.matrix.rows.find((one) => one.label === label);
    const turns = row?.cells.find(
      ({ door: { access } }) => access.rule === 'any_role' && access.roles.includes(role ?? ''),
    );
    if (turns && this.view.chosen) this.view.choose({ label, ...turns.door });
    // A run that began meanwhile may have called it before the change was through.
    this.changes.mark(label);
    await this.#callChanged();
  }

  async #callChanged(): Promise<void> {
    const { next } = this.changes;
    if (next !== null && !this.run.running) await this.callTheRoll(next);
  }

  /** What a finding offers to do. */
  async fix(action: Action): Promise<void> {
    const { backend, workspace } = this;
    switch (action.do) {
      case 'give_role': {
        const row = this.matrix.rows.find((one) => one.sandbox?.user_id === action.user_id);
        const given = backend.giveRole(action.user_id, action.role);
        return row ? this.change(row.label, given, action.role) : void (await this.try(given));
      }
      case 'place_key':
        return void (await this.try(backend.addKeyFiles([action.path])));
      case 'use_issuer':
        return void (await this.try(backend.setIssuer(action.issuer, workspace?.issuer.allow_http ?? false)));
      case 'allow_http':
        return void (await this.try(backend.setIssuer(workspace?.issuer.typed ?? '', true)));
      case 'default_scopes':
        // Without both, the audience is learned anew.
        return void (
          (await this.try(backend.setScopes(null))) && (await this.try(backend.setProjectId(null)))
        );
    }
  }

  copyText(text: string): void {
    void this.try(this.backend.copyText(text), 'Copied');
  }
}

const KEY = Symbol('app');
export const provideApp = (app: App): App => setContext(KEY, app);
export const useApp = (): App => getContext<App>(KEY);
