// The question about changes that are not saved, in words.

import type { Next, Question } from '$lib/state/unsaved.svelte';

const WHEN: Record<Next, string> = {
  another: 'another workspace opens',
  new: 'a new one begins',
  sandbox: 'the sandbox opens',
  close: 'the window closes',
};

export interface UnsavedWords {
  title: string;
  text: string;
  /** With dots where a further question follows. */
  save: string;
}

export function unsavedWords({ workspace: { name, path }, next }: Question): UnsavedWords {
  const title = `Save the changes to ${name || 'the new workspace'}?`;
  if (path === null) {
    return {
      title,
      text: `It has no file yet; you will be asked where to keep it. Unsaved, it is lost when ${WHEN[next]}.`,
      save: 'Save…',
    };
  }
  const file = path.split(/[\\/]/).at(-1);
  return {
    title,
    text: `They are not in ${file} yet. Unsaved, they are lost when ${WHEN[next]}.`,
    save: 'Save',
  };
}
