import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { testid } from '$lib/testids';
import JsonView from './JsonView.svelte';

const PROJECT = 'urn:zitadel:iam:org:project:400:roles';
const value = {
  active: true,
  sub: '77',
  exp: 1_795_003_600,
  aud: ['400', '900'],
  [PROJECT]: { 'read:messages': { '12': 'board.localhost' } },
};
const context = { projectId: '400', clientId: null, now: 1_795_000_000_000 };
const text = () => document.body.textContent!;

it('explains claims, draws roles as a table, and shows the raw form one press away', async () => {
  render(JsonView, { props: { value, label: 'Answer', context, oncopy: vi.fn() } });
  expect(text()).toContain('in 1 h');
  expect(screen.getByRole('table').textContent).toContain('board.localhost');
  const moment = screen.getByRole('button', { name: /^in 1 h, exactly 2026-/ });
  moment.focus();
  expect(
    (await screen.findAllByText(/^2026-.* UTC \(1795003600\)$/)).length,
    'by keys as well',
  ).toBeGreaterThan(0);
  await userEvent.click(screen.getByRole('button', { name: 'sub' }));
  expect(text()).toContain('Subject: the id of the user');
  await userEvent.click(screen.getByTestId(testid.jsonRaw));
  expect(text()).toContain('"exp": 1795003600');
});

it('folds, is searched, and is copied by value', async () => {
  const oncopy = vi.fn();
  render(JsonView, { value, label: 'Answer', oncopy });
  await userEvent.click(screen.getByRole('button', { name: /^aud, / }));
  expect(text()).not.toContain('"900"');
  await userEvent.type(screen.getByTestId(testid.jsonSearch), 'board');
  expect(text()).toContain('1 found');
  expect(document.querySelector('mark')?.textContent).toBe('board');
  expect(text()).not.toContain('"sub"');
  await userEvent.click(screen.getByRole('button', { name: 'Copy the value of 12' }));
  expect(oncopy).toHaveBeenCalledWith('board.localhost');
});
