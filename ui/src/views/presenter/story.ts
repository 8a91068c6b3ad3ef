// The story on screen.

import type { App } from '$lib/app.svelte';
import { heardIn } from '$lib/state/story';
import { storyOf, type Story } from '$lib/tell/story';
import { shipped } from '../../stories';

export function storyNow(app: App): Story {
  const { chosen } = app.stories;
  const heard =
    'shipped' in chosen ? heardIn(shipped(chosen.shipped).events) : app.stories.heardAt(chosen.place, app);
  return storyOf(heard);
}
