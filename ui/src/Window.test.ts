import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { drawn } from '$lib/frame';
import { Expecting } from '$lib/state/expecting';
import { testid } from '$lib/testids';
import { workspace } from './testing/samples';
import { openWindow } from './testing/window';

const SCOPED = '/api/private-scoped';
const by = (id: string) => screen.getByTestId(id);
const cell = (label: string, path = SCOPED) => by(testid.cell(label, path));
const tone = (label: string, path = SCOPED) => cell(label, path).dataset.tone;
/** The end is drawn before its reason. */
const finished = async () => {
  await waitFor(() => by(testid.callTheRoll));
  await drawn();
};

beforeEach(() => localStorage.clear());

describe('from Start', () => {
  it('one press leads to a finished roll call in the sandbox, with its reason', async () => {
    await openWindow('first');
    await userEvent.click(by(testid.startSandbox));
    await finished();
    expect(by(testid.headline).textContent).toBe('Everyone gets in where they should, and nowhere else');
    expect([tone('reader-bot'), tone('visitor-bot'), tone('nobody')]).toEqual(['in', 'out', 'out']);
    expect(by(testid.compareReason).textContent).toContain('it does not hold the role read:messages');
  });

  it('a reason that was put away stays away until somebody chooses a cell', async () => {
    await openWindow('first');
    await userEvent.click(by(testid.startSandbox));
    await finished();
    await userEvent.click(by(testid.compareClose));
    const again = async () => {
      await userEvent.click(by(testid.callTheRoll));
      await finished();
      return screen.queryByTestId(testid.compareReason) !== null;
    };
    expect(await again()).toBe(false);
    await userEvent.click(cell('visitor-bot'));
    expect(await again()).toBe(true);
  });

  it('the other door leads to Setup, where keys are added by path', async () => {
    await openWindow('first');
    await userEvent.click(by(testid.startOwn));
    await userEvent.type(by(testid.keyPathInput), '/keys/reader-bot.json');
    await userEvent.click(by(testid.keyPathAdd));
    await waitFor(() => by(testid.user('reader-bot')));
    expect(
      (by(testid.keyPathInput) as HTMLInputElement).value,
      'what was taken is no longer in the field',
    ).toBe('');
  });

  it('takes a double click for one press, and a key held down too', async () => {
    const app = await openWindow('open');
    await finished();
    const call = vi.spyOn(app.backend, 'callTheRoll').mockResolvedValue(2);
    const stop = vi.spyOn(app.backend, 'stopTheRoll').mockResolvedValue();
    const pressed = () => [call.mock.calls.length, stop.mock.calls.length];
    await userEvent.dblClick(by(testid.callTheRoll));
    expect(pressed()).toEqual([1, 0]);
    app.run = { ...app.run, running: true };
    await userEvent.keyboard('{Control>}{Enter>5/}{/Control}');
    expect(pressed()).toEqual([1, 1]);
    by(testid.stopTheRoll).focus();
    await userEvent.keyboard('{Enter>5/}');
    expect(pressed(), 'pressed again, and with the focus').toEqual([1, 2]);
    await userEvent.tab({ shift: true });
    await userEvent.keyboard('{Tab>3/}');
    expect(document.activeElement, 'Tab goes past it').not.toBe(by(testid.stopTheRoll));
  });

  it('has its button stand back until the roll can be called', async () => {
    const app = await openWindow('first');
    app.view.go('setup');
    await waitFor(() => expect(by(testid.callTheRoll).classList).toContain('plain'));
    app.workspace = workspace();
    await waitFor(() => expect(by(testid.callTheRoll).classList).toContain('primary'));
  });

  it('says what is missing instead of calling into nothing', async () => {
    await openWindow('first');
    await userEvent.click(by(testid.nav('rollcall')));
    await userEvent.click(by(testid.callTheRoll));
    expect(by(testid.view('setup'))).toBeTruthy();
    expect(by(testid.notice).textContent).toContain('type its address');
  });
});

