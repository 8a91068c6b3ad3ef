// The window's one object: the stores, fed by events, and what a person can do.

import { getContext, setContext } from 'svelte';
import type { Backend, DropState } from './backend';
import type { RolecallEvent, WorkspaceView } from './contract';
import { drawn } from './frame';
import { Calling } from './state/calling.svelte';
import { Changes } from './state/changes.svelte';
import { Exchanges } from './state/exchanges.svelte';
import { Expecting } from './state/expecting';
import { Fixes } from './state/fixes.svelte';
import { Handing } from './state/handing';
import { isToCome, matrixMaker, mostTelling, standingAt, type Matrix, type Standing } from './state/matrix';
import { Mending } from './state/mending';
import { Notices } from './state/notices.svelte';
import { missing, somethingWrong } from './state/ready';
import { Recent } from './state/recent.svelte';
import { Room } from './state/room.svelte';
import {
  applyAnswers,
  applyRun,
  calledAgain,
  isAnswer,
  noRun,
  type Answer,
  type RunState,
} from './state/run';
import { Stories } from './state/story.svelte';
import { RollCallLook } from './state/rollcall.svelte';
import { Sight } from './state/sight.svelte';
import { Theme } from './state/theme.svelte';
import { TimelineLook } from './state/timeline.svelte';
import { Undo } from './state/undo';
import { Unsaved } from './state/unsaved.svelte';
import { View } from './state/view.svelte';
import { Live, WalkMemory } from './state/walk.svelte';
import { Watch } from './state/watch.svelte';
import { OPENING_SANDBOX, Work, workingOn, type Working } from './state/work.svelte';

export class App {
  readonly backend: Backend;
  readonly changes = new Changes();
  readonly exchanges = new Exchanges((id) => this.backend.openExchange(id));
  readonly fixes = new Fixes();
  readonly notices = new Notices();
  readonly stories = new Stories();
  readonly rollCall = new RollCallLook();
  readonly room = new Room();
  readonly theme = new Theme();
  readonly timeline = new TimelineLook();
  readonly unsaved = new Unsaved(this);
  readonly view = new View();
  readonly walk = new WalkMemory();
  readonly watch = new Watch();
  readonly work = new Work();

  readonly calling: Calling;
  readonly expecting: Expecting;
  readonly handing: Handing;
  /** What Setup's cards are seen by. */
  readonly live: Live;
  readonly mending: Mending;
  readonly recent: Recent;
  readonly sight: Sight;
  readonly undo: Undo;

  workspace = $state.raw<WorkspaceView | null>(null);
  run = $state.raw<RunState>(noRun);
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

  constructor(backend: Backend) {
    this.backend = backend;
    const { changes, fixes, notices, view, watch, work } = this;
    this.calling = new Calling(backend, this, changes);
    this.handing = new Handing(backend, notices, work);
    this.live = new Live(
      () => this.calling.look(),
      () => this.run.running || this.calling.quietly || watch.on,
    );
    this.mending = new Mending({
      backend,
      known: this,
      changes,
      fixes,
      notices,
      view,
      watch,
      work,
      call: (user, stay) => this.callTheRoll(user, null, { stay }),
    });
    this.undo = new Undo(backend, this, notices);
    this.expecting = new Expecting(backend, this, notices, this.undo);
    this.recent = new Recent(backend, notices, this.undo);
    this.sight = new Sight(backend, notices);
  }

