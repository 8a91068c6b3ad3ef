import { beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '$lib/app.svelte';
import { fake } from '$lib/backend/fake/fake';
import { found, inGroups, type Act } from './act';
import { actsOf } from './acts';
import { remember, usedLast } from './used';

async function open(scene: string, called = true, pace = 0) {
  const app = new App(fake(scene, pace));
  await app.backend.subscribe((events) => app.receive(events));
  await app.recent.load();
  if (called) {
    await app.callTheRoll();
    await vi.waitFor(() => expect(app.run.finishedAt).not.toBeNull());
  }
  return app;
}
const ids = (app: App) => actsOf(app).map(({ id }) => id);
const titles = (acts: Act[]) => acts.map(({ title }) => title);
const act = (app: App, id: string) => actsOf(app).find((one) => one.id === id)!;

beforeEach(() => localStorage.clear());

describe('what can be done now', () => {
  it('offers everything in the sandbox after a roll call', async () => {
    const all = ids(await open('sandbox'));
    expect(all).toEqual(
      expect.arrayContaining([
        'call-all',
        'call-row:visitor-bot',
        'call-door:/api/public',
        'keep-calling',
        'go:timeline',
        'present',
        'settings',
        'keys',
        'log-folder',
        'add-keys',
        'save',
        'open',
        'new',
        'env-read',
        'env-write',
        'report:junit',
        'theme:dark',
        'text:larger',
        'zoom-in',
        'copy-token:reader-bot',
        'copy-export:reader-bot',
        'role:visitor-bot:read:messages',
        'lock:visitor-bot',
        'cell:visitor-bot:GET:/api/private-scoped',
        'recent:/home/ada/work/message-board/staging.rolecall.json',
      ]),
    );
    expect(new Set(all).size, 'each id once').toBe(all.length);
  });

  it.each([
    [
      'nothing is set up',
      'first',
      false,
      ['call-all', 'stop', 'present', 'report:html', 'env-write', 'undo', 'keep-calling'],
    ],
    [
      'nothing was called',
      'sandbox',
      false,
      ['stop', 'present', 'report:html', 'keep-calling', 'copy-token:reader-bot'],
    ],
    [
      'the issuer is not the built-in one',
      'open',
      true,
      ['go:sandbox', 'mend', 'role:visitor-bot:read:messages'],
    ],
    [
      'all is as designed',
      'sandbox',
      true,
      ['zoom-reset', 'text:normal', 'mend', 'undo', 'theme:system', 'copy-token:nobody', 'mark-right'],
    ],
  ])('leaves out what cannot be done: %s', async (_, scene, called, absent) => {
    const all = ids(await open(scene, called));
    for (const id of absent) expect(all).not.toContain(id);
  });

  it('while calling there is only stopping', async () => {
    const app = await open('sandbox', false, 1);
    void app.callTheRoll();
    await vi.waitFor(() => expect(app.run.running).toBe(true));
    expect(ids(app)).toContain('stop');
    expect(ids(app).filter((id) => id.startsWith('call-') || id.startsWith('report:'))).toEqual([]);
    act(app, 'stop').run();
    await vi.waitFor(() => expect(app.run.running).toBe(false));
  });

  it('takes for right what nobody judged', async () => {
    const app = await open('open');
    act(app, 'mark-right').run();
    await vi.waitFor(() => expect(ids(app)).not.toContain('mark-right'));
  });

  it('does what it says', async () => {
    const app = await open('sandbox');
    act(app, 'cell:visitor-bot:GET:/api/private-scoped').run();
    expect([app.view.name, app.chosen?.row.label]).toEqual(['rollcall', 'visitor-bot']);
    act(app, 'role:visitor-bot:read:messages').run();
    await vi.waitFor(() => expect(app.chosen?.shown.cell?.verdict).toBe('allowed'));
    expect(act(app, 'role:visitor-bot:read:messages').title).toBe('Take read:messages from visitor-bot');
    act(app, 'present').run();
    act(app, 'settings').run();
    expect([app.view.presenting, app.view.settingsShown]).toEqual([true, true]);
    await app.backend.removeUser('reader-bot');
    expect(titles(actsOf(app))).toContain('Put reader-bot back');
    const other = vi.fn();
    app.undo.offer('34 answers marked as right', other);
    act(app, 'undo').run();
    await vi.waitFor(() => expect(titles(actsOf(app))).not.toContain('Put reader-bot back'));
    expect(other, 'it is not what was named').not.toHaveBeenCalled();
  });
});

describe('finding', () => {
  it.each([
    ['why visitor scoped', 'Why visitor-bot stays out at /api/private-scoped'],
    ['scoped visitor', 'Why visitor-bot stays out at /api/private-scoped'],
    ['dark', 'Dark'],
    ['report html', 'Hand on a report: HTML'],
    ['parallelism', 'Settings'],
    ['give visitor read', 'Give visitor-bot the role read:messages'],
    ['stag', 'Open Message Board, staging'],
  ])('%s', async (query, first) => {
    expect(found(actsOf(await open('sandbox')), query, [])[0]?.title).toBe(first);
  });

  it('finds nothing by a word that is nowhere', async () => {
    expect(found(actsOf(await open('sandbox')), 'visitor xyzzy', [])).toEqual([]);
  });

  it('puts first what was used last, and keeps crowds for those who ask', async () => {
    const acts = actsOf(await open('many'));
    const shown = found(acts, '', ['theme:dark', 'gone', 'save']);
    expect(titles(shown).slice(0, 2)).toEqual(['Dark', 'Save the workspace']);
    expect(shown.some(({ id }) => id.startsWith('cell:'))).toBe(false);
    expect(found(acts, 'why', []).length).toBe(60);
    expect(inGroups(shown, ['theme:dark', 'save'], '')[0]).toMatchObject({ title: 'Used last' });
  });

  it('remembers five, each once, and believes nothing else that lies there', () => {
    ['a', 'b', 'c', 'd', 'e', 'f', 'b'].forEach(remember);
    expect(usedLast()).toEqual(['b', 'f', 'e', 'd', 'c']);
    localStorage.setItem('rolecall.used', '{"x":1}');
    expect(usedLast()).toEqual([]);
  });
});
