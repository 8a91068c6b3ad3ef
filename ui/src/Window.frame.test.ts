// The frame around the views: palette, settings, sizes, undo, reports, progress, notices.

import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '$lib/app.svelte';
import type { Backend } from '$lib/backend';
import { fake } from '$lib/backend/fake/fake';
import { testid } from '$lib/testids';
import { openWindow } from './testing/window';
import Window from './Window.svelte';

const by = (id: string) => screen.getByTestId(id);
const none = (id: string) => screen.queryByTestId(id);
const keys = (text: string) => userEvent.keyboard(text);
const notices = () => screen.queryAllByTestId(testid.notice).map((one) => one.textContent?.trim() ?? '');

async function open(scene: string, alter: Partial<Backend> = {}) {
  const app = await openWindow(scene, alter);
  if (app.run.running) await waitFor(() => expect(app.run.running).toBe(false));
  return app;
}

beforeEach(() => {
  delete document.body.dataset.ready;
  delete document.documentElement.dataset.text;
  localStorage.clear();
});

describe('what is not seen at the start', () => {
  it('comes once the first picture stands, also where it was asked for before', async () => {
    const app = new App(fake('start', 0));
    render(Window, { app });
    expect(by(testid.startSandbox)).toBeTruthy();
    await keys('?');
    expect(none(testid.keysSheet), 'the first picture is not held up by it').toBeNull();
    expect(await screen.findByTestId(testid.keysSheet)).toBeTruthy();
    await waitFor(() => expect(document.body.dataset.ready).toBe('true'));
  });
});

describe('the palette', () => {
  it('opens by keys, does what is chosen, and gives the focus back', async () => {
    const app = await open('sandbox');
    by(testid.nav('rollcall')).focus();
    await keys('{Control>}k{/Control}');
    const input = await screen.findByTestId(testid.paletteInput);
    await waitFor(() => expect(document.activeElement).toBe(input));
    await keys('dark');
    await keys('{Enter}');
    await waitFor(() => expect(app.theme.choice).toBe('dark'));
    expect(none(testid.palette)).toBeNull();
    expect(document.activeElement).toBe(by(testid.nav('rollcall')));
    await keys('{Control>}k{/Control}');
    const [first] = (await screen.findByTestId(testid.palette)).querySelectorAll('[role="option"]');
    expect(first?.textContent, 'what is chosen already is offered no more').not.toContain('Dark');
  });

  it('leads to a cell by words in any order', async () => {
    const app = await open('sandbox');
    app.view.go('timeline');
    await keys('{Control>}k{/Control}');
    await screen.findByTestId(testid.paletteInput);
    await keys('scoped visitor why{Enter}');
    await waitFor(() => expect(app.view.name).toBe('rollcall'));
    expect(by(testid.compareReason).textContent).toContain('visitor-bot');
  });

  it('says when there is nothing of that name, and closes by Escape', async () => {
    await open('sandbox');
    await keys('{Control>}k{/Control}');
    await userEvent.type(await screen.findByTestId(testid.paletteInput), 'xyzzy');
    expect(by(testid.palette).textContent).toContain('Nothing that can be done now');
    await keys('{Escape}');
    await waitFor(() => expect(none(testid.palette)).toBeNull());
  });
});

describe('settings', () => {
  it('are set one by one, and say at the field what is wrong', async () => {
    const setSettings = vi.fn(fake('sandbox', 0).setSettings);
    const app = await open('sandbox', { setSettings });
    await keys('{Control>},{/Control}');
    const port = (await screen.findByTestId(testid.setting('port'))) as HTMLInputElement;
    await userEvent.clear(by(testid.setting('retries')));
    await userEvent.type(by(testid.setting('retries')), '9{Enter}');
    expect(by(testid.settingError('retries')).textContent?.trim()).toBe('A whole number from 0 to 5.');
    expect(setSettings).not.toHaveBeenCalled();
    await userEvent.type(port, '22{Enter}');
    await waitFor(() => expect(by(testid.settingError('port')).textContent).toContain('Port 22'));
    expect([port.getAttribute('aria-invalid'), port.value]).toEqual(['true', '22']);
    await userEvent.clear(port);
    await userEvent.type(port, '8443{Enter}');
    await waitFor(() => expect(by(testid.settingError('port')).textContent?.trim()).toBe(''));
    expect(setSettings).toHaveBeenLastCalledWith({ ...app.workspace!.settings, port: 8443 });
  });

  it('picks a certificate authority, and takes it away again', async () => {
    const app = await open('sandbox');
    app.view.settingsShown = true;
    await userEvent.click(await screen.findByTestId(testid.settingsCaPick));
    await waitFor(() => expect(by(testid.settingsCa).textContent).toBe('company-ca.pem'));
    await userEvent.click(by(testid.settingsCaRemove));
    await waitFor(() => expect(app.workspace?.settings.ca_file).toBeNull());
  });

  it('set the size of text and window, and both come back with the next start', async () => {
    const setZoom = vi.fn(async () => {});
    const app = await open('sandbox', { setZoom });
    app.view.settingsShown = true;
    await userEvent.click(await screen.findByTestId(testid.textSize('larger')));
    await userEvent.click(by(testid.zoomIn));
    await waitFor(() => expect(setZoom).toHaveBeenCalledWith(1.1));
    expect(notices()).toEqual(['Size 110 %']);
    await keys('{Control>}={/Control}');
    await waitFor(() => expect(notices()).toEqual(['Size 125 %']));
    setZoom.mockClear();
    delete document.documentElement.dataset.text;
    await open('first', { setZoom });
    await waitFor(() => expect(setZoom).toHaveBeenCalledWith(1.25));
    expect(document.documentElement.dataset.text).toBe('larger');
  });
});

