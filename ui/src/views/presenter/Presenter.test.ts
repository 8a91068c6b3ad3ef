import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '$lib/backend';
import { testid } from '$lib/testids';
import { openWindow } from '../../testing/window';

const SCOPED = '/api/private-scoped';
const ROLE = 'read:messages';
const WAIT = { timeout: 10_000 };
const by = (id: string) => screen.getByTestId(id);
const press = async (id: string) => userEvent.click(await screen.findByTestId(id, {}, WAIT));
const keys = (text: string) => userEvent.keyboard(text);
const step = () => by(testid.presenterStep).dataset.step;
const caption = () => by(testid.presenterCaption).textContent?.trim();
const door = () => by(testid.presenterDoor).dataset.state;
const told = (id: string) => by(testid.presenterStory(id)).getAttribute('aria-current') === 'true';

async function openSandbox(alter?: (backend: Backend) => Partial<Backend>) {
  const app = await openWindow('sandbox', alter);
  await waitFor(() => expect(app.run.running === false && app.run.report).toBeTruthy(), WAIT);
  return app;
}

beforeEach(() => localStorage.clear());

describe('the presenter', () => {
  it('starts with the shipped stories where nothing was ever called', async () => {
    await openWindow('start');
    await keys('{F5}');
    expect([told('stranger'), step(), caption()]).toEqual([
      true,
      '1/3',
      'Somebody comes to the door without a badge.',
    ]);
    expect(screen.queryByTestId(testid.presenterStory('live'))).toBeNull();
    expect(by(testid.presenterRoles).textContent).toContain('Start the sandbox');
  });

  it('is stepped by arrows, by what clickers send, and by its own buttons', async () => {
    await openWindow('start');
    await keys('{F5}2');
    const after = async (text: string) => (await keys(text), step());
    expect(await after('{ArrowRight}')).toBe('2/4');
    expect(await after('{PageDown}')).toBe('3/4');
    expect(await after(' ')).toBe('4/4');
    expect(await after('{ArrowRight}'), 'the end is the end').toBe('4/4');
    expect(await after('{ArrowLeft}{PageUp}')).toBe('2/4');
    expect(await after('{End}')).toBe('4/4');
    expect(await after('{Home}')).toBe('1/4');
    await press(testid.presenterNext);
    expect(step()).toBe('2/4');
    expect(await after(' '), 'a pressed button is pressed again, once').toBe('3/4');
    await press(testid.presenterBack);
    await press(testid.presenterDot(4));
    expect(step()).toBe('4/4');
  });

  it('changes stories by number and by the arrows up and down', async () => {
    await openWindow('start');
    await keys('{F5}4{End}');
    expect([told('until-a-minute-ago'), door()]).toEqual([true, 'shut']);
    await keys('{ArrowUp}{End}');
    expect([told('allowed'), door()]).toEqual([true, 'open']);
    await press(testid.presenterStory('not-allowed'));
    expect(step()).toBe('1/4');
    await keys('{ArrowUp}{ArrowUp}{ArrowUp}');
    expect(told('stranger'), 'the first is the first').toBe(true);
  });

  it('shows a technical line until somebody hides it', async () => {
    await openWindow('start');
    await keys('{F5}');
    expect(by(testid.presenterTechnical).textContent).toBe(`GET ${SCOPED}, no Authorization header`);
    await keys('t');
    expect(screen.queryByTestId(testid.presenterTechnical)).toBeNull();
    await press(testid.presenterTechnicalToggle);
    expect(by(testid.presenterTechnical)).toBeTruthy();
  });

  it('leaves by Escape, by F5 and by its button, and gives the focus back', async () => {
    await openWindow('start');
    const button = by(testid.present);
    for (const leave of ['{Escape}', '{F5}']) {
      button.focus();
      await press(testid.present);
      expect(document.activeElement).toBe(by(testid.presenter));
      await keys(leave);
      await waitFor(() => expect(document.activeElement).toBe(button));
    }
    await press(testid.present);
    await press(testid.presenterLeave);
    await waitFor(() => expect(screen.queryByTestId(testid.presenter)).toBeNull());
  });

  it('is alone on screen, and its keys move nothing behind it', async () => {
    const app = await openWindow('start');
    await keys('{F5}{Control>}2{/Control}?');
    expect([app.view.name, app.view.keysShown]).toEqual(['start', false]);
    expect(by(testid.present).closest('[inert]')).not.toBeNull();
  });

  it('offers no way to a secret', async () => {
    await openSandbox();
    await keys('{F5}{ArrowRight}');
    const stage = by(testid.presenter);
    expect(
      stage.querySelector('[data-testid*="secret"], [data-testid*="copy"], [data-testid*="reveal"]'),
    ).toBeNull();
    expect(new XMLSerializer().serializeToString(stage)).not.toContain('⟦');
  });
});

