// What a roll call finds while things are broken in the played sandbox.

import type { Action, FaultView, Finding, SandboxUserView } from '$lib/contract';
import { ISSUER, PROJECT, finding } from './world';

/** What each action of a finding mends. */
const MENDS: Partial<Record<Action['do'], string[]>> = {
  give_role: ['role_taken', 'wrong_project'],
  place_key: ['swapped_files'],
  use_issuer: ['wrong_address', 'issuer_name'],
  default_scopes: ['no_audience', 'role_as_scope'],
  switch_on_user: ['user_locked', 'user_inactive'],
  switch_on_api: ['api_inactive'],
  switch_on_project: ['project_inactive'],
  switch_on_authorization: ['role_inactive'],
  date_back: ['clock_ahead', 'clock_behind'],
};

export const mendedBy = (action: Action, faults: FaultView[]): FaultView[] =>
  faults.map((one) => (MENDS[action.do]?.includes(one.id) ? { ...one, on: false } : one));

/** As the command line names them: `slow@token=3000`. */
export function set(faults: FaultView[], names: string[]): FaultView[] {
  const given = new Map(names.map((name) => [name.split('=')[0], name.split('=')[1]]));
  return faults.map((one) => ({
    ...one,
    on: given.has(one.id),
    value: one.value && { ...one.value, amount: Number(given.get(one.id) ?? one.value.amount) },
  }));
}

/** The first account, as it fares while things are broken. */
export function faring(people: SandboxUserView[], faults: FaultView[]): SandboxUserView[] {
  const on = (id: string) => faults.some((one) => one.id === id && one.on);
  return people.map((user, index) => {
    if (index > 0) return user;
    const roles = ['role_taken', 'role_inactive', 'wrong_project'].some(on) ? [] : user.roles;
    return { ...user, roles, state: on('user_locked') ? 'locked' : user.state };
  });
}

/** Causes that concern everything, the API, or the first account. */
export function causes(faults: FaultView[], first: SandboxUserView | undefined) {
  const on = (...ids: string[]) => faults.some((one) => ids.includes(one.id) && one.on);
  return {
    all: on('issuer_name', 'wrong_address') ? otherName : null,
    api: on('api_inactive', 'project_inactive') ? apiOff(on('project_inactive')) : null,
    first: on('key_deleted') ? 'key_unknown' : on('user_inactive') && first ? userOff(first) : null,
  };
}

const otherName = finding(
  'issuer_mismatch',
  'You typed http://127.0.0.1:8080; ZITADEL calls itself http://localhost:8080',
  'Tokens name their issuer, letter by letter. Nothing is sent to an address that calls itself otherwise until you say so.',
  {
    evidence: [
      { source: { kind: 'setting', field: 'issuer' }, text: 'Typed was http://127.0.0.1:8080.' },
      { source: { kind: 'exchange', id: 1 }, text: `Discovery names the issuer ${ISSUER}.` },
    ],
    fix: {
      text: 'Use the address that ZITADEL calls itself by.',
      url: null,
      action: { do: 'use_issuer', issuer: ISSUER },
    },
  },
);

const apiOff = (project: boolean): Finding =>
  finding(
    'api_not_authenticated',
    'ZITADEL does not accept the API itself',
    `It never looked at any token. The API's key is the right one, so its ${project ? 'project' : 'application'} was switched off.`,
    {
      evidence: [
        { source: { kind: 'exchange', id: 1 }, text: 'Introspection answered 401 invalid_client.' },
        {
          source: { kind: 'probe', id: 1 },
          text: 'Even a question about a token that is surely wrong is refused, so it is the API that is not accepted.',
        },
        {
          source: { kind: 'file', path: '/tmp/rolecall-sandbox-x7/api.json', field: 'type' },
          text: 'says application, as it should.',
        },
      ],
      fix: {
        text: `In the console, open the ${project ? 'project' : 'API application'} and reactivate it.`,
        url: `${ISSUER}/ui/console/projects/${PROJECT}/apps/400873177820957734`,
        action: project
          ? { do: 'switch_on_project', project_id: PROJECT }
          : { do: 'switch_on_api', project_id: PROJECT, app_id: '400873177820957734' },
      },
    },
  );

const userOff = (user: SandboxUserView): Finding =>
  finding(
    'user_inactive',
    `${user.user_name} is switched off in ZITADEL`,
    'Somebody deactivated this account. It gets no token until it is switched on again.',
    {
      evidence: [{ source: { kind: 'exchange', id: 1 }, text: 'ZITADEL answered Errors.User.NotActive.' }],
      fix: {
        text: `Open ${user.user_name} in the console and choose Reactivate.`,
        url: `${ISSUER}/ui/console/users/${user.user_id}`,
        action: { do: 'switch_on_user', user_id: user.user_id },
      },
    },
  );
