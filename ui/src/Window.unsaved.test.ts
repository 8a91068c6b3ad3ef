// Changes that are not saved: before another workspace opens, or the window closes, somebody is asked.

import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '$lib/app.svelte';
import type { Backend } from '$lib/backend';
import { fake } from '$lib/backend/fake/fake';
import { testid } from '$lib/testids';
import { actsOf } from './frame/palette/acts';
import Window from './Window.svelte';

const by = (id: string) => screen.getByTestId(id);
const none = (id: string) => screen.queryByTestId(id);
const keys = (text: string) => userEvent.keyboard(text);
const question = () => screen.findByTestId(testid.unsaved);
const closed = () => waitFor(() => expect(none(testid.unsaved)).toBeNull());

const STAGING = '/home/ada/work/message-board/staging.rolecall.json';

/** What could come next, each as somebody begins it. */
const NEXT: [string, string, keyof Backend, (app: App) => void][] = [
  ['opening a file', 'another workspace opens', 'pickWorkspace', palette('open')],
  ['opening an earlier one', 'another workspace opens', 'openWorkspace', palette(`recent:${STAGING}`)],
  [
    'a dropped file',
    'another workspace opens',
    'openWorkspace',
    (app) => void app.take(['/b.rolecall.json']),
  ],
  ['beginning anew', 'a new one begins', 'newWorkspace', palette('new')],
  ['the sandbox', 'the sandbox opens', 'openSandbox', palette('try-sandbox')],
  [
    'a second start that wants the sandbox',
    'the sandbox opens',
    'openSandbox',
    (app) => app.receive([{ type: 'sandbox_wanted' }]),
  ],
  ['closing the window', 'the window closes', 'closeWindow', (app) => app.receive([{ type: 'closing' }])],
];

function palette(id: string) {
  return (app: App) =>
    actsOf(app)
      .find((act) => act.id === id)!
      .run();
}

const asItIs = async () => ({ sandbox: false, paths: [] });

/** Somebody's own set-up, changed since it was saved. */
async function changed(alter: Partial<Backend> = {}, scene = 'open') {
  const app = new App({ ...fake(scene, 0), startOptions: asItIs, ...alter });
  render(Window, { app });
  await waitFor(() => expect(document.body.dataset.ready).toBe('true'));
  await app.recent.load();
  app.view.go('setup');
  await app.backend.setExpectations([{ user: 'reader-bot', endpoint: '/api/public', expected: 'allow' }]);
  return app;
}

beforeEach(() => {
  delete document.body.dataset.ready;
  localStorage.clear();
});

describe('what would be lost', () => {
  it.each(NEXT)('%s asks first, and nothing happens when that is cancelled', async (_, when, does, begin) => {
    const command = vi.fn(async () => {});
    const app = await changed({ [does]: command });
    by(testid.nav('setup')).focus();
    begin(app);
    const asked = await question();
    expect(asked.getAttribute('role')).toBe('alertdialog');
    expect(asked.textContent).toContain('Save the changes to Message Board?');
    expect(asked.textContent).toContain('not in message-board.rolecall.json yet');
    expect(asked.textContent).toContain(`lost when ${when}.`);
    await waitFor(() => expect(document.activeElement, 'what loses nothing').toBe(by(testid.unsavedSave)));
    await keys('{Escape}');
    await closed();
    expect(command).not.toHaveBeenCalled();
    expect([app.workspace?.unsaved, app.view.name]).toEqual([true, 'setup']);
    await waitFor(() => expect(document.activeElement).toBe(by(testid.nav('setup'))));
  });

  it.each(NEXT)('%s goes on without saving where somebody says so', async (_, _when, does, begin) => {
    const command = vi.fn(async () => {});
    const saveWorkspace = vi.fn(async () => null);
    const app = await changed({ [does]: command, saveWorkspace });
    begin(app);
    await question();
    await userEvent.click(by(testid.unsavedDrop));
    await waitFor(() => expect(command).toHaveBeenCalledOnce());
    expect(saveWorkspace).not.toHaveBeenCalled();
    await closed();
  });

  it.each(NEXT)('%s comes after what is to be saved', async (_, _when, does, begin) => {
    const order: string[] = [];
    const command = vi.fn(async () => void order.push(does));
    const saveWorkspace = vi.fn(async () => (order.push('save'), '/a.rolecall.json'));
    const app = await changed({ [does]: command, saveWorkspace });
    begin(app);
    await question();
    await waitFor(() => expect(document.activeElement).toBe(by(testid.unsavedSave)));
    await keys('{Enter}');
    await waitFor(() => expect(order).toEqual(['save', does]));
    expect(saveWorkspace).toHaveBeenCalledWith(null);
  });

  it('what has no file says so, and stays where nobody chooses a place for it', async () => {
    const [saveWorkspace, closeWindow] = [vi.fn(async () => null), vi.fn(async () => {})];
    const app = await changed({ saveWorkspace, closeWindow }, 'wrong');
    app.receive([{ type: 'closing' }]);
    const asked = await question();
    expect(asked.textContent).toContain('It has no file yet; you will be asked where to keep it.');
    expect(by(testid.unsavedSave).textContent).toBe('Save…');
    await userEvent.click(by(testid.unsavedSave));
    await waitFor(() => expect(saveWorkspace).toHaveBeenCalledOnce());
    await closed();
    expect(closeWindow).not.toHaveBeenCalled();
    expect(app.workspace?.unsaved).toBe(true);
  });

  it('stays where it cannot be saved, with the reason', async () => {
    const newWorkspace = vi.fn(async () => {});
    const error = { code: 'machine', message: 'The disk is full.', details: null };
    const app = await changed({ newWorkspace, saveWorkspace: () => Promise.reject(error) });
    void app.newWorkspace();
    await question();
    await userEvent.click(by(testid.unsavedSave));
    await waitFor(() => expect(by(testid.notice).textContent).toContain('The disk is full.'));
    expect(newWorkspace).not.toHaveBeenCalled();
  });
});

