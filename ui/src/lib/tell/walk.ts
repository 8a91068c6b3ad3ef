// The cards of the walk in words: what each thing is for, where it is made, and what to bring back.
// The newer console's words stand first, the older ones in brackets.

import type { KeyView, UserReport, WorkspaceView } from '$lib/contract';
import { rolesAsked, STEPS, type Step, type StepId, type Walk } from '$lib/state/walk';
import { code, type Phrase } from './phrase';

export interface CardWords {
  title: string;
  /** In one sentence, what the thing is for. */
  purpose: Phrase;
  /** The way there in ZITADEL's console, click by click. */
  way: Phrase[];
  bring: Phrase;
  /** On the button of somebody who has done what cannot be seen yet. */
  said: string | null;
}

export function cardOf(id: StepId, workspace: WorkspaceView): CardWords {
  const project: Phrase = [workspace.sandbox?.project_name ?? 'your project'];
  const account: Phrase = workspace.users[0] ? [code(workspace.users[0].label)] : ['your account'];
  const role = code(rolesAsked(workspace)[0] ?? 'read:messages');
  switch (id) {
    case 'issuer':
      return {
        title: 'Issuer',
        purpose: ['Your ZITADEL itself: tokens come from it, and the API asks it whether they are good.'],
        way: [["Open ZITADEL's console in your browser"], ["the browser's address bar"]],
        bring: [
          'The address as it stands there. From the page of your API application the project is read too.',
        ],
        said: null,
      };
    case 'application':
      return {
        title: 'API application',
        purpose: ['It stands for your API in ZITADEL, so that the API may ask about tokens.'],
        way: [['Projects'], project, ['New'], ['API'], ['JWT (Private Key JWT)'], ['Create']],
        bring: ["The address of its page, from the browser. Or nothing: its key's file names it too."],
        said: 'It is there, go on',
      };
    case 'api-key':
      return {
        title: "The application's key",
        purpose: ['With it the API shows who it is when it asks ZITADEL about a token.'],
        way: [
          ['Projects'],
          project,
          ['your API application'],
          ['Keys'],
          ['New'],
          ['JSON'],
          ['Add'],
          ['Download'],
        ],
        bring: ['The file as it was downloaded. It says ', code('"type": "application"'), '.'],
        said: null,
      };
    case 'project':
      return {
        title: 'Project',
        purpose: ['It holds the API and its roles, and tokens are made out to it.'],
        way: [['Projects'], project, ['Project ID (Resource Id)']],
        bring: ['Its id, or the address of its page. Or nothing: the first role that is seen names it.'],
        said: 'Go on without it',
      };
    case 'account':
      return {
        title: 'Service account (service user)',
        purpose: ['It is who will knock at your API: an account for a program, not for a person.'],
        way: [['Users'], ['Service Accounts (Service Users)'], ['New'], ['Access Token Type'], ['Create']],
        bring: ['Nothing yet. Of the token types take Bearer or JWT: both work here, and it can be changed.'],
        said: 'It is there, go on',
      };
    case 'account-key':
      return {
        title: "The service account's key",
        purpose: ['With it the account shows who it is, and gets its tokens.'],
        way: [
          ['Service Accounts (Service Users)'],
          account,
          ['Keys'],
          ['New'],
          ['JSON'],
          ['Add'],
          ['Download'],
        ],
        bring: ['The file as it was downloaded, or several. It says ', code('"type": "serviceaccount"'), '.'],
        said: null,
      };
    case 'role':
      return {
        title: 'Role',
        purpose: ['The word that a door asks for. Nobody holds it by itself.'],
        way: [['Projects'], project, ['Roles'], ['New'], ['Key: ', role], ['Save']],
        bring: ['Nothing. It is seen here as soon as somebody holds it.'],
        said: 'It is there, go on',
      };
    case 'assignment':
      return {
        title: 'Role assignment (authorization)',
        purpose: ['It gives the role to the account. Only then does the door open.'],
        way: [
          ['Projects'],
          project,
          ['Role Assignments (Authorizations)'],
          ['New'],
          account,
          [role],
          ['Save'],
        ],
        bring: ['Nothing. It is seen here as soon as somebody gets in where a role decides.'],
        said: null,
      };
  }
}

/** What a person does next, as the rest of a sentence. */
const NEXT: Record<StepId, string> = {
  issuer: 'say where your ZITADEL is',
  application: 'create the API application',
  'api-key': "bring the API application's key",
  project: "bring the project's id",
  account: 'create a service account',
  'account-key': "bring the service account's key",
  role: 'create the role',
  assignment: 'give the role to the account',
};

const CALLED: Record<StepId, string> = {
  issuer: 'the issuer',
  application: 'the API application',
  'api-key': "the application's key",
  project: 'the project',
  account: 'the service account',
  'account-key': "the service account's key",
  role: 'the role',
  assignment: 'the role assignment',
};

/** The one sentence on top. */
export function walkSentence(walk: Walk, workspace: WorkspaceView): string {
  const { head } = walk;
  if (!head) return 'Everything is in place';
  if (head.state === 'wrong') return `Something is wrong with ${CALLED[head.id]}`;
  if (head.state === 'next') return `Next: ${NEXT[head.id]}`;
  if (head.state === 'checking') return 'Looking at what you brought';
  return waitsFor(head, walk, workspace);
}

/** What a step that cannot be proven yet waits for. */
export function waitsFor({ id }: Step, { steps }: Walk, workspace: WorkspaceView): string {
  const before = steps.slice(0, STEPS.indexOf(id));
  if (before.some(({ state }) => state === 'wrong')) return 'Waits for what stands above';
  const { issuer, api_key, users } = workspace;
  if (id === 'application' || id === 'api-key') {
    if (!api_key) return id === 'application' ? 'Its key will prove it' : 'Waits for the application';
    if (issuer.state !== 'ok') return 'Waits for the issuer';
    return users.length === 0 ? 'Waits for a first token' : 'Waits for a roll call';
  }
  if (id === 'project') return 'Waits for the first role';
  if (id === 'account' || id === 'account-key') {
    if (users.length === 0) return id === 'account' ? 'Its key will prove it' : 'Waits for the account';
    return issuer.state === 'ok' && api_key ? 'Waits for its first token' : 'Waits for what stands above';
  }
  if (id === 'issuer') return 'Waits for an address';
  if (rolesAsked(workspace).length === 0) return 'Waits for a door that asks for a role';
  return id === 'role' ? 'Waits for somebody who holds it' : 'Waits for somebody to get in by it';
}

/** How a service account fares, in two words. */
export function userWords(key: KeyView, row: UserReport | null): { word: string; wrong: boolean } {
  if (key.state === 'wrong') return { word: 'Wrong', wrong: true };
  if (row?.finding) return { word: 'No token', wrong: true };
  if (key.state === 'checking') return { word: 'Looking', wrong: false };
  return { word: row?.token ? 'Has a token' : 'Read', wrong: false };
}

/** Beside a card's title: what was brought, or what is waited for. */
export function wordOf(step: Step, walk: Walk, workspace: WorkspaceView): string | null {
  const { state, brought, id } = step;
  if (state === 'waiting') return waitsFor(step, walk, workspace);
  if (state !== 'done') return null;
  const kind = workspace.sandbox?.users[0]?.token_type;
  return id === 'account' && kind ? `${brought}, ${kind}` : brought;
}
