// Quiet words about what just went wrong or was done. They never take the focus, and wait while
// somebody is at them.

import type { CommandError } from '$lib/contract';

/** What can be done about it, in a word. */
export interface NoticeAct {
  title: string;
  testid?: string;
  run: () => void;
}

export interface Notice {
  id: number;
  kind: 'done' | 'error';
  text: string;
  act: NoticeAct | null;
  /** One of the same topic takes its place. */
  topic: string | null;
}

interface More {
  act?: NoticeAct;
  topic?: string;
  /** It went away, by time or by hand, and nobody took its offer. */
  ongone?: () => void;
}

/** Long enough to read; an error stays until it is sent away. */
const STAYS_MS = 4_000;
/** What can be taken back, or leads on, stays longer. */
const ACT_STAYS_MS = 12_000;
/** As many are in sight at once; older ones come back when newer ones go. */
const SHOWN = 3;

interface Timer {
  left: number;
  since: number;
  handle: ReturnType<typeof setTimeout> | null;
}

export class Notices {
  list = $state.raw<Notice[]>([]);
  /** The newest, the last one first to be read. */
  readonly shown: Notice[] = $derived(this.list.slice(-SHOWN));
  /** The last word that was added: an older one that is left when it goes was read out already. */
  #told = $state(0);
  /** What is read out to those who do not see it. Errors are read out where they stand. */
  readonly spoken: string = $derived(spokenOf(this.list, this.#told));
  #next = 1;
  #held = false;
  // Nothing on screen is drawn from these two.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #timers = new Map<number, Timer>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #ongone = new Map<number, () => void>();

  done(text: string, more: More = {}): number {
    const { act = null, topic = null, ongone } = more;
    // A plain word gives way to the next one; an offer stands.
    for (const old of this.list) {
      if (topic !== null ? old.topic === topic : old.kind === 'done' && !old.act) this.dismiss(old.id);
    }
    const id = this.#add({ kind: 'done', text, act, topic });
    this.#told = id;
    if (ongone) this.#ongone.set(id, ongone);
    this.#timers.set(id, { left: act ? ACT_STAYS_MS : STAYS_MS, since: 0, handle: null });
    if (!this.#held) this.#start(id);
    return id;
  }

  /** Runs a command; what it cannot do is said quietly. */
  async try(work: Promise<unknown>, done?: string): Promise<boolean> {
    try {
      await work;
      if (done) this.done(done);
      return true;
    } catch (error) {
      this.error((error as CommandError | null)?.message ?? String(error));
      return false;
    }
  }

  error(text: string): void {
    if (!this.list.some((notice) => notice.text === text)) {
      this.#add({ kind: 'error', text, act: null, topic: null });
    }
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id)?.handle ?? undefined);
    this.#timers.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
    const gone = this.#ongone.get(id);
    this.#ongone.delete(id);
    gone?.();
  }

  /** Does what it offers. */
  take(id: number): void {
    const notice = this.list.find((one) => one.id === id);
    this.#ongone.delete(id);
    this.dismiss(id);
    notice?.act?.run();
  }

  /** Takes the newest offer of a topic; `false` where there is none. */
  takeTopic(topic: string): boolean {
    const notice = this.list.findLast((one) => one.topic === topic);
    if (notice) this.take(notice.id);
    return notice !== undefined;
  }

  dismissTopic(topic: string): void {
    this.list.filter((one) => one.topic === topic).forEach(({ id }) => this.dismiss(id));
  }

  /** Somebody begins something new: what is not an offer was about the old. */
  clear(): void {
    this.list.filter(({ act }) => !act).forEach(({ id }) => this.dismiss(id));
  }

  /** While somebody is at them, none goes away. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    for (const [id, timer] of this.#timers) {
      if (!held) this.#start(id);
      else if (timer.handle !== null) {
        clearTimeout(timer.handle);
        timer.left -= performance.now() - timer.since;
        timer.handle = null;
      }
    }
  }

  #start(id: number): void {
    const timer = this.#timers.get(id);
    if (!timer) return;
    timer.since = performance.now();
    timer.handle = setTimeout(() => this.dismiss(id), Math.max(1_000, timer.left));
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#next++;
    this.list = [...this.list, { id, ...notice }];
    return id;
  }
}

function spokenOf(list: Notice[], told: number): string {
  const notice = list.find(({ id }) => id === told);
  if (!notice) return '';
  return notice.act ? `${notice.text}. F6 leads to ${notice.act.title}.` : notice.text;
}
