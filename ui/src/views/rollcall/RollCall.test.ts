import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '$lib/backend';
import { testid } from '$lib/testids';
import { blanked } from '../../testing/samples';
import { openWindow } from '../../testing/window';

const SCOPED = '/api/private-scoped';
const by = (id: string) => screen.getByTestId(id);
const cell = (label: string, path = SCOPED) => by(testid.cell(label, path));
const tone = (label: string, path = SCOPED) => cell(label, path).dataset.tone;
const rows = () => screen.getAllByTestId(/^row-(?!menu)/).map((row) => row.dataset.testid!.slice(4));
const doors = () => screen.getAllByTestId(/^door-header-/).map((door) => door.dataset.testid!.slice(12));

async function open(scene: string, alter?: Partial<Backend>) {
  const app = await openWindow(scene, alter);
  await waitFor(() => expect(app.run.finishedAt).not.toBeNull());
  await waitFor(() => by(testid.callTheRoll));
  return app;
}

beforeEach(() => localStorage.clear());

describe('a door in its head', () => {
  const edit = async (index: number) => {
    await userEvent.click(by(testid.doorEdit(index)));
    await screen.findByTestId(testid.doorEditPath);
  };

  it('is called otherwise, and what was expected there goes along', async () => {
    await open('sandbox');
    await edit(2);
    await userEvent.clear(by(testid.doorEditPath));
    await userEvent.type(by(testid.doorEditPath), '/api/inner');
    await userEvent.click(by(testid.doorEditSave));
    await waitFor(() => expect(doors()).toEqual(['/api/public', '/api/private', '/api/inner']));
    await userEvent.click(by(testid.callTheRoll));
    await waitFor(() => expect(tone('visitor-bot', '/api/inner'), 'still expected to stay out').toBe('out'));
    expect(tone('reader-bot', '/api/inner')).toBe('in');
  });

  it('says at the field what is wrong, and sends nothing', async () => {
    const setEndpoints = vi.fn(async () => {});
    await open('sandbox', { setEndpoints });
    await edit(0);
    await userEvent.clear(by(testid.doorEditPath));
    await userEvent.type(by(testid.doorEditPath), '/api/private');
    await userEvent.click(by(testid.doorEditSave));
    expect(screen.getByRole('alert').textContent).toBe('This door is there already.');
    expect(document.activeElement).toBe(by(testid.doorEditPath));
    expect(setEndpoints).not.toHaveBeenCalled();
  });

  it('says in the form what the program has against it', async () => {
    const message = '/api/public is not to be changed.';
    await open('sandbox', {
      setEndpoints: () => Promise.reject({ code: 'invalid_input', message, details: null }),
    });
    await edit(0);
    await userEvent.click(by(testid.doorEditSave));
    expect((await screen.findByRole('alert')).textContent).toBe(message);
  });

  it('takes roles as chips: typed, offered, taken out', async () => {
    const setEndpoints = vi.fn(async () => {});
    await open('sandbox', { setEndpoints });
    await edit(1);
    await userEvent.selectOptions(by(testid.doorEditRule), 'all_roles');
    await userEvent.type(by(testid.doorEditRoles), 'admin, audit{Enter}');
    await userEvent.click(
      within(screen.getByRole('group', { name: 'Known roles' })).getByRole('button', {
        name: 'write:messages',
      }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Take out audit' }));
    await userEvent.click(by(testid.doorEditSave));
    const access = { rule: 'all_roles', roles: ['admin', 'write:messages'] };
    expect(setEndpoints).toHaveBeenCalledWith(
      expect.arrayContaining([{ method: 'GET', path: '/api/private', access }]),
    );
  });

  it('is added at the end, moved, and removed', async () => {
    await open('sandbox');
    await userEvent.click(by(testid.doorAddHere));
    await userEvent.type(await screen.findByTestId(testid.doorEditPath), '/api/new');
    await userEvent.selectOptions(by(testid.doorEditMethod), 'POST');
    await userEvent.click(by(testid.doorEditSave));
    await waitFor(() => expect(doors().at(-1)).toBe('/api/new'));
    await edit(3);
    await userEvent.click(by(testid.doorEditLeft));
    await waitFor(() => expect(doors()[2]).toBe('/api/new'));
    await edit(2);
    await userEvent.click(by(testid.doorEditRemove));
    await waitFor(() => expect(doors()).not.toContain('/api/new'));
  });
});

describe('an expectation in its cell', () => {
  it('is set by a press where nobody has said anything yet, and taken back by another', async () => {
    await open('open');
    expect(tone('visitor-bot')).toBe('open');
    await userEvent.click(by(testid.expectAllow('visitor-bot', SCOPED)));
    await waitFor(() => expect(tone('visitor-bot')).toBe('odd'));
    await userEvent.hover(cell('visitor-bot'));
    await userEvent.click(by(testid.expectAllow('visitor-bot', SCOPED)));
    await waitFor(() => expect(tone('visitor-bot')).toBe('open'));
  });

  it('is set by keys, and said aloud', async () => {
    await open('open');
    cell('visitor-bot').focus();
    await userEvent.keyboard('d');
    await waitFor(() => expect(tone('visitor-bot')).toBe('out'));
    expect(screen.getByText(`visitor-bot at ${SCOPED}: should stay out`).getAttribute('role')).toBe('status');
    await userEvent.keyboard('a');
    await waitFor(() => expect(tone('visitor-bot')).toBe('odd'));
    await userEvent.keyboard('{Backspace}');
    await waitFor(() => expect(tone('visitor-bot')).toBe('open'));
    expect(document.activeElement, 'the focus stays').toBe(cell('visitor-bot'));
  });

  it('R calls a cell again, but not while the roll is being called', async () => {
    const app = await open('slow');
    const called = vi.spyOn(app.backend, 'callTheRoll');
    cell('visitor-bot').focus();
    await userEvent.keyboard('r');
    await waitFor(() => expect(called).toHaveBeenCalledExactlyOnceWith('visitor-bot', SCOPED));
    await waitFor(() => expect(app.run.running).toBe(true));
    await fireEvent.keyDown(cell('visitor-bot'), { key: 'r' });
    expect(app.run.running, 'still').toBe(true);
    await waitFor(() => expect(app.run.running).toBe(false));
    expect(called).toHaveBeenCalledOnce();
  });

  it('is offered only under the pointer or the focus where something is expected already', async () => {
    await open('sandbox');
    const offered = () => screen.queryByTestId(testid.expectDeny('reader-bot', SCOPED));
    expect(offered()).toBeNull();
    await userEvent.hover(cell('reader-bot'));
    expect(offered()).not.toBeNull();
    await userEvent.unhover(cell('reader-bot'));
    await userEvent.hover(cell('writer-bot'));
    expect(offered()).toBeNull();
  });
});

describe('searching', () => {
  it('narrows callers and doors, begins by Ctrl+F, and goes on to the matrix', async () => {
    await open('sandbox');
    await userEvent.keyboard('{Control>}f{/Control}');
    expect(document.activeElement).toBe(by(testid.search));
    await userEvent.keyboard('writer');
    await waitFor(() => expect(rows()).toEqual(['writer-bot']));
    await userEvent.keyboard(' scoped');
    await waitFor(() => expect(doors()).toEqual([SCOPED]));
    await userEvent.keyboard('{Enter}');
    expect(document.activeElement).toBe(cell('writer-bot'));
  });

  it('says that nothing is left, and shows everybody again by one press', async () => {
    await open('sandbox');
    await userEvent.type(by(testid.search), 'zebra');
    expect(await screen.findByText(/No caller matches/)).toBeTruthy();
    await userEvent.click(by(testid.sieveClear));
    await waitFor(() => expect(rows()).toHaveLength(4));
  });

  it('shows only what differs, with its number', async () => {
    await open('odd');
    expect(by(testid.onlyDiffering).textContent?.trim()).toMatch(/ 1 caller$/);
    await userEvent.click(by(testid.onlyDiffering));
    await waitFor(() => expect(rows()).toEqual(['writer-bot']));
  });

  it('has nothing to show where nothing differs', async () => {
    await open('sandbox');
    const button = by(testid.onlyDiffering) as HTMLButtonElement;
    expect(button.disabled).toBe(true);
    expect(button.textContent?.trim()).toMatch(/ 0 callers$/);
  });
});

describe('two cells', () => {
  it('are compared: pinned by keys, told in a sentence, swapped, let go', async () => {
    const app = await open('sandbox');
    cell('reader-bot').focus();
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}{ArrowDown}{ArrowDown}{Enter}');
    expect((await screen.findByTestId(testid.compareDifference)).textContent).toBe(
      'reader-bot gets in, visitor-bot stays out: reader-bot holds read:messages, visitor-bot holds no role. Everything else is the same.',
    );
    expect(within(by(testid.compare)).getByText(/the same$/)).toBeTruthy();
    expect(within(by(testid.compare)).getAllByText('differs').length).toBeGreaterThan(2);
    await userEvent.click(by(testid.compareSwap));
    expect(by(testid.compareDifference).textContent).toContain('visitor-bot stays out, reader-bot gets in');
    await userEvent.click(by(testid.compareUnpin));
    expect(screen.queryByTestId(testid.compareDifference)).toBeNull();
    expect(app.view.pinned).toBeNull();
    expect(by(testid.compareReason).textContent, 'the chosen one is explained again').toContain('reader-bot');
  });

  it('are pinned in Compare as well, where it waits for the second', async () => {
    await open('sandbox');
    await userEvent.click(cell('reader-bot'));
    await userEvent.click(by(testid.comparePin));
    expect(by(testid.compare).textContent).toContain('Choose another cell');
    await userEvent.click(cell('nobody'));
    expect(by(testid.compareDifference).textContent).toContain('nobody brings no token');
  });
});

describe('the way to a reason', () => {
  const hint = () => screen.queryByText(/^Choose a cell to see why/);

  it('is told where somebody put the reason away, also while all are called again', async () => {
    const app = await open('sandbox');
    await waitFor(() => by(testid.compare));
    expect(hint()).toBeNull();
    await userEvent.click(by(testid.compareClose));
    expect(hint()).not.toBeNull();
    const report = blanked(app.run.report!);
    app.receive([{ type: 'run_started', run: 90, at: new Date().toISOString(), report }]);
    await waitFor(() => expect(tone('visitor-bot')).toBe('waiting'));
    expect(hint()).not.toBeNull();
  });

  it('is not told where the reason comes by itself', async () => {
    const app = await open('sandbox');
    await waitFor(() => by(testid.compare));
    app.view.forget();
    await waitFor(() => expect(screen.queryByTestId(testid.compare)).toBeNull());
    expect(hint()).toBeNull();
  });
});

describe('a crowd', () => {
  it('is drawn only where it is seen, and counted whole', async () => {
    await open('crowd');
    const grid = by(testid.matrix);
    expect(grid.getAttribute('aria-rowcount')).toBe('101');
    expect(rows().length).toBeLessThan(40);
    const shown = screen.getByTestId(testid.row('billing-bot-01'));
    expect(shown.getAttribute('aria-rowindex')).toBe('2');
    expect(
      cell('billing-bot-01', '/api/private').closest('[role=gridcell]')!.getAttribute('aria-colindex'),
    ).toBe('3');
  });

  it('has room for one role a row, and says how many more and which', async () => {
    await open('crowd');
    const button = by(testid.rolesMenu('audit-bot-01'));
    expect(button.querySelector('.text')!.textContent).toBe('read:messages');
    expect(button.querySelector('.others')!.textContent).toBe('+1');
    expect(button.querySelector<HTMLElement>('.others')!.title).toBe('read:messages, audit:messages');
    const row = within(by(testid.row('audit-bot-01')));
    expect(row.getByRole('button', { name: /^read:messages ?, audit:messages$/ })).toBe(button);
    expect(by(testid.rolesMenu('reader-bot-01')).querySelector('.others')).toBeNull();
  });

  it('is gone through by keys, also where nothing is drawn yet, and the focus stays with its cell', async () => {
    await open('crowd');
    cell('billing-bot-01', '/api/public').focus();
    expect(screen.queryByTestId(testid.row('nobody'))).toBeNull();
    await userEvent.keyboard('{Control>}{End}{/Control}');
    await waitFor(() => expect(document.activeElement).toBe(cell('nobody', '/api/admin')));
    expect(by(testid.row('nobody')).getAttribute('aria-rowindex')).toBe('101');
    await userEvent.keyboard('{PageUp}');
    expect(document.activeElement!.getAttribute('data-col')).toBe('9');
    await userEvent.keyboard('{Control>}{Home}{/Control}');
    await waitFor(() => expect(document.activeElement).toBe(cell('billing-bot-01', '/api/public')));
    expect(by(testid.matrix).querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it('gives the focus to the nearest row when its own is sifted out', async () => {
    const app = await open('crowd');
    app.rollCall.onlyDiffering = true;
    await waitFor(() => expect(rows()).toHaveLength(4));
    const last = rows().at(-1)!;
    cell(last, '/api/public').focus();
    app.rollCall.query = rows()[0]!;
    await waitFor(() => expect(rows()).toHaveLength(1));
    await waitFor(() => expect(document.activeElement).toBe(cell(rows()[0]!, '/api/public')));
  });

  it('says its answer in one line, and what is expected in the place of the status where it is pointed at', async () => {
    await open('crowd');
    const one = cell('billing-bot-01', '/api/private');
    const says = () => one.textContent!.replace(/[\u2002\ue000-\uf8ff]/g, '').trim();
    expect([one.getAttribute('role'), says()]).toEqual(['gridcell', 'In 200']);
    await fireEvent.pointerOver(one);
    expect(says()).toMatch(/^In +should be *in *out$/);
    await fireEvent.pointerLeave(by(testid.matrix));
    expect(says()).toBe('In 200');
  });

  it('is chosen by Enter and by the space bar, and not by what is expected of it', async () => {
    const app = await open('crowd');
    app.view.close();
    const [first, second] = [cell('billing-bot-01', '/api/public'), cell('billing-bot-01', '/api/private')];
    first.focus();
    await userEvent.keyboard('{Enter}');
    expect(app.view.chosen?.path).toBe('/api/public');
    app.view.close();
    second.focus();
    await userEvent.keyboard(' ');
    expect(app.view.chosen?.path).toBe('/api/private');
    app.view.close();
    await fireEvent.pointerOver(second);
    await userEvent.click(by(testid.expectDeny('billing-bot-01', '/api/private')));
    await waitFor(() => expect(tone('billing-bot-01', '/api/private')).toBe('odd'));
    expect(app.view.chosen).toBeNull();
  });

  it('stays as it was while it is called for the first time, and fades while it is called again', async () => {
    const app = await open('crowd');
    const { report } = app.run;
    const one = cell('billing-bot-01', '/api/private');
    const said = one.textContent!;
    expect(said).toContain('200');
    app.receive([{ type: 'run_started', run: 90, at: new Date().toISOString(), report: blanked(report!) }]);
    await waitFor(() => expect(tone('billing-bot-01', '/api/private')).toBe('waiting'));
    expect([one.textContent, one.getAttribute('aria-label')]).toEqual([
      said,
      expect.stringMatching(/^In 200 until now\. Waiting: /),
    ]);
    app.run = { ...app.run, before: null };
    await waitFor(() => expect(tone('billing-bot-01', '/api/private')).toBe('idle'));
    // Its spaces do not widen where the line is stretched.
    expect(one.textContent!.trim()).toBe('Not\u2009called\u2009yet');
  });
});
