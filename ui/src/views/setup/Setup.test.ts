import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '$lib/backend';
import { fake } from '$lib/backend/fake/fake';
import { finding } from '$lib/backend/fake/world';
import { STEPS, type StepId } from '$lib/state/walk';
import { testid } from '$lib/testids';
import { report, row } from '../../testing/samples';
import { openWindow } from '../../testing/window';

vi.setConfig({ testTimeout: 20_000 });
const WAIT = { timeout: 10_000 };
const PAGE = 'https://acme.zitadel.cloud/ui/console/projects/400873177653185574/apps/';
const APP = '400873177820957734';
const by = (id: string) => screen.getByTestId(id);
const press = async (id: string) => userEvent.click(await screen.findByTestId(id, {}, WAIT));
const state = (id: StepId) => by(testid.walkStep(id)).dataset.state;
const becomes = (id: StepId, is: string) => waitFor(() => expect(state(id)).toBe(is), WAIT);
const isOpen = (id: StepId) => by(testid.walkToggle(id)).getAttribute('aria-expanded') === 'true';
const says = (text: string) => waitFor(() => expect(by(testid.walkNext).textContent).toBe(text), WAIT);

async function open(scene: string, alter?: Partial<Backend>) {
  const app = await openWindow(scene, alter);
  app.view.go('setup');
  await screen.findByTestId(testid.walkNext);
  return app;
}

const lost = finding('key_unknown', 'ZITADEL does not accept the key of bot-003', '');

beforeEach(() => localStorage.clear());

describe('the guided walk', () => {
  it('of somebody who has both files: they are given, the address is typed, and all is green', async () => {
    await open('first');
    await says('Next: say where your ZITADEL is');
    await userEvent.type(by(testid.keyPathInput), '/keys/api.json{Enter}');
    await waitFor(() => by(testid.user('reader-bot')));
    await userEvent.type(by(testid.issuerInput), 'acme.zitadel.cloud{Enter}');
    await says('Everything is in place');
    expect(STEPS.map(state)).toEqual(STEPS.map(() => 'done'));
    expect(by(testid.walkProgress).textContent).toBe('8 of 8 in place');
    expect(by(testid.discovered('issuer')).textContent).toContain('acme.zitadel.cloud');
    await press(testid.walkCall);
    expect(by(testid.view('rollcall'))).toBeTruthy();
  });

  it('goes card by card: what is said to be there is believed until it shows', async () => {
    await open('first');
    await userEvent.type(by(testid.issuerInput), 'acme.zitadel.cloud{Enter}');
    await says('Next: create the API application');
    expect(isOpen('application')).toBe(true);
    await press(testid.walkSaid('application'));
    await says("Next: bring the API application's key");
    expect([state('application'), isOpen('application')]).toEqual(['waiting', false]);
  });

  it('takes the address of the application’s page, and checks it against the key', async () => {
    const app = await open('first');
    await userEvent.type(by(testid.issuerInput), `${PAGE}7{Enter}`);
    await waitFor(() => expect(app.workspace?.app_id).toBe('7'));
    expect(app.workspace?.project_id).toBe('400873177653185574');
    await userEvent.type(by(testid.keyPathInput), '/keys/api.json{Enter}');
    await waitFor(() => by(testid.apiKey));
    await press(testid.walkToggle('application'));
    const field = await screen.findByTestId(testid.walkPaste('application'));
    await userEvent.type(field, 'not an address{Enter}');
    expect((await within(by(testid.walkStep('application'))).findByRole('alert')).textContent).toContain(
      'not the address of a page in a project',
    );
    await userEvent.clear(field);
    await userEvent.type(field, `${PAGE}8{Enter}`);
    await becomes('application', 'wrong');
    expect(
      within(by(testid.walkStep('application'))).getByTestId(testid.finding('key_other_app')),
    ).toBeTruthy();
    expect(screen.getAllByTestId(testid.finding('key_other_app')), 'it is told once').toHaveLength(1);
    await userEvent.clear(field);
    await userEvent.type(field, `${PAGE}${APP}{Enter}`);
    await becomes('application', 'done');
  });

  it.each([
    ['application', 'api_not_authenticated'],
    ['project', 'audience_other_project'],
    ['account', 'user_inactive'],
  ] as [StepId, string][])('has the %s red, and green after its fix', async (id, code) => {
    const app = await open(`walk-${id}`, {});
    await app.backend.setPersonalAccessToken('token');
    await becomes(id, 'wrong');
    expect(isOpen(id)).toBe(true);
    const inside = within(by(testid.walkStep(id)));
    await userEvent.click(await inside.findByTestId(testid.findingFix(code), {}, WAIT));
    const sheet = screen.queryByTestId(testid.changeSend);
    if (sheet) await userEvent.click(sheet);
    await becomes(id, 'done');
    expect(app.view.name, 'whoever mends something in Setup stays there').toBe('setup');
  });

  it.each([
    ['issuer', 'unreachable'],
    ['api-key', 'key_wrong_kind'],
    ['account-key', 'key_unknown'],
    ['role', 'role_undefined'],
    ['assignment', 'role_missing'],
  ] as [StepId, string][])('has the %s red with its finding', async (id, code) => {
    await open(`walk-${id}`);
    await becomes(id, 'wrong');
    expect(within(by(testid.walkStep(id))).getByTestId(testid.finding(code))).toBeTruthy();
  });

  it('opens the very page of the console', async () => {
    const openPage = vi.fn(async () => {});
    await open('walk-green', { openPage });
    await says('Everything is in place');
    await press(testid.walkToggle('account-key'));
    await press(testid.walkOpenPage('account-key'));
    expect(openPage).toHaveBeenCalledWith(expect.stringMatching(/\/ui\/console\/users\/\d+\?id=keys$/));
  });

  it('turns green by itself, and neither the focus nor what is typed moves', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const played = fake('walk-assignment', 0);
    let given = false;
    const app = await open('walk-assignment', {
      ...played,
      callTheRoll: (user, endpoint) => {
        calls += 1;
        return (given ? green : played).callTheRoll(user, endpoint);
      },
      subscribe: async (onEvents) => {
        await played.subscribe(onEvents);
        await green.subscribe((events) => onEvents(events.filter(({ type }) => type !== 'workspace')));
      },
    });
    await becomes('assignment', 'wrong');
    const field = by(testid.keyPathInput) as HTMLInputElement;
    await userEvent.type(field, '/half/a/pa');
    app.notices.error('Something that was said before');
    given = true;
    calls = 0;
    await vi.advanceTimersByTimeAsync(6_500);
    await becomes('assignment', 'done');
    expect(calls, 'and then nobody looks any more').toBeGreaterThan(0);
    expect([document.activeElement === field, field.value]).toEqual([true, '/half/a/pa']);
    expect(app.notices.list.map(({ text }) => text)).toEqual(['Something that was said before']);
    expect(app.view.name).toBe('setup');
    calls = 0;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(calls).toBe(0);
    vi.useRealTimers();
  });
  let calls = 0;
  const green = fake('walk-green', 0);

  it('lists a hundred service accounts with their state', async () => {
    const app = await open('walk-crowd', { callTheRoll: async () => 1 });
    const rows = app.workspace!.users.map(({ label }, index) =>
      index === 2 ? row(label, [], { token: null, finding: lost }) : row(label, []),
    );
    app.receive([
      {
        type: 'run_finished',
        run: 1,
        at: '2026-11-23T10:00:00Z',
        cancelled: false,
        report: report(rows),
      },
    ]);
    await becomes('account-key', 'done');
    expect(by(testid.walkStep('account-key')).querySelectorAll('li')).toHaveLength(100);
    expect(by(testid.user('bot-003')).textContent).toContain('No token');
  });
});

