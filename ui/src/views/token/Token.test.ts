import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '$lib/backend';
import type { IntrospectedToken } from '$lib/contract';
import { testid } from '$lib/testids';
import { blanked } from '../../testing/samples';
import { openWindow } from '../../testing/window';

const by = (id: string) => screen.getByTestId(id);
const base64url = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, '');

async function open(alter?: Partial<Backend>) {
  const app = await openWindow('kinds', alter);
  await waitFor(() => expect(app.run.report && !app.run.running).toBe(true));
  await userEvent.click(by(testid.nav('token')));
  return app;
}

beforeEach(() => localStorage.clear());

describe('the token view', () => {
  it('shows what was asked, what was kept, and the roles right now', async () => {
    await open();
    expect(by(testid.tokenAsked).textContent).toContain('read:messages');
    expect(by(testid.tokenKept).querySelector('del')?.textContent).toContain('read:messages');
    expect(by(testid.tokenKept).textContent).toContain('1 dropped');
    expect(by(testid.tokenRoles).textContent).toContain('zitadel.localhost');
    expect(by(testid.tokenLife).textContent).toMatch(/Ends at \d{4}-/);
  });

  it('knows no roles right now of a token that no API has asked about yet, whatever was told before', async () => {
    const app = await open();
    app.workspace = { ...app.workspace!, sandbox: null };
    const report = blanked(app.run.report!);
    app.receive([{ type: 'run_started', run: 90, at: new Date().toISOString(), report }]);
    await waitFor(() => expect(by(testid.tokenRoles).textContent).toContain('no API has asked about it'));
  });

  it('puts the claims of a JWT beside those of introspection, explained in place', async () => {
    await open();
    await waitFor(() => expect(by(testid.tokenClaims).textContent).toContain('in the token'));
    expect(by(testid.tokenClaims).textContent).toContain('An API that is not among them must refuse it');
  });

  it('explains an opaque token, and never calls it invalid', async () => {
    await open();
    await userEvent.click(by(testid.tokenUser('writer-bot')));
    const page = by(testid.view('token')).textContent!;
    expect(page).toContain('cloakroom ticket');
    expect(page).not.toMatch(/invalid/i);
    expect(by(testid.tokenClaims).textContent).not.toContain('in the token');
  });

  it('is reached from the row', async () => {
    const app = await open();
    await userEvent.click(by(testid.nav('rollcall')));
    await userEvent.click(by(testid.rowMenu('visitor-bot')));
    await userEvent.click(await screen.findByTestId(testid.showToken('visitor-bot')));
    expect(app.view.name).toBe('token');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toContain(
      'visitor-bot holds an encrypted token',
    );
  });
});

describe('a pasted token', () => {
  it('is decoded as far as it goes, with the place where it breaks, and nobody is asked', async () => {
    const introspectToken = vi.fn();
    await open({ introspectToken });
    await userEvent.click(by(testid.tokenPaste));
    await userEvent.click(by(testid.inspectInput));
    await userEvent.paste(`Bearer ${base64url({ alg: 'RS256' })}.eyJz%WIi.c2ln`);
    await waitFor(() =>
      expect(by(testid.inspectSays).textContent).toBe('The second part is no base64url from character 5.'),
    );
    expect(by(testid.inspectPart('header')).textContent).toContain('RS256');
    expect(by(testid.inspectPart('claims')).querySelector('mark')?.textContent).toBe('%');
    expect(introspectToken).not.toHaveBeenCalled();
  });

  it('is asked about on demand', async () => {
    await open();
    await userEvent.click(by(testid.tokenPaste));
    await userEvent.click(by(testid.inspectInput));
    await userEvent.paste('some-opaque-token');
    await userEvent.click(await screen.findByTestId(testid.inspectAsk));
    await waitFor(() => expect(by(testid.inspectAnswer).textContent).toContain('active'));
  });

  it('keeps the answer about it to itself where another was pasted meanwhile', async () => {
    let answer = () => {};
    const introspectToken = vi.fn(
      () =>
        new Promise<IntrospectedToken>(
          (done) => (answer = () => done({ claims: {}, exchange: 1, findings: [] })),
        ),
    );
    const app = await open({ introspectToken });
    await userEvent.click(by(testid.tokenPaste));
    await userEvent.click(by(testid.inspectInput));
    await userEvent.paste('some-opaque-token');
    await userEvent.click(await screen.findByTestId(testid.inspectAsk));
    await userEvent.click(by(testid.inspectInput));
    await userEvent.paste('-and-another');
    await waitFor(() => expect(introspectToken).toHaveBeenCalledOnce());
    answer();
    await waitFor(() => expect(app.work.list, 'it has been answered').toEqual([]));
    await waitFor(() => expect((by(testid.inspectAsk) as HTMLButtonElement).disabled).toBe(false));
    expect(screen.queryByTestId(testid.inspectAnswer)).toBeNull();
  });

  it('that is none is said to be what it is', async () => {
    await open();
    await userEvent.click(by(testid.tokenPaste));
    await userEvent.click(by(testid.inspectInput));
    await userEvent.paste('{"type":"serviceaccount"}');
    await waitFor(() => expect(by(testid.inspectSays).textContent).toContain('key file'));
    expect(screen.queryByTestId(testid.inspectAsk)).toBeNull();
  });
});
