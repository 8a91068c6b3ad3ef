import { mount, tick } from 'svelte';
import Line from './Line.svelte';

mount(Line, { target: document.body });
await tick();
// Two frames later it has been painted, and is not only in the document.
requestAnimationFrame(() => {
  requestAnimationFrame(() => {
    document.title = 'Empty – Ready';
  });
});
