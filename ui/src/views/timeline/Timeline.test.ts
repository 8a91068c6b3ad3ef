import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '$lib/app.svelte';
import type { Backend } from '$lib/backend';
import { fake } from '$lib/backend/fake/fake';
import { testid } from '$lib/testids';
import { exchange } from '../../testing/samples';
import Window from '../../Window.svelte';

const by = (id: string) => screen.getByTestId(id);
const rows = () => screen.getAllByTestId(testid.timelineRow);

async function open(scene: string, alter: Partial<Backend> = {}) {
  const app = new App({ ...fake(scene, 0), ...alter });
  render(Window, { app });
  // Ten thousand exchanges take a slow machine some seconds to hear of.
  await waitFor(() => expect(document.body.dataset.ready).toBe('true'), { timeout: 25_000 });
  await waitFor(() => expect(app.run.report && !app.run.running).toBe(true));
  await userEvent.click(by(testid.nav('timeline')));
  return app;
}

beforeEach(() => {
  delete document.body.dataset.ready;
  localStorage.clear();
});

describe('the timeline', () => {
  it('draws of ten thousand exchanges only what can be seen', async () => {
    const app = await open('long');
    expect(app.exchanges.count).toBeGreaterThan(9_900);
    await waitFor(() => expect(rows().length).toBeGreaterThan(2));
    expect(document.querySelectorAll('[role=option]').length).toBeLessThan(60);
  });

  it('says of each row when, and who asks whom', async () => {
    await open('sandbox');
    const options = within(by(testid.timelineList)).getAllByRole('option');
    const names = options.map((option) => option.getAttribute('aria-label'));
    expect(names[0]).toMatch(/ asks ZITADEL, \+0\.000: Where are your addresses\?, GET \/\.well-known/);
    expect(names[1]).toMatch(/^ZITADEL answers .+: 200 OK, /);
  });

  it('has higher rows as soon as letters are larger', async () => {
    const app = await open('sandbox');
    const height = () => parseFloat(rows()[0]!.closest<HTMLElement>('.row')!.style.height);
    const before = height();
    app.room.rem *= 1.3;
    await waitFor(() => expect(height()).toBe(Math.round(before * 1.3)));
  });

  it('is walked through by keys; Enter opens, and what is open follows', async () => {
    const app = await open('sandbox');
    by(testid.timelineList).focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(app.view.exchange, 'moving alone opens nothing').toBeNull();
    expect(app.timeline.cursor).toBe(`${rows()[0]!.dataset.exchange}:answer`);
    await userEvent.keyboard('{Enter}');
    expect((await screen.findByTestId(testid.timelineDetail)).textContent).toContain('openid-configuration');
    await userEvent.keyboard('{ArrowDown}');
    expect(app.view.exchange).toBe(Number(rows()[1]!.dataset.exchange));
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByTestId(testid.timelineDetail)).toBeNull();
  });

  it('decodes the assertion inside a form', async () => {
    await open('sandbox');
    await userEvent.selectOptions(by(testid.timelinePurpose), 'token');
    await userEvent.click(rows()[0]!);
    const detail = within(await screen.findByTestId(testid.timelineDetail));
    const [assertion] = detail.getAllByText(/What the signed assertion says/);
    expect(assertion!.closest('details')!.textContent).toContain('RS256');
    expect(assertion!.closest('details')!.textContent).toContain('400873178240388134');
  });

  it('finds what only the whole says, and shows the JSON of a management request', async () => {
    const request = { method: 'POST', url: 'http://localhost:8080/management/v1/x', headers: [], form: null };
    const told = { purpose: 'management' as const, to: 'zitadel' as const, request };
    const json = '{"roleKeys":["read:messages"]}';
    const managing = exchange(9_001, { ...told, request: { ...request, json } });
    const app = await open('sandbox', {
      findExchanges: async (words) => (json.toLowerCase().includes(words) ? [9_001] : []),
      openExchange: async () => app.exchanges.apply({ type: 'exchange', exchange: managing }),
    });
    const before = app.exchanges.count;
    app.exchanges.apply({ type: 'outlined', exchange: exchange(9_001, told) });
    await waitFor(() => expect(app.exchanges.count).toBe(before + 1));
    await userEvent.selectOptions(by(testid.timelinePurpose), 'management');
    await userEvent.type(by(testid.timelineSearch), 'rolekeys');
    await waitFor(() => expect(rows()).toHaveLength(1));
    await userEvent.click(rows()[0]!);
    const asked = within(await screen.findByTestId(testid.timelineDetail));
    const question = asked.getByRole('group', { name: 'The question' });
    expect(question.textContent).toContain('roleKeys');
    expect(question.textContent).toContain('read:messages');
  });

  it('leaves the list as it was until it knows where words stand', async () => {
    let answer = (_: number[]) => {};
    const findExchanges = () => new Promise<number[]>((tell) => (answer = tell));
    await open('sandbox', { findExchanges });
    const before = rows().length;
    await userEvent.type(by(testid.timelineSearch), '\u00a7');
    expect(rows()).toHaveLength(before);
    expect(screen.queryByTestId(testid.timelineClear), 'no verdict yet').toBeNull();
    answer([]);
    await screen.findByTestId(testid.timelineClear);
  });

  it('says when what is opened is no longer kept', async () => {
    const app = await open('sandbox', { openExchange: () => Promise.reject({ code: 'not_found' }) });
    await userEvent.click(rows()[0]!);
    expect((await screen.findByTestId(testid.notice)).textContent).toContain('no longer kept');
    expect(app.view.exchange).toBeNull();
  });

  it('is narrowed to one caller, and says when nothing is like that', async () => {
    await open('sandbox');
    await userEvent.selectOptions(by(testid.timelineUser), 'visitor-bot');
    const purposes = rows().map(({ dataset }) => dataset.purpose);
    expect(purposes).toEqual(['token', 'call', 'call', 'introspection', 'call', 'introspection']);
    await userEvent.type(by(testid.timelineSearch), 'nobody ever said this');
    await userEvent.click(await screen.findByTestId(testid.timelineClear));
    expect(rows().length).toBeGreaterThan(6);
  });

  it('goes near from the overview by keys', async () => {
    const app = await open('sandbox');
    await userEvent.click(by(testid.timelineZoom('overview')));
    const overview = by(testid.timelineOverview);
    overview.focus();
    await userEvent.keyboard('{End}');
    expect(overview.getAttribute('aria-valuenow')).toBe(String(app.exchanges.count));
    await userEvent.keyboard('{Enter}');
    expect(app.timeline.zoom).toBe('arrows');
    await waitFor(() => expect(document.activeElement).toBe(by(testid.timelineList)));
  });

  it('saves what is shown as a picture', async () => {
    const saveText = vi.fn(async () => '/tmp/x.svg');
    await open('sandbox', { saveText });
    await userEvent.selectOptions(by(testid.timelineUser), 'visitor-bot');
    await userEvent.click(by(testid.timelineExport));
    const [name, svg] = saveText.mock.calls[0] as unknown as [string, string];
    expect(name).toBe('rolecall-timeline.svg');
    expect(svg).toContain('visitor-bot');
    expect(svg, 'only what is shown').not.toContain('reader-bot');
    expect((await screen.findByTestId(testid.notice)).textContent).toContain('/tmp/x.svg');
  });
});
