// Each component in each state is shown, and axe-core finds nothing in it. Contrast is tested where
// the colours are.

import { render, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersIn } from '$lib/state/run';
import { ENTRIES } from './entries';
import { appOf, recorded, until } from './recorded';
import Stage from './Stage.svelte';

/** They ask about a whole page, or about what is painted. */
const NOT_HERE = ['color-contrast', 'region', 'page-has-heading-one', 'document-title', 'html-has-lang'];

beforeEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
});
afterEach(() => {
  document.body.replaceChildren();
});

async function show(id: string, width: number) {
  const entry = ENTRIES.find((one) => one.id === id)!;
  const app = appOf(await entry.events());
  entry.then?.(app);
  const view = document.createElement('div');
  view.id = 'view';
  document.body.append(view);
  render(Stage, { props: { entry, app, width }, target: view });
  // Progress waits before it is worth a word, dialogs come a little later.
  await waitFor(() => expect(document.body.textContent!.trim().length).toBeGreaterThan(4));
}

async function violations() {
  const rules = Object.fromEntries(NOT_HERE.map((id) => [id, { enabled: false }]));
  const { violations: found } = await axe.run(document.body, { rules, resultTypes: ['violations'] });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

describe('the gallery', () => {
  it('has an id for each entry, once', () => {
    expect(new Set(ENTRIES.map(({ id }) => id)).size).toBe(ENTRIES.length);
  });

  it.each(ENTRIES.map(({ id }) => id))('%s', async (id) => {
    await show(id, 1280);
    expect(await violations()).toEqual([]);
  });

  it.each(['bar-sandbox', 'bar-broken', 'nav-broken', 'timeline-call'])('%s with little room', async (id) => {
    await show(id, 512);
    expect(await violations()).toEqual([]);
  });

  it('would tell: a button without a name is found', async () => {
    await show('parts-buttons', 1280);
    document.getElementById('view')!.append(document.createElement('button'));
    expect((await violations()).join()).toContain('button-name');
  });
});

describe('states are made from events', () => {
  it('the same events give the same state, whole or in part', async () => {
    const events = await recorded('sandbox');
    const [whole, again, half] = [appOf(events), appOf(events), appOf(until(events, 5))];
    expect(whole.matrix).toEqual(again.matrix);
    expect([half.run.running, answersIn(half.run)]).toEqual([true, 5]);
  });
});