describe('nobody is asked', () => {
  it.each(['saved', 'new', 'sandbox'])('where nothing would be lost: %s', async (kind) => {
    const closeWindow = vi.fn(async () => {});
    const app = await changed({ closeWindow }, kind === 'sandbox' ? 'sandbox' : 'open');
    if (kind === 'saved') await app.save();
    if (kind === 'new') await app.backend.newWorkspace();
    expect(app.workspace?.unsaved, 'even where something was changed').toBe(kind === 'sandbox');
    app.receive([{ type: 'closing' }]);
    await waitFor(() => expect(closeWindow).toHaveBeenCalledOnce());
    expect(none(testid.unsaved)).toBeNull();
  });
});

describe('the question', () => {
  it('holds the focus and the keys until it is answered', async () => {
    const app = await changed();
    const call = vi.spyOn(app, 'callOrStop');
    void app.newWorkspace();
    await question();
    await waitFor(() => expect(document.activeElement).toBe(by(testid.unsavedSave)));
    const seen: (string | undefined)[] = [];
    for (let press = 0; press < 3; press += 1) {
      await keys('{Tab}');
      seen.push((document.activeElement as HTMLElement).dataset.testid);
    }
    expect(seen).toEqual([testid.unsavedDrop, testid.unsavedCancel, testid.unsavedSave]);
    await keys('{Control>}{Enter}{/Control}{Control>}3{/Control}{Control>}k{/Control}{F5}');
    expect(call).not.toHaveBeenCalled();
    expect([app.view.name, app.view.paletteShown, app.view.presenting]).toEqual(['setup', false, false]);
  });

  it('comes from a menu, and the focus goes back to that', async () => {
    await changed();
    await userEvent.click(by(testid.workspaceChip));
    await userEvent.click(await screen.findByTestId(testid.openWorkspace));
    await question();
    await waitFor(() => expect(document.activeElement).toBe(by(testid.unsavedSave)));
    await userEvent.click(by(testid.unsavedCancel));
    await closed();
    await waitFor(() => expect(document.activeElement).toBe(by(testid.workspaceChip)));
  });

  it('stands above the presenter and above another dialog, and Escape closes it alone', async () => {
    const app = await changed();
    app.present();
    app.receive([{ type: 'closing' }]);
    await question();
    await waitFor(() => expect(document.activeElement).toBe(by(testid.unsavedSave)));
    await keys('{Escape}');
    await closed();
    expect(app.view.presenting).toBe(true);
    app.view.presenting = false;
    app.view.settingsShown = true;
    await screen.findByTestId(testid.settings);
    app.receive([{ type: 'closing' }]);
    await question();
    await keys('{Escape}');
    await closed();
    expect(by(testid.settings)).toBeTruthy();
  });

  it('is heard of at once, and counts for what came last', async () => {
    const [closingHeard, closeWindow, newWorkspace] = [0, 1, 2].map(() => vi.fn(async () => {}));
    const app = await changed({ closingHeard, closeWindow, newWorkspace });
    void app.newWorkspace();
    expect((await question()).textContent).toContain('a new one begins');
    app.receive([{ type: 'closing' }]);
    await waitFor(() => expect(by(testid.unsaved).textContent).toContain('the window closes'));
    expect(closingHeard).toHaveBeenCalledOnce();
    await userEvent.click(by(testid.unsavedDrop));
    await waitFor(() => expect(closeWindow).toHaveBeenCalledOnce());
    expect(newWorkspace).not.toHaveBeenCalled();
  });

  it('is not put again while its answer is carried out', async () => {
    let saved = (_: string) => {};
    const closeWindow = vi.fn(async () => {});
    const saveWorkspace = () => new Promise<string>((done) => (saved = done));
    const app = await changed({ closeWindow, saveWorkspace });
    app.receive([{ type: 'closing' }]);
    await question();
    await userEvent.click(by(testid.unsavedSave));
    await app.unsaved.close();
    expect([none(testid.unsaved), closeWindow.mock.calls.length]).toEqual([null, 0]);
    saved('/a.rolecall.json');
    await waitFor(() => expect(closeWindow).toHaveBeenCalledOnce());
  });
});