describe('Setup', () => {
  it('leaves what is being typed alone when the workspace is told again', async () => {
    const app = await open('first');
    const fields = [testid.issuerInput, testid.scopesInput, testid.targetInput];
    for (const field of fields) await userEvent.type(by(field), 'half a word');
    app.receive([{ type: 'workspace', workspace: structuredClone(app.workspace!) }]);
    await tick();
    for (const field of fields) expect(by(field)).toHaveProperty('value', 'half a word');
  });

  it('reads and writes .env files, and says where', async () => {
    await open('first');
    await press(testid.envRead);
    await waitFor(() => by(testid.apiKey));
    await press(testid.envWrite);
    expect((await screen.findByTestId(testid.notice)).textContent).toContain('/home/ada/.env');
  });

  it('asks where a key file lies now', async () => {
    const locateKey = vi.fn(async () => {});
    const app = await open('walk-green', { locateKey });
    await app.mending.fix(
      { do: 'find_key', path: '/gone.json' },
      { code: 'key_unreadable', label: null, path: null },
    );
    expect(locateKey).toHaveBeenCalledWith('/gone.json', null);
  });

  it('can be kept from checking', async () => {
    const app = await open('walk-assignment');
    await press(testid.walkPause);
    expect(app.live.paused).toBe(true);
    expect(by(testid.walkPause).closest('header')!.textContent).toContain('checking is paused');
  });

  it('lets somebody’s call go before its own', async () => {
    const played = fake('walk-assignment', 0.05);
    const callTheRoll = vi.fn(played.callTheRoll);
    const app = await open('walk-assignment', { ...played, callTheRoll });
    await waitFor(() => expect(app.calling.quietly).toBe(true));
    await press(testid.callTheRoll);
    await waitFor(() => expect(app.view.name).toBe('rollcall'));
    await waitFor(
      () => expect([app.run.running, app.calling.quietly, app.run.cancelled]).toEqual([false, false, false]),
      WAIT,
    );
    expect(callTheRoll).toHaveBeenCalledTimes(2);
    expect(screen.queryByTestId(testid.notice)).toBeNull();
  });
});