  /**
   * All in order. Answers in a row change the run once, since whatever shows it looks at it each time. What
   * cannot be taken in takes nothing of another kind with it.
   */
  receive(events: RolecallEvent[]): void {
    let answers: Answer[] = [];
    const answered = () => {
      if (answers.length === 0) return;
      const told = answers;
      answers = [];
      attempt(() => (this.run = applyAnswers(this.run, told)));
      for (const answer of told) attempt(() => this.stories.apply(answer, this.run));
      this.now = Date.now();
    };
    for (const event of events) {
      if (isAnswer(event)) answers.push(event);
      else if (event.type === 'outlined' || event.type === 'exchange')
        attempt(() => this.exchanges.apply(event));
      else {
        answered();
        attempt(() => this.#apply(event));
      }
    }
    answered();
  }

  #apply(event: RolecallEvent): void {
    switch (event.type) {
      case 'workspace':
        this.#workspaceChanged(event.workspace);
        break;
      case 'dropped':
        void this.take(event.paths);
        break;
      case 'sandbox_wanted':
        // Who is in it already sees what was asked for, and keeps what was done there.
        if (!this.workspace?.sandbox) void this.openSandbox();
        break;
      case 'closing':
        void this.unsaved.close();
        break;
      case 'watch_started':
      case 'watch_round':
        if (event.watch.called_at) this.run = calledAgain(this.run, event.watch.called_at);
        this.watch.apply(event, this.run.report);
        // What is left of its time is counted from now.
        this.now = Date.now();
        break;
      case 'watch_ended':
      case 'watch_flipped':
        this.watch.apply(event, this.run.report);
        break;
      default:
        this.exchanges.apply(event);
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
    const before = this.workspace;
    this.workspace = workspace;
    this.undo.follow(before, workspace);
  }

  #started(): void {
    this.calling.started();
    this.walk.began(this.workspace);
  }

  #finished(cancelled: boolean): void {
    this.walk.ended(cancelled);
    const ended = this.calling.ended();
    // It makes room for a call that follows at once.
    if (ended === 'gave way') return;
    if (ended === 'asked') this.mending.ended();
    // To open an explanation for the first time takes its time: the end of the run is drawn before it.
    void drawn().then(() => this.#chooseForThem());
    // Something was changed while the roll was being called.
    void this.mending.callChanged();
  }

  /** After the first roll call the reason stands there without a further press. */
  #chooseForThem(): void {
    // The end of the run that has begun meanwhile chooses.
    if (this.run.running) return;
    // A cause that concerns everything is the reason, and stands above the matrix already.
    const { report } = this.run;
    if (this.chosen || this.view.putAway || this.view.target || report?.finding || report?.api.finding)
      return;
    const telling = mostTelling(this.matrix);
    if (telling) this.view.choose({ label: telling.label, ...telling.door });
  }

  /** Runs a command; what it cannot do is said quietly. */
  try(work: Promise<unknown>, done?: string): Promise<boolean> {
    return this.notices.try(work, done);
  }

  async openSandbox(): Promise<void> {
    if (!(await this.unsaved.mayGo('sandbox'))) return;
    this.view.forget();
    if (!(await this.try(this.work.during(OPENING_SANDBOX, this.backend.openSandbox())))) return;
    this.view.go('rollcall');
    if (!this.run.running || this.calling.quietly) await this.callTheRoll();
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
    this.calling.asked();
    if (this.calling.quietly) await this.calling.giveWay();
    const lacks = missing(this.workspace);
    if (lacks) {
      this.calling.refused();
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
    // What is still to be broken on purpose, or mended, would stop it.
    const opened = this.workspace?.opened;
    await this.mending.settled;
    // It was asked for elsewhere.
    if (this.workspace?.opened !== opened) return this.calling.refused();
    const begun = await this.try(this.calling.begin(user, endpoint));
    if (!begun) this.calling.refused();
    if (!begun && !stay && somethingWrong(this.workspace)) this.view.go('setup');
  }

  stop(): void {
    void this.try(this.watch.on ? this.backend.stopWatch() : this.backend.stopTheRoll());
  }

  callOrStop(): void {
    if ((this.run.running && !this.calling.quietly) || this.watch.on) this.stop();
    // A second press before it has begun asks for nothing more.
    else if (!this.calling.asking) void this.callTheRoll();
  }

  /** The same calls again and again; `null` means all. */
  startWatch(user: string | null, endpoint: string | null, intervalMs: number, minutes: number): void {
    this.view.go('rollcall');
    const { settled } = this.mending;
    void this.try(settled.then(() => this.calling.keepCalling(user, endpoint, intervalMs, minutes)));
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

  /** Reads a `.env` file in the guide's form. */
  async importEnv(): Promise<void> {
    if (await this.try(this.work.during('Reading the .env file', this.backend.importEnv(null))))
      this.view.go('setup');
  }
}

const KEY = Symbol('app');
export const provideApp = (app: App): App => setContext(KEY, app);
export const useApp = (): App => getContext<App>(KEY);

/** What goes wrong is reported, and what follows goes on. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
