// What takes its time just now, in words: what is said of it, how far it is, and how to stop it.

import type { WorkspaceView } from '$lib/contract';
import { answersIn, type RunState } from './run';

export interface Working {
  words: string;
  /** From 0 to 1; `null` where nobody can tell. */
  part: number | null;
  cancel: (() => void) | null;
}

/** Start says this at its own door, too. */
export const OPENING_SANDBOX = 'Opening the sandbox';

/** Commands under way that no event tells of. */
export class Work {
  list = $state.raw<{ id: number; words: string }[]>([]);
  #next = 1;

  /** Says so while it goes on. */
  async during<T>(words: string, work: Promise<T>): Promise<T> {
    const id = this.#next++;
    this.list = [...this.list, { id, words }];
    try {
      return await work;
    } finally {
      this.list = this.list.filter((one) => one.id !== id);
    }
  }
}

interface Facts {
  workspace: WorkspaceView | null;
  run: RunState;
  /** How many answers are still to come. */
  still: number;
  work: { words: string }[];
  stop: () => void;
}

/** The one thing that is shown: a roll call before anything else, since it can be stopped. */
export function workingOn({ workspace, run, still, work, stop }: Facts): Working | null {
  if (run.running) {
    const done = answersIn(run);
    const whole = done + still;
    return {
      words: `Calling: ${done} of ${whole} answers`,
      part: whole > 0 ? done / whole : null,
      cancel: stop,
    };
  }
  const last = work.at(-1);
  if (last) return { words: last.words, part: null, cancel: null };
  if (workspace?.issuer.state === 'checking') return plain('Looking for ZITADEL at this address');
  if (workspace?.management?.state === 'checking') return plain('Asking whose personal access token it is');
  const keys = [workspace?.api_key, ...(workspace?.users.map(({ key }) => key) ?? [])];
  if (keys.some((key) => key?.state === 'checking')) return plain('Trying the key files');
  return null;
}

const plain = (words: string): Working => ({ words, part: null, cancel: null });
