import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '$lib/backend';
import { testid } from '$lib/testids';
import { openWindow } from './testing/window';

const SCOPED = '/api/private-scoped';
// Whole journeys, on machines that have other things to do.
vi.setConfig({ testTimeout: 20_000 });
const WAIT = { timeout: 10_000 };
const by = (id: string) => screen.getByTestId(id);
const soon = (id: string) => screen.findByTestId(id, {}, WAIT);
const press = async (id: string) => userEvent.click(await soon(id));
const tone = (label: string, path = SCOPED) => by(testid.cell(label, path)).dataset.tone;
const finished = () => soon(testid.callTheRoll);
const becomes = (label: string, is: string, path = SCOPED) =>
  waitFor(() => expect(tone(label, path)).toBe(is), WAIT);

async function open(scene: string, alter?: (backend: Backend) => Partial<Backend>) {
  const app = await openWindow(scene, alter);
  await finished();
  return app;
}

beforeEach(() => localStorage.clear());

describe('breaking the sandbox', () => {
  it('leads from a switch to the finding, its fix, and green again', async () => {
    await open('sandbox');
    await press(testid.nav('sandbox'));
    await press(testid.fault('api_inactive'));
    expect((await soon(testid.brokenChip)).textContent).toContain('1 thing broken');
    await press(testid.callTheRoll);
    await press(testid.findingFix('api_not_authenticated'));
    await becomes('reader-bot', 'in');
    expect(await soon(testid.fixed)).toBeTruthy();
    expect(screen.queryByTestId(testid.brokenChip)).toBeNull();
  });

  it('turns a missing role green where it was explained', async () => {
    await open('broken');
    expect(tone('reader-bot')).toBe('odd');
    await press(testid.findingFix('role_missing'));
    await becomes('reader-bot', 'in');
    expect(await within(by(testid.compare)).findByTestId(testid.fixed, {}, WAIT)).toBeTruthy();
  });

  it('loses no switch when several are pressed at once', async () => {
    const setFaults = vi.fn<Backend['setFaults']>();
    await open('sandbox', (played) => ({ setFaults: setFaults.mockImplementation(played.setFaults) }));
    await press(testid.nav('sandbox'));
    by(testid.fault('role_taken')).click();
    by(testid.fault('slow@token')).click();
    await waitFor(() => expect(setFaults).toHaveBeenLastCalledWith(['role_taken', 'slow@token=3000']));
    await press(testid.mendEverything);
    await waitFor(() => expect(screen.queryByTestId(testid.brokenChip)).toBeNull());
  });

  it('is called after all that was pressed before is broken or mended', async () => {
    const order: string[] = [];
    await open('sandbox', (played) => ({
      setFaults: async (faults) => {
        await new Promise((done) => setTimeout(done, 50));
        await played.setFaults(faults);
        order.push('set');
      },
      callTheRoll: (user, endpoint) => {
        order.push('call');
        return played.callTheRoll(user, endpoint);
      },
    }));
    await press(testid.nav('sandbox'));
    order.length = 0;
    by(testid.fault('role_taken')).click();
    by(testid.fault('slow@token')).click();
    by(testid.callTheRoll).click();
    by(testid.callTheRoll).click();
    await waitFor(() => expect(order).toEqual(['set', 'set', 'call']));
    await becomes('reader-bot', 'odd');
    await finished();
    expect(order, 'pressed again before it began, it is called once').toEqual(['set', 'set', 'call']);
  });

  it('keeps what was done in it where a second start wants it', async () => {
    const openSandbox = vi.fn<Backend['openSandbox']>();
    const app = await open('broken', (played) => ({
      openSandbox: openSandbox.mockImplementation(played.openSandbox),
    }));
    openSandbox.mockClear();
    app.receive([{ type: 'sandbox_wanted' }]);
    await new Promise((done) => setTimeout(done));
    expect(openSandbox).not.toHaveBeenCalled();
  });

  it('stays in its view while a change there is called again', async () => {
    const app = await open('sandbox');
    await press(testid.nav('sandbox'));
    await press(testid.sandboxRole('visitor-bot', 'read:messages'));
    await waitFor(() => {
      const row = app.matrix.rows.find(({ label }) => label === 'visitor-bot');
      expect(row?.cells.at(-1)?.cell?.verdict).toBe('allowed');
    }, WAIT);
    expect(by(testid.view('sandbox'))).toBeTruthy();
  });

  it('has no view where ZITADEL is somebody’s own', async () => {
    await open('open');
    expect(screen.queryByTestId(testid.nav('sandbox'))).toBeNull();
    await userEvent.keyboard('{Control>}5{/Control}');
    expect(screen.queryByTestId(testid.view('sandbox'))).toBeNull();
  });
});