describe('undo', () => {
  it('is offered for what was taken out, without taking the focus', async () => {
    const app = await open('sandbox');
    app.view.go('setup');
    const remove = await screen.findByTestId(testid.userRemove('reader-bot'));
    await userEvent.click(remove);
    await waitFor(() => expect(notices()[0]).toContain('reader-bot was taken out'));
    expect(document.activeElement).not.toBe(by(testid.undo));
    await keys('{F6}');
    expect(document.activeElement, 'F6 leads there').toBe(by(testid.undo));
    await keys('{Enter}');
    await waitFor(() => expect(app.workspace?.users.map(({ label }) => label)).toContain('reader-bot'));
    expect(none(testid.undo)).toBeNull();
    expect(document.activeElement, 'and the focus comes back').not.toBe(document.body);
  });

  it('by Control Z, but not while somebody types', async () => {
    const app = await open('sandbox');
    await app.backend.removeUser('writer-bot');
    app.view.go('setup');
    const field = await screen.findByTestId(testid.keyPathInput);
    await userEvent.click(field);
    await keys('{Control>}z{/Control}');
    expect(app.workspace?.users).toHaveLength(2);
    by(testid.nav('setup')).focus();
    await keys('{Control>}z{/Control}');
    await waitFor(() => expect(app.workspace?.users).toHaveLength(3));
    expect(notices()).toEqual(['writer-bot is back']);
  });

  it('brings back a forgotten workspace, which is forgotten only when nobody does', async () => {
    const forgetRecent = vi.fn(async () => {});
    const app = await open('start', { forgetRecent });
    const [item] = app.recent.list;
    await userEvent.click(await screen.findByTestId(testid.forgetRecent(item!.path)));
    expect(none(testid.recent(item!.path))).toBeNull();
    await userEvent.click(by(testid.undo));
    expect(by(testid.recent(item!.path))).toBeTruthy();
    expect(forgetRecent).not.toHaveBeenCalled();
    await userEvent.click(by(testid.forgetRecent(item!.path)));
    app.notices.dismissTopic('undo');
    expect(forgetRecent).toHaveBeenCalledWith(item!.path);
  });
});

describe('what takes its time', () => {
  it('says so after a moment, and can be cancelled where that is possible', async () => {
    const stopTheRoll = vi.fn(async () => {});
    const app = await open('sandbox', { stopTheRoll });
    app.run = { ...app.run, running: true };
    app.view.go('timeline');
    await userEvent.click(await screen.findByTestId(testid.progressCancel));
    expect(stopTheRoll).toHaveBeenCalledOnce();
    app.run = { ...app.run, running: false };
    await waitFor(() => expect(none(testid.progress)).toBeNull());
    let end = () => {};
    void app.work.during('Saving the report', new Promise<void>((done) => (end = done)));
    expect((await screen.findByTestId(testid.progress)).textContent).toContain('Saving the report');
    expect(none(testid.progressCancel)).toBeNull();
    end();
    await waitFor(() => expect(none(testid.progress)).toBeNull());
  });
});

describe('a report', () => {
  it('is handed on as a file, and the notice says where it went', async () => {
    const app = await open('sandbox');
    await userEvent.click(by(testid.reportMenu));
    await userEvent.click(await screen.findByTestId(testid.report('junit')));
    await waitFor(() => expect(notices()).toEqual(['Saved as /home/ada/roll-call.junit']));
    expect(app.work.list).toEqual([]);
  });

  it('cannot be handed on before there is one, with the reason', async () => {
    const app = await open('first');
    app.view.go('setup');
    await userEvent.click(await screen.findByTestId(testid.reportMenu));
    const item = await screen.findByTestId(testid.report('html'));
    expect(item.getAttribute('aria-disabled')).toBe('true');
    expect(screen.getByText(/Call the roll first/)).toBeTruthy();
  });
});

describe('other doors', () => {
  it('a finding opens the page of its fix in the browser', async () => {
    const openPage = vi.fn(async () => {});
    await open('refused', { openPage });
    await userEvent.click((await screen.findAllByTestId(testid.fixOpen))[0]!);
    expect(openPage).toHaveBeenCalledWith(expect.stringContaining('/ui/console/projects/'));
  });

  it('a workspace that is not where it was is looked for', async () => {
    const forgetRecent = vi.fn(async () => {});
    const app = await open('start', { forgetRecent });
    const gone = app.recent.list.find((item) => item.gone)!;
    app.backend.pickWorkspace = () => app.backend.openWorkspace('/elsewhere/board.rolecall.json');
    await userEvent.click(await screen.findByTestId(testid.findRecent(gone.path)));
    await waitFor(() => expect(forgetRecent).toHaveBeenCalledWith(gone.path));
    expect(app.view.name).toBe('rollcall');
  });

  it('F5 presents, also before anything was called, and never loads the window anew', async () => {
    const app = await open('first');
    const press = () => {
      const event = new KeyboardEvent('keydown', { key: 'F5', cancelable: true, bubbles: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect([press(), app.view.presenting]).toEqual([true, true]);
    expect([press(), app.view.presenting]).toEqual([true, false]);
  });

  it('with little room everything of the top bar is in one menu', async () => {
    const app = await open('sandbox');
    app.room.width = 32;
    await userEvent.click(await screen.findByTestId(testid.moreMenu));
    for (const id of [
      testid.issuerChip,
      testid.apiChip,
      testid.paletteOpen,
      testid.settingsOpen,
      testid.showKeys,
    ]) {
      expect(await screen.findByTestId(id), id).toBeTruthy();
    }
    expect(await screen.findByTestId(testid.report('html'))).toBeTruthy();
  });
});
