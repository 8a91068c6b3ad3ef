// A whole window before a played backend, for tests.

import { render, waitFor } from '@testing-library/svelte';
import { expect } from 'vitest';
import { App } from '$lib/app.svelte';
import type { Backend } from '$lib/backend';
import { fake } from '$lib/backend/fake/fake';
import Window from '../Window.svelte';

type Altered = Partial<Backend> | ((played: Backend) => Partial<Backend>);

/** Opens it on a scene of the played backend, and waits until all of it is there. */
export async function openWindow(scene: string, alter: Altered = {}): Promise<App> {
  const played = fake(scene, 0);
  const app = new App({ ...played, ...(typeof alter === 'function' ? alter(played) : alter) });
  delete document.body.dataset.ready;
  // Loaded beforehand: how long that takes is no matter of what is tested.
  await import('../later');
  render(Window, { app });
  await waitFor(() => expect(document.body.dataset.ready).toBe('true'));
  return app;
}