describe('changing a real ZITADEL', () => {
  it('shows each change before it is sent, and sends nothing when it is left', async () => {
    const applyFix = vi.fn<Backend['applyFix']>();
    await open('pat', (played) => ({ applyFix: applyFix.mockImplementation(played.applyFix) }));
    await press(testid.cell('visitor-bot', SCOPED));
    await press(testid.findingFix('role_missing'));
    expect((await soon(testid.changeWords)).textContent).toMatch(
      /Give visitor-bot the role read:messages on project \d+, in the organization Acme/,
    );
    await press(testid.changeCancel);
    expect(applyFix).not.toHaveBeenCalled();
    await press(testid.findingFix('role_missing'));
    await press(testid.changeSend);
    expect(applyFix).toHaveBeenCalledWith({
      do: 'give_role',
      user_id: '400873178391383078',
      role: 'read:messages',
    });
    await waitFor(() => expect(by(testid.cell('visitor-bot', SCOPED)).textContent).toContain('In'), WAIT);
  });

  it('does not call it fixed when it lets in who should stay out', async () => {
    const app = await open('pat');
    await app.backend.setExpectations([{ user: 'visitor-bot', endpoint: SCOPED, expected: 'deny' }]);
    await press(testid.cell('visitor-bot', SCOPED));
    await press(testid.findingFix('role_missing'));
    expect((await soon(testid.changeSheet)).textContent).toContain(
      `You expect visitor-bot to stay out of ${SCOPED}.`,
    );
    await press(testid.changeSend);
    await becomes('visitor-bot', 'odd');
    expect((await soon(testid.fixed)).textContent).toBe('Done');
    expect(by(testid.compare).textContent).toContain('Take the role read:messages from it in ZITADEL');
  });

  it('says so quietly to somebody who looks elsewhere by then', async () => {
    const app = await open('pat');
    await app.backend.setExpectations([{ user: 'visitor-bot', endpoint: SCOPED, expected: 'deny' }]);
    await press(testid.cell('visitor-bot', SCOPED));
    await press(testid.findingFix('role_missing'));
    const told = vi.spyOn(app.notices, 'done');
    await press(testid.changeSend);
    app.view.go('timeline');
    await waitFor(() => expect(told).toHaveBeenCalledWith('Done'), WAIT);
  });

  it('needs a token that is forgotten on request, and never stays in the field', async () => {
    const app = await open('open');
    await press(testid.nav('setup'));
    await userEvent.type(by(testid.patInput), 'a-bad-token');
    await press(testid.patSave);
    expect((by(testid.patInput) as HTMLInputElement).value).toBe('');
    await waitFor(() => expect(by(testid.managementState).dataset.state).toBe('wrong'), WAIT);
    await userEvent.type(by(testid.patInput), 'token');
    await press(testid.patSave);
    await waitFor(() => expect(by(testid.management).textContent).toContain('Acme'), WAIT);
    await press(testid.patForget);
    await waitFor(() => expect(app.workspace?.management).toBeNull());
  });
});

describe('keeping on calling', () => {
  it('shows a flip with its cause, and what a JWT still says', async () => {
    const app = await open('watch');
    await press(testid.watchOpen);
    await userEvent.clear(await soon(testid.watchInterval));
    await userEvent.type(by(testid.watchInterval), '0.2');
    await press(testid.watchStart);
    await soon(testid.watchStop);
    const visitor = app.workspace!.sandbox!.users[2]!;
    await app.mending.change('visitor-bot', app.backend.giveRole(visitor.user_id, 'read:messages'));
    const flip = await soon(testid.watchFlip);
    expect(flip.textContent).toContain('visitor-bot now gets into /api/private-scoped');
    expect(flip.textContent).toContain('the token still says:');
    expect(by(testid.rolesInToken('visitor-bot')).textContent).toContain('no role');
    expect(app.run.running, 'nobody is called beside it').toBe(false);
    const { watch } = app;
    const called = app.run.finishedAt;
    app.receive([{ type: 'watch_round', watch: { ...watch.view!, paused_until: watch.view!.until } }]);
    expect(app.run.finishedAt, 'nobody was called').toBe(called);
    await waitFor(() => expect(app.run.finishedAt).not.toBe(called), WAIT);
    await press(testid.watchStop);
    await finished();
    expect(by(testid.watchState).textContent).toContain('You stopped it');
    expect(Date.parse(app.run.finishedAt!), 'its answers are the last ones').toBeGreaterThan(
      Date.parse(called!),
    );
  });
});

describe('a second opinion', () => {
  it('stands beside the reference’s answers, with what is wrong and how it was tried', async () => {
    await open('target');
    const own = by(testid.targetCell('reader-bot', SCOPED));
    expect([own.dataset.differs, own.textContent]).toEqual(['true', expect.stringContaining('Out 403')]);
    expect(by(testid.targetCell('nobody', SCOPED)).dataset.differs).toBe('false');
    await press(testid.targetShow);
    expect(by(testid.finding('role_as_scope'))).toBeTruthy();
    expect(by(testid.targetProbe('garbage', '/api/private')).textContent).toContain('an error where');
  });

  it('is not said to be well before any of its doors was reached', async () => {
    const app = await open('target');
    const { id: run, report } = app.run;
    const target = { ...report!.target!, findings: [], users: [], probes: [] };
    app.receive([{ type: 'target_changed', run: run!, target }]);
    await waitFor(() => expect(by(testid.targetShow).textContent).toContain('not reached yet'));
    await press(testid.targetShow);
    expect(by(testid.targetPanel).textContent).toContain('It has not been reached yet.');
  });

  it('is asked for only after consent where the API is a public one', async () => {
    const app = await open('sandbox');
    await press(testid.nav('setup'));
    await userEvent.type(by(testid.targetInput), 'https://api.example.com');
    await press(testid.targetSave);
    await press(testid.targetConsent);
    await waitFor(() => expect(app.workspace?.target?.needs_consent).toBe(false));
    await press(testid.targetForget);
    await waitFor(() => expect(app.workspace?.target).toBeNull());
  });
});
