// What is not saved yet. Before another workspace takes its place, or the window closes, somebody
// says what becomes of it: nothing is dropped without a word.

import type { Backend } from '$lib/backend';
import type { WorkspaceView } from '$lib/contract';

/** What takes the place of the workspace that is open. */
export type Next = 'another' | 'new' | 'sandbox' | 'close';
export type Choice = 'save' | 'drop' | 'cancel';

export interface Question {
  workspace: WorkspaceView;
  next: Next;
}

/**
 * Whether something worth keeping would be lost. The program behind the window says what somebody
 * changed since it was saved; a new workspace that nobody touched has no changes. The sandbox is the
 * exception: its key files end with it, so there is nothing to save, and it is the same each time.
 */
export const isUnsaved = (workspace: WorkspaceView | null): workspace is WorkspaceView =>
  workspace !== null && workspace.unsaved && workspace.sandbox === null;

/** What it needs of the window. */
interface Desk {
  readonly backend: Pick<Backend, 'closingHeard' | 'closeWindow'>;
  readonly workspace: WorkspaceView | null;
  save(): Promise<boolean>;
  try(work: Promise<unknown>): Promise<boolean>;
}

export class Unsaved {
  /** Shown until it is answered. */
  asking = $state.raw<Question | null>(null);
  #answered: ((choice: Choice) => void) | null = null;
  #saving = false;
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Whether what is open may give way to what comes next: asked only where something would be lost. */
  async mayGo(next: Next): Promise<boolean> {
    // A menu that this was chosen from closes first, and gives the focus back.
    if (isUnsaved(this.#desk.workspace)) await new Promise((done) => setTimeout(done));
    const { workspace } = this.#desk;
    // It is being saved for something else that comes: a press too many.
    if (this.#saving) return false;
    if (!isUnsaved(workspace)) return true;
    const choice = await this.#ask({ workspace, next });
    return choice === 'drop' || (choice === 'save' && (await this.#save()));
  }

  answer(choice: Choice): void {
    const answered = this.#answered;
    this.#answered = null;
    this.asking = null;
    answered?.(choice);
  }

  /** Somebody wants the window closed; whoever hung would not say that it heard of it. */
  async close(): Promise<void> {
    const { backend } = this.#desk;
    if (!(await this.#desk.try(backend.closingHeard()))) return;
    if (await this.mayGo('close')) await this.#desk.try(backend.closeWindow());
  }

  #ask(question: Question): Promise<Choice> {
    // What was to come before this comes no more.
    this.answer('cancel');
    this.asking = question;
    return new Promise((done) => (this.#answered = done));
  }

  async #save(): Promise<boolean> {
    this.#saving = true;
    try {
      return await this.#desk.save();
    } finally {
      this.#saving = false;
    }
  }
}
