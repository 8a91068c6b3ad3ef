// What nobody sees at the start, in a file of its own: it is loaded once the first picture stands.

import RollCall from './views/rollcall/RollCall.svelte';
import Sandbox from './views/sandbox/Sandbox.svelte';
import Setup from './views/setup/Setup.svelte';
import Timeline from './views/timeline/Timeline.svelte';
import Token from './views/token/Token.svelte';

export const VIEWS = { setup: Setup, rollcall: RollCall, sandbox: Sandbox, token: Token, timeline: Timeline };

export { default as ChangeSheet } from './frame/ChangeSheet.svelte';
export { default as KeysSheet } from './frame/KeysSheet.svelte';
export { default as Palette } from './frame/palette/Palette.svelte';
export { default as Settings } from './frame/settings/Settings.svelte';
export { default as UnsavedSheet } from './frame/UnsavedSheet.svelte';
export { default as Presenter } from './views/presenter/Presenter.svelte';

// Fonts come before they are needed. The first status number would fetch one in the midst of a roll call,
// and to decode it and lay everything out anew is a pause of 100 ms. Tests know no fonts.
for (const face of document.fonts ?? []) void face.load();