describe('the roll call', () => {
  it('follows a role that is given in the row', async () => {
    await openWindow('sandbox');
    await finished();
    await userEvent.click(by(testid.rolesMenu('visitor-bot')));
    await userEvent.click(await screen.findByTestId(testid.roleToggle('visitor-bot', 'read:messages')));
    await waitFor(() => expect(tone('visitor-bot')).toBe('in'));
    expect(tone('writer-bot'), 'the other rows stay as they were').toBe('out');
  });

  it('calls the row after the run under way when a role is changed meanwhile', async () => {
    const app = await openWindow('sandbox');
    await finished();
    const [reader, , visitor] = app.workspace!.sandbox!.users;
    void app.mending.change('reader-bot', app.backend.takeRole(reader!.user_id, 'read:messages'));
    void app.mending.change('visitor-bot', app.backend.giveRole(visitor!.user_id, 'read:messages'));
    await waitFor(() => expect([tone('reader-bot'), tone('visitor-bot')]).toEqual(['out', 'in']));
    expect(screen.queryByTestId(testid.notice)).toBeNull();
  });

  it('explains each cell: what ZITADEL said, what the API decided, what the caller got', async () => {
    await openWindow('sandbox');
    await finished();
    await userEvent.click(cell('visitor-bot'));
    expect(by(testid.compareIntrospection).textContent).toContain('visitor-bot');
    expect(by(testid.compareDecision).textContent).toContain('The role read:messages is not among its roles');
    expect(by(testid.compareResponse).textContent).toContain('403 Forbidden');
    await userEvent.click(cell('nobody', '/api/private'));
    expect(by(testid.compareReason).textContent).toContain('no token came along');
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByTestId(testid.compare)).toBeNull();
    expect(document.activeElement, 'the focus goes back to the cell').toBe(cell('nobody', '/api/private'));
  });

  it('is moved through by keys, with one tab stop', async () => {
    await openWindow('sandbox');
    await finished();
    await userEvent.keyboard('{Escape}');
    cell('reader-bot', '/api/public').focus();
    await userEvent.keyboard('{ArrowDown}{End}');
    expect(document.activeElement).toBe(cell('writer-bot'));
    expect(screen.queryByTestId(testid.compare), 'moving alone opens nothing').toBeNull();
    await userEvent.keyboard('{Enter}');
    expect(by(testid.compareReason).textContent).toContain('writer-bot');
    await userEvent.keyboard('{ArrowUp}');
    expect(by(testid.compareReason).textContent, 'what is open follows').toContain('reader-bot');
    await userEvent.keyboard('{Home}{ArrowLeft}{ArrowLeft}');
    expect(document.activeElement).toBe(by(testid.rolesMenu('reader-bot')));
    expect(by(testid.matrix).querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it('shows what nobody judged as neither calm nor alarming, until somebody does', async () => {
    await openWindow('open');
    await finished();
    expect(tone('visitor-bot')).toBe('open');
    await userEvent.click(cell('visitor-bot'));
    await userEvent.click(by(testid.expect('allow')));
    await waitFor(() => expect(tone('visitor-bot')).toBe('odd'));
    expect(by(testid.headline).textContent).toBe('visitor-bot stays out where it should get in');
  });

  it('marks what nobody judged as right, what a search leaves alone, and takes it back', async () => {
    const app = await openWindow('open');
    await finished();
    const { expecting } = app;
    const all = expecting.unjudged(app.matrix).length;
    expect(by(testid.markRight).textContent).toContain(`Mark these ${all} as right`);
    await userEvent.type(by(testid.search), 'visitor');
    expect(screen.queryByTestId(testid.markRight), 'one is judged in its cell').toBeNull();
    await userEvent.clear(by(testid.search));
    await userEvent.type(by(testid.search), 'er-bot');
    await userEvent.click(by(testid.markRight));
    await waitFor(() => expect(tone('writer-bot')).toBe('out'));
    expect(tone('reader-bot')).toBe('in');
    await waitFor(() => expect(document.activeElement).toBe(cell('writer-bot')));
    await userEvent.clear(by(testid.search));
    expect(tone('visitor-bot'), 'it was out of sight').toBe('open');
    await expecting.say(app.matrix.rows[0]!.cells[2]!, 'deny');
    await userEvent.click(by(testid.undo));
    await waitFor(() => expect(tone('writer-bot')).toBe('open'));
    expect(tone('reader-bot'), 'what was said since counts more').toBe('odd');
    await expecting.say(app.matrix.rows[0]!.cells[2]!, null);
    await userEvent.click(by(testid.markRight));
    const calm = 'Everyone gets in where they should, and nowhere else';
    await waitFor(() => expect(by(testid.headline).textContent).toBe(calm));
    expect(screen.queryByTestId(testid.markRight)).toBeNull();
    await userEvent.click(by(testid.undo));
    await waitFor(() => expect(expecting.unjudged(app.matrix)).toHaveLength(all));
  });

  it('gives the focus on when a call takes the button away that had it', async () => {
    await openWindow('open');
    await finished();
    by(testid.markRight).focus();
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(screen.queryByTestId(testid.markRight)).toBeNull());
    expect(by(testid.matrix).contains(document.activeElement)).toBe(true);
  });

  it('calls nothing right that a fault brought about', async () => {
    const app = await openWindow('open');
    await finished();
    const { rows, doors } = app.matrix;
    const finding = { ...rows[1]!.cells[2]!.cell!.finding!, code: 'audience_missing' as const };
    const shown = rows[1]!.cells[2]!;
    const faulty = { ...shown, cell: { ...shown.cell!, finding } };
    expect(app.expecting.unjudged({ doors, rows: [{ ...rows[1]!, cells: [shown] }] })).toEqual([shown]);
    expect(app.expecting.unjudged({ doors, rows: [{ ...rows[1]!, cells: [faulty] }] })).toEqual([]);
  });

  it('calls nothing right that is said of two methods at once', async () => {
    const app = await openWindow('open');
    await finished();
    const { matrix } = app;
    const doors = [...matrix.doors, { ...matrix.doors[2]!, method: 'POST' }];
    const known = { workspace: app.workspace, run: app.run, matrix: { ...matrix, doors } };
    const twice = new Expecting(app.backend, known, app.notices, app.undo);
    expect(app.expecting.unjudged(matrix).length).toBeGreaterThan(0);
    expect(twice.unjudged(matrix)).toEqual([]);
  });

  it('offers no change of roles where the issuer is not the built-in one', async () => {
    await openWindow('open');
    await finished();
    await userEvent.click(cell('visitor-bot'));
    expect(screen.queryByTestId(testid.findingFix('role_missing'))).toBeNull();
    expect(screen.queryByTestId(testid.rolesMenu('visitor-bot'))).toBeNull();
  });

  it('tells a user without a token apart from one that is refused', async () => {
    await openWindow('fault');
    await finished();
    expect(by(testid.headline).textContent).toBe('visitor-bot got no token: ZITADEL does not accept its key');
    expect([tone('visitor-bot', '/api/public'), tone('visitor-bot')]).toEqual(['in', 'unreached']);
    await userEvent.click(cell('visitor-bot'));
    expect(within(by(testid.compare)).getByTestId(testid.finding('key_unknown'))).toBeTruthy();
  });

  it('leads from a cell to that very call in the timeline', async () => {
    const app = await openWindow('sandbox');
    await finished();
    await userEvent.click(cell('visitor-bot'));
    await userEvent.click(by(testid.compareTimeline));
    const purposes = screen.getAllByTestId(testid.timelineRow).map(({ dataset }) => dataset.purpose);
    expect(purposes).toEqual(['token', 'call', 'introspection']);
    expect(app.view.exchange).toBe(app.view.onlyCall);
    const detail = await screen.findByTestId(testid.timelineDetail);
    expect(detail.textContent).toContain('Authorization'.toLowerCase());
  });
});

describe('the window', () => {
  it('says quietly what a command could not do', async () => {
    const message = 'There is no file /nope.json.';
    await openWindow('sandbox', {
      addKeyFiles: () => Promise.reject({ code: 'invalid_input', message, details: null }),
    });
    await finished();
    await userEvent.click(by(testid.nav('setup')));
    const field = by(testid.keyPathInput) as HTMLInputElement;
    await userEvent.type(field, '/nope.json{Enter}');
    expect((await screen.findByTestId(testid.notice)).getAttribute('role')).toBe('alert');
    expect(document.activeElement, 'the focus stays where it was').toBe(field);
    expect(field.value, 'what was typed can be mended').toBe('/nope.json');
  });

  it('never shows a secret before it is asked for', async () => {
    const reveal = vi.fn(async () => 'the-secret');
    await openWindow('sandbox', { reveal });
    await finished();
    await userEvent.click(cell('visitor-bot'));
    await userEvent.click(by(testid.compareTimeline));
    const [chip] = within(await screen.findByTestId(testid.timelineDetail)).getAllByText(/access token/);
    await userEvent.click(chip!);
    expect(reveal).not.toHaveBeenCalled();
    await userEvent.click(await screen.findByText('Reveal'));
    expect(await screen.findByText('the-secret')).toBeTruthy();
  });

  it('keeps the theme that was chosen', async () => {
    const app = await openWindow('first');
    app.theme.choose('dark');
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(localStorage.getItem('rolecall.theme')).toBe('dark');
    app.theme.choose('system');
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });

  it('takes what it was started with: a workspace is opened, keys are added', async () => {
    const openWorkspace = vi.fn(async () => {});
    const addKeyFiles = vi.fn(async () => {});
    const app = await openWindow('first', { openWorkspace, addKeyFiles });
    await app.take(['/a.json', '/b.json']);
    expect(addKeyFiles).toHaveBeenCalledWith(['/a.json', '/b.json']);
    await app.take(['/x.rolecall.json']);
    expect(openWorkspace).toHaveBeenCalledWith('/x.rolecall.json');
  });
});

describe('motion', () => {
  it('moves a cell once when its answer comes, and no cell because of another', async () => {
    const animate = vi.fn();
    HTMLElement.prototype.animate = animate as unknown as typeof HTMLElement.prototype.animate;
    const app = await openWindow('sandbox');
    await finished();
    // The first run may be over before all of the window is there.
    animate.mockClear();
    await app.callTheRoll();
    await waitFor(() => expect(animate, 'twelve cells were answered').toHaveBeenCalledTimes(12));
    await finished();
    await userEvent.click(by(testid.rolesMenu('visitor-bot')));
    animate.mockClear();
    await userEvent.click(await screen.findByTestId(testid.roleToggle('visitor-bot', 'read:messages')));
    await waitFor(() => expect(tone('visitor-bot')).toBe('in'));
    expect(animate.mock.instances.length, 'only the row that was asked again').toBeLessThanOrEqual(3);
  });
});
