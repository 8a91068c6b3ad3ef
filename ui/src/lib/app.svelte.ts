// The window's one object: the stores, fed by events, and what a person can do.

import { getContext, setContext } from 'svelte';
import type { Backend, DropState, RecentWorkspace } from './backend';
import type { Action, CommandError, ReportFormat, RolecallEvent, WorkspaceView } from './contract';
import { Changes } from './state/changes.svelte';
import { Exchanges } from './state/exchanges.svelte';
import { switched } from './state/faults';
import { asksFirst, Fixes, rowAfter, type FindingPlace } from './state/fixes.svelte';
import {
  matrixMaker,
  mostTelling,
  standingAt,
  type Matrix,
  type ShownCell,
  type Standing,
} from './state/matrix';
import { Notices } from './state/notices.svelte';
import { missing, somethingWrong } from './state/ready';
import { Recent } from './state/recent.svelte';
import { Room } from './state/room.svelte';
import { applyRun, noRun, type RunState } from './state/run';
import { Stories } from './state/story.svelte';
import { RollCallLook } from './state/rollcall.svelte';
import { Stream } from './state/stream';
import { percent, Sight } from './state/sight.svelte';
import { Theme } from './state/theme.svelte';
import { TimelineLook } from './state/timeline.svelte';
import { takenOut } from './state/undo';
import { Unsaved } from './state/unsaved.svelte';
import { rolesNeeded } from './tell/rule';
import { View } from './state/view.svelte';
import { Live, WalkMemory } from './state/walk.svelte';
import { testid } from './testids';
import { Watch } from './state/watch.svelte';
import { OPENING_SANDBOX, Work, workingOn, type Working } from './state/work.svelte';

export class App {
  readonly backend: Backend;
  readonly changes = new Changes();
  readonly exchanges = new Exchanges();
  readonly fixes = new Fixes();
  readonly notices = new Notices();
  readonly stories = new Stories();
  readonly rollCall = new RollCallLook();
  readonly recent: Recent;
  readonly room = new Room();
  readonly sight = new Sight();
  readonly theme = new Theme();
  readonly timeline = new TimelineLook();
  readonly unsaved = new Unsaved(this);
  readonly view = new View();
  readonly walk = new WalkMemory();
  readonly watch = new Watch();
  /** What Setup's cards are seen by. */
  readonly live = new Live(
    () => this.look(),
    () => this.run.running || this.quietly || this.watch.on,
  );
  readonly work = new Work();

  workspace = $state.raw<WorkspaceView | null>(null);
  run = $state.raw<RunState>(noRun);
  /** The run under way is one that nobody asked for. */
  quietly = $state(false);
  /** A moment that moves on each second, for times that are told from now. */
  now = $state(Date.now());

  readonly #matrixOf = matrixMaker();
  readonly matrix: Matrix = $derived(
    this.workspace ? this.#matrixOf(this.workspace, this.run, this.changes.labels) : { doors: [], rows: [] },
  );
  readonly chosen: Standing | null = $derived(standingAt(this.matrix, this.view.chosen));
  /** The cell that is held beside the chosen one. */
  readonly pinned: Standing | null = $derived(standingAt(this.matrix, this.view.pinned));

  /** What takes its time just now. */
  readonly working: Working | null = $derived(
    workingOn({
      workspace: this.workspace,
      run: this.run,
      still: this.matrix.rows.reduce((sum, row) => sum + row.cells.filter(isToCome).length, 0),
      work: this.work.list,
      stop: () => this.stop(),
    }),
  );

  #breaking: Promise<void> = Promise.resolve();
  #looked: (() => void) | null = null;
  /** A roll call was asked for, and its beginning is not heard of yet. */
  #asking = false;
  readonly #stream = new Stream((events) => this.#applyAll(events));

  constructor(backend: Backend) {
    this.backend = backend;
    this.recent = new Recent(backend);
  }

  /** As events come in: all in order, a burst of answers together in one frame. */
  receive(event: RolecallEvent): void {
    this.#stream.take(event);
  }