describe('the present run', () => {
  it('leaves what lies behind as it is', async () => {
    const app = await openSandbox();
    await press(testid.cell('visitor-bot', SCOPED));
    const cell = document.activeElement;
    await keys('{F5}{Escape}');
    await waitFor(() => expect(screen.queryByTestId(testid.presenter)).toBeNull());
    expect(app.view.chosen?.label, 'its explanation is still open').toBe('visitor-bot');
    await waitFor(() => expect(document.activeElement).toBe(cell));
  });

  it('is told from the cell that is chosen', async () => {
    await openSandbox();
    await press(testid.cell('reader-bot', SCOPED));
    await keys('{F5}{End}');
    expect([told('live'), by(testid.presenterCaller), door()]).toMatchObject([
      true,
      { value: 'reader-bot' },
      'open',
    ]);
    await userEvent.selectOptions(by(testid.presenterCaller), 'visitor-bot');
    await keys('{End}');
    expect(door()).toBe('shut');
    await userEvent.selectOptions(by(testid.presenterAtDoor), '/api/public');
    by(testid.presenterAtDoor).blur();
    await keys('{End}');
    expect([door(), caption()]).toEqual(['open', 'Nobody is kept out here. The doorman opens the door.']);
    expect(by(testid.presenterRoles).textContent).toContain('asks for no role');
  });

  it('goes on from the shipped stories by the arrows', async () => {
    await openSandbox();
    await keys('{F5}4{ArrowDown}');
    expect(told('live')).toBe(true);
    const first = (by(testid.presenterCaller) as HTMLSelectElement).value;
    await keys('{ArrowDown}');
    const place = [by(testid.presenterCaller), by(testid.presenterAtDoor)] as HTMLSelectElement[];
    expect(place.map(({ value }) => value)).not.toEqual([first, SCOPED]);
  });

  it('moves the door when a role is given and taken', async () => {
    const app = await openSandbox();
    await press(testid.cell('visitor-bot', SCOPED));
    await keys('{F5}');
    expect([step(), door()]).toEqual(['1/4', 'shut']);
    await press(testid.presenterRole(ROLE));
    await waitFor(() => expect(door()).toBe('open'), WAIT);
    expect(caption()).toContain('The badge is the same, but the register changed: visitor-bot now holds');
    expect(step(), 'the way there can be stepped').toBe('9/9');
    await waitFor(
      () => expect(by(testid.presenterRole(ROLE)).getAttribute('aria-disabled')).toBe('false'),
      WAIT,
    );
    await press(testid.presenterRole(ROLE));
    await waitFor(() => expect(door()).toBe('shut'), WAIT);
    expect(caption()).toContain('no longer holds the role read:messages');
    expect([app.view.presenting, app.view.name]).toEqual([true, 'rollcall']);
  });

  it('moves the door of a real ZITADEL only with a personal access token', async () => {
    const giveRole = vi.fn<Backend['giveRole']>();
    await openWindow('open', () => ({ giveRole }));
    await press(testid.cell('visitor-bot', SCOPED));
    await keys('{F5}');
    expect(screen.queryByTestId(testid.presenterRole(ROLE))).toBeNull();
    expect(by(testid.presenterRoles).textContent).toContain('personal access token in Setup');
  });

  it('gives a role on a real ZITADEL in the way of the sandbox', async () => {
    const giveRole = vi.fn<Backend['giveRole']>().mockResolvedValue();
    await openWindow('pat', () => ({ giveRole }));
    await press(testid.cell('visitor-bot', SCOPED));
    await keys('{F5}');
    await press(testid.presenterRole(ROLE));
    expect(giveRole).toHaveBeenCalledWith('400873178391383078', ROLE);
  });

  it('says so where a role could not be changed', async () => {
    const giveRole = vi.fn<Backend['giveRole']>().mockRejectedValue({ message: 'ZITADEL says no.' });
    await openSandbox(() => ({ giveRole }));
    await press(testid.cell('visitor-bot', SCOPED));
    await keys('{F5}');
    await press(testid.presenterRole(ROLE));
    expect((await screen.findByTestId(testid.notice)).textContent).toContain('ZITADEL says no.');
    expect(door()).toBe('shut');
  });
});
