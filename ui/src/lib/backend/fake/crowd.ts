// A hundred callers at ten doors, as at the end of a long year: some hold what they should not, one
// was never given what it needs, two get no token.

import type { Endpoint, SandboxUserView } from '$lib/contract';
import { rolesNeeded } from '$lib/tell/rule';
import { door, expectedOf, person, sandbox } from './world';

const TEAMS: [string, string[]][] = [
  ['billing', ['read:invoices', 'write:invoices']],
  ['audit', ['read:messages', 'audit:messages']],
  ['reader', ['read:messages']],
  ['writer', ['read:messages', 'write:messages']],
  ['visitor', []],
];

const DOORS: Endpoint[] = [
  door('/api/public'),
  door('/api/private'),
  door('/api/messages', 'read:messages'),
  { ...door('/api/messages/drafts', 'write:messages'), method: 'POST' },
  door('/api/messages/archive', 'read:messages', 'audit:messages'),
  {
    method: 'GET',
    path: '/api/messages/export',
    access: { rule: 'all_roles', roles: ['read:messages', 'audit:messages'] },
  },
  door('/api/invoices', 'read:invoices'),
  { ...door('/api/invoices/new', 'write:invoices'), method: 'POST' },
  door('/api/reports'),
  door('/api/admin', 'admin'),
];

const PEOPLE: SandboxUserView[] = Array.from({ length: 99 }, (_, index) => {
  const [team, roles] = TEAMS[index % TEAMS.length]!;
  const name = `${team}-bot-${String(Math.floor(index / TEAMS.length) + 1).padStart(2, '0')}`;
  return person(name, String(400873178240388000n + BigInt(index)), [...roles]);
});

/** Who holds otherwise than was meant. */
const CHANGED: Record<string, string[]> = {
  'visitor-bot-03': ['read:invoices'],
  'reader-bot-11': ['read:messages', 'admin'],
  'audit-bot-14': ['read:messages'],
};

export function crowd() {
  const people = PEOPLE.map((user) => ({ ...user, roles: CHANGED[user.user_name] ?? user.roles }));
  const meant = DOORS.filter(({ access }) => 'roles' in access && !access.roles.includes('admin'));
  const base = sandbox(people, DOORS, false);
  const roles = [...new Set(DOORS.flatMap(({ access }) => rolesNeeded(access)))];
  const workspace = {
    ...base,
    sandbox: { ...base.sandbox!, roles },
    expectations: meant.flatMap((one) => PEOPLE.map((user) => expectedOf(user, one))),
  };
  return { people, workspace, tokenless: ['writer-bot-07', 'billing-bot-19'], pace: 0.12 };
}