  /** Answers in a row change the run once, since whatever shows it looks at it each time. */
  #applyAll(events: RolecallEvent[]): void {
    let { run } = this;
    const answers = () => {
      if (run === this.run) return;
      this.run = run;
      this.now = Date.now();
    };
    for (const event of events) {
      if (event.type === 'cell_changed' || event.type === 'user_changed') {
        run = applyRun(run, event);
        this.stories.apply(event, run);
      } else if (event.type === 'exchange') this.exchanges.apply(event);
      else {
        answers();
        this.apply(event);
        run = this.run;
      }
    }
    answers();
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
      case 'closing':
        void this.unsaved.close();
        break;
      case 'watch_started':
      case 'watch_round':
      case 'watch_flipped':
      case 'watch_ended':
        this.watch.apply(event, this.run.report);
        break;
      default:
        this.run = applyRun(this.run, event);
        this.stories.apply(event, this.run);
        if (event.type === 'run_started') this.#started();
        this.now = Date.now();
        if (event.type === 'run_finished') this.#finished(event.cancelled);
    }
  }

  #workspaceChanged(workspace: WorkspaceView): void {
    const other = this.workspace && workspace.opened !== this.workspace.opened;
    const elsewhere = this.workspace && workspace.issuer.typed !== this.workspace.issuer.typed;
    // What was found out counts for one workspace and one issuer alone.
    if ((other || elsewhere) && !this.run.running) this.run = noRun;
    if (other) {
      this.view.forget();
      this.rollCall.forget();
      this.timeline.forget();
      this.walk.forget();
      this.watch.forget();
    }
    if (other || elsewhere) this.stories.forget();
    if (!workspace.sandbox && this.view.name === 'sandbox') this.view.go('setup');
    const taken = takenOut(this.workspace, workspace);
    this.workspace = workspace;
    if (workspace.undo === null) this.notices.dismissTopic('undo');
    if (taken !== null) this.#offerUndo(`${upper(taken)} was taken out`, () => this.#putBack());
  }

  #started(): void {
    this.#asking = false;
    this.changes.began();
    this.walk.began(this.workspace);
  }

  #finished(cancelled: boolean): void {
    this.walk.ended(cancelled);
    const asked = !this.quietly;
    const leaves = this.#looked !== null;
    this.#lookedUp();
    // It makes room for a call that follows at once.
    if (leaves) return;
    // What is still to be called again may show otherwise, and so may what began before the fix.
    if (asked && this.changes.labels.length === 0) this.#settleFix();
    this.#chooseForThem();
    // Something was changed while the roll was being called.
    void this.#callChanged();
  }

  /** After the first roll call the reason stands there without a further press. */
  #chooseForThem(): void {
    // A cause that concerns everything is the reason, and stands above the matrix already.
    const { report } = this.run;
    if (this.chosen || this.view.target || report?.finding || report?.api.finding) return;
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
    if (!(await this.unsaved.mayGo('sandbox'))) return;
    this.view.forget();
    if (!(await this.try(this.work.during(OPENING_SANDBOX, this.backend.openSandbox())))) return;
    this.view.go('rollcall');
    if (!this.run.running || this.quietly) await this.callTheRoll();
  }

  /** Whether another one is open now: its file may be asked for, and nobody need choose one. */
  async openWorkspace(open: () => Promise<void>): Promise<boolean> {
    if (!(await this.unsaved.mayGo('another'))) return false;
    const before = this.workspace;
    const opened = await this.try(this.work.during('Opening the workspace', open()));
    if (!opened || this.workspace === before) return false;
    void this.recent.load();
    this.view.forget();
    this.view.go(missing(this.workspace) ? 'setup' : 'rollcall');
    return true;
  }

  async newWorkspace(): Promise<void> {
    if (!(await this.unsaved.mayGo('new'))) return;
    if (!(await this.try(this.backend.newWorkspace()))) return;
    this.view.forget();
    this.view.go('setup');
  }

  /** `stay` keeps the view that is open; what is missing is then not asked for either. */
  async callTheRoll(
    user: string | null = null,
    endpoint: string | null = null,
    { stay = false } = {},
  ): Promise<void> {
    // From here on nobody looks by the way: what gave way must not come back first.
    this.#asking = true;
    if (this.quietly) await this.#giveWay();
    const lacks = missing(this.workspace);
    if (lacks) {
      this.#asking = false;
      this.changes.refused();
      if (stay) return;
      this.notices.error(lacks);
      this.view.go('setup');
      return;
    }
    this.notices.clear();
    if (!stay && this.view.name !== 'timeline') this.view.go('rollcall');
    this.changes.asked(user);
    // One thing calls at a time.
    if (this.watch.on) await this.try(this.backend.stopWatch());
    const begun = await this.try(this.#begin(user, endpoint));
    if (!begun) {
      this.#asking = false;
      this.changes.refused();
    }
    if (!begun && !stay && somethingWrong(this.workspace)) this.view.go('setup');
  }

  /** A look by the way that had just begun ends by itself, and soon. */
  async #begin(user: string | null, endpoint: string | null): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        return void (await this.backend.callTheRoll(user, endpoint));
      } catch (error) {
        if ((error as CommandError | null)?.code !== 'busy' || tries === 50) throw error;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }

  /** Calls the roll for whoever looks at Setup: nothing moves but what it finds out. */
  async look(): Promise<void> {
    if (missing(this.workspace) || this.run.running || this.quietly || this.#asking) return;
    // Of many users the first is walked; the others are called when somebody asks for it.
    const { users } = this.workspace!;
    const [first] = users.length > 4 && this.run.report ? users : [];
    this.quietly = true;
    this.changes.asked(first?.label ?? null);
    try {
      await this.backend.callTheRoll(first?.label ?? null, null);
    } catch {
      // Whatever is in the way stands in the set-up itself.
      this.changes.refused();
      this.#lookedUp();
    }
  }

  #lookedUp(): void {
    this.quietly = false;
    this.#looked?.();
    this.#looked = null;
  }

  /** What nobody asked for makes room for what somebody asks for. */
  async #giveWay(): Promise<void> {
    if (!this.quietly) return;
    const over = new Promise<void>((done) => (this.#looked = done));
    await this.backend.stopTheRoll().catch(() => {});
    await over;
  }

  stop(): void {
    void this.try(this.watch.on ? this.backend.stopWatch() : this.backend.stopTheRoll());
  }

  callOrStop(): void {
    if ((this.run.running && !this.quietly) || this.watch.on) this.stop();
    else void this.callTheRoll();
  }

  /** The same calls again and again; `null` means all. */
  startWatch(user: string | null, endpoint: string | null, intervalMs: number, minutes: number): void {
    this.view.go('rollcall');
    const begin = () => this.backend.startWatch(user, endpoint, intervalMs, minutes);
    this.#asking = true;
    void this.try(this.#giveWay().then(begin)).finally(() => (this.#asking = false));
  }

  /** Whether it is saved: who is asked where to need not choose a place. */
  async save(): Promise<boolean> {
    const saved = this.backend.saveWorkspace(null);
    if (!(await this.try(saved)) || (await saved) === null) return false;
    await this.recent.load();
    return true;
  }

  async pickKeys(): Promise<void> {
    if (this.view.name === 'start') this.view.go('setup');
    await this.try(this.backend.pickKeyFiles());
  }

  /** Files that were dropped or handed over: a workspace opens, keys find their places. */
  async take(paths: string[]): Promise<void> {
    const [workspace] = paths.filter((path) => path.endsWith('.rolecall.json'));
    if (workspace) return void (await this.openWorkspace(() => this.backend.openWorkspace(workspace)));
    this.view.go('setup');
    await this.try(this.backend.addKeyFiles(paths));
  }

  files(drop: DropState): void {
    this.view.dropping = drop.state === 'over';
    if (drop.state === 'dropped') void this.take(drop.paths);
  }

  /** Changes the sandbox, then asks again so that the row's cells follow. */
  async change(label: string, work: Promise<void>, role: string | null = null): Promise<void> {
    // Whoever keeps calling sees for themselves when it shows.
    if (this.watch.on) return void (await this.try(work));
    this.changes.mark(label);
    if (!(await this.try(work))) return this.changes.unmark(label);
    // An open explanation goes to the cell that is about to turn.
    const row = this.matrix.rows.find((one) => one.label === label);
    const turns = row?.cells.find(({ door: { access } }) => rolesNeeded(access).includes(role ?? ''));
    if (turns && this.view.chosen) this.view.choose({ label, ...turns.door });
    // A run that began meanwhile may have called it before the change was through.
    this.changes.mark(label);
    await this.#callChanged();
  }

  /** Breaks one thing in the sandbox, or mends it; `null` mends everything. */
  breakIt(id: string | null, on = false, amount?: number): void {
    // One after the other: each names all that is to be broken from then on.
    this.#breaking = this.#breaking.then(async () => {
      const faults = id === null ? [] : switched(this.workspace?.sandbox?.faults ?? [], id, on, amount);
      await this.try(this.backend.setFaults(faults));
    });
  }

  async #callChanged(): Promise<void> {
    const { next } = this.changes;
    if (next !== null && !this.run.running) await this.callTheRoll(next, null, { stay: this.#stays });
  }

  /** What a finding offers to do; first shown where it changes somebody's own ZITADEL. */
  async fix(action: Action, at: FindingPlace): Promise<void> {
    if (asksFirst(action, this.workspace)) this.fixes.asking = { action, at };
    else await this.carryOut(action, at);
  }

  /** Does it, then calls again whatever it concerns. */
  async carryOut(action: Action, at: FindingPlace): Promise<void> {
    this.fixes.asking = null;
    if (action.do === 'find_key') return this.#findKey(action.path);
    const called = this.run.report !== null;
    const row = rowAfter(action, at, this.matrix);
    this.fixes.began(at);
    if (row !== null && !this.watch.on) this.changes.mark(row);
    if (!(await this.try(this.work.during('Doing what the finding offers', this.backend.applyFix(action))))) {
      this.fixes.failed();
      return this.changes.unmark(row);
    }
    // Nothing was called yet, or it is called at every moment: there is nothing to wait for.
    if (!called || (this.watch.on && row !== null)) return this.#settleFix();
    if (row === null && !this.run.running) return this.callTheRoll(null, null, { stay: this.#stays });
    const rows = row === null ? this.matrix.rows.map(({ label }) => label) : [row];
    rows.forEach((label) => this.changes.mark(label));
    await this.#callChanged();
  }

  /** Asks where a key file lies now. */
  async #findKey(path: string): Promise<void> {
    const before = this.workspace;
    const found = (await this.try(this.backend.locateKey(path, null))) && this.workspace !== before;
    if (found && this.run.report) await this.callTheRoll(null, null, { stay: this.#stays });
  }

  /** Who mends or changes something elsewhere is not carried off to the roll call. */
  get #stays(): boolean {
    return this.view.presenting || ['setup', 'sandbox', 'token'].includes(this.view.name);
  }

  #settleFix(): void {
    const helped = this.fixes.settle(this.workspace, this.run.report);
    if (helped === null) return;
    // In the roll call it turns green in the finding's own place.
    if (!helped) this.notices.error('That was done, but what was wrong is still so.');
    else if (this.view.name !== 'rollcall') this.notices.done('Fixed');
  }

  /** A room looks on from here: it is told of the cell that is chosen, where one was called. */
  present(): void {
    if (this.view.presenting) return;
    Object.assign(this.view, { keysShown: false, paletteShown: false, settingsShown: false });
    const { chosen } = this;
    if (chosen?.shown.cell) {
      const { path, method } = chosen.shown.door;
      this.stories.tell({ place: { label: chosen.row.label, path, method } });
    } else this.stories.tell(this.stories.chosen);
    this.view.presenting = true;
  }

  copyText(text: string): void {
    void this.try(this.backend.copyText(text), 'Copied');
  }

  openPage(url: string): void {
    void this.try(this.backend.openPage(url));
  }

  #offerUndo(text: string, run: () => void, ongone?: () => void): void {
    this.notices.dismissTopic('undo');
    this.notices.done(text, { topic: 'undo', act: { title: 'Undo', testid: testid.undo, run }, ongone });
  }

  #putBack(): void {
    const what = this.workspace?.undo;
    if (what) void this.try(this.backend.undo(), `${upper(what)} is back`);
  }

  /** Puts back what was taken out last, for as long as it can be. */
  undo(): void {
    if (!this.notices.takeTopic('undo')) this.#putBack();
  }

  /** Out of the list at once, and out of it for good when nobody took it back. */
  forgetRecent({ name, path }: RecentWorkspace): void {
    this.recent.hide(path);
    this.#offerUndo(
      `${name} is off the list; its file stays`,
      () => this.recent.bringBack(path),
      () => void this.try(this.recent.forget(path)),
    );
  }

  /** Nearer, further, or the size as designed. */
  async zoomBy(step: -1 | 0 | 1): Promise<void> {
    const to = this.sight.next(step);
    if (to !== null && !(await this.try(this.backend.setZoom(to)))) return;
    if (to !== null) this.sight.keep(to);
    this.notices.done(`Size ${percent(this.sight.zoom)}`, { topic: 'size' });
  }

  async saveReport(format: ReportFormat): Promise<void> {
    const saving = this.work.during('Saving the report', this.backend.saveReport(format, null));
    await this.try(saving.then((path) => this.#saved(path)));
  }

  #saved(path: string | null): void {
    if (path !== null) this.notices.done(`Saved as ${path}`);
  }

  /** Reads a `.env` file in the guide's form. */
  async importEnv(): Promise<void> {
    if (await this.try(this.work.during('Reading the .env file', this.backend.importEnv(null))))
      this.view.go('setup');
  }

  async exportEnv(): Promise<void> {
    await this.try(this.backend.exportEnv(null).then((path) => this.#saved(path)));
  }
}

const isToCome = ({ phase }: ShownCell) => phase === 'waiting' || phase === 'calling';
/** A name stays as it is written. */
const upper = (text: string) => text.replace(/^the /, 'The ');

const KEY = Symbol('app');
export const provideApp = (app: App): App => setContext(KEY, app);
export const useApp = (): App => getContext<App>(KEY);
