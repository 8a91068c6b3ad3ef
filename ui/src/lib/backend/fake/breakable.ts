// What can be broken in the played sandbox.

import type { FaultFamily, FaultView } from '$lib/contract';

const fault = (
  family: FaultFamily,
  id: string,
  title: string,
  about: string,
  value: FaultView['value'] = null,
): FaultView => ({ id, family, title, about, value, on: false });
const ms = (amount: number) => ({ unit: 'milliseconds' as const, amount });
const s = (amount: number) => ({ unit: 'seconds' as const, amount });

export const FAULTS: FaultView[] = [
  fault(
    'here',
    'swapped_files',
    'Swap the key files',
    "The API's key lies where a service account's belongs.",
  ),
  fault(
    'here',
    'no_audience',
    'Leave the audience out',
    'Tokens are asked for without saying for which project.',
  ),
  fault(
    'here',
    'role_as_scope',
    'Ask for the role as a scope',
    'ZITADEL takes unknown scopes out without a word.',
  ),
  fault(
    'here',
    'wrong_address',
    'Type another address',
    'The address differs from what ZITADEL calls itself.',
  ),
  fault(
    'world',
    'role_taken',
    "Take the first account's role",
    'Its token stays good, but the role is gone.',
  ),
  fault(
    'world',
    'role_inactive',
    'Switch its role off',
    'The role is still assigned, but counts for nothing.',
  ),
  fault(
    'world',
    'wrong_project',
    'Give the role on another project',
    'The same role key, but on a project the API is not in.',
  ),
  fault(
    'world',
    'key_deleted',
    "Delete the first account's key",
    'The file is whole; ZITADEL no longer knows its key.',
  ),
  fault('world', 'user_locked', 'Lock the first account', 'As after too many wrong passwords.'),
  fault(
    'world',
    'user_inactive',
    'Deactivate the first account',
    'It gets no tokens, and old ones stop working.',
  ),
  fault('world', 'api_inactive', 'Deactivate the API', 'ZITADEL no longer answers its questions.'),
  fault('world', 'project_inactive', 'Deactivate the project', 'Everything in it stops working at once.'),
  fault(
    'instance',
    'issuer_name',
    'Let it call itself otherwise',
    'Discovery names another issuer than was typed.',
  ),
  fault('instance', 'unknown_host', 'Let it not know its own name', 'It answers 404 to this host name.'),
  fault('instance', 'clock_ahead', 'Put its clock ahead', 'Signatures look old when they arrive.', s(90)),
  fault(
    'instance',
    'clock_behind',
    'Put its clock behind',
    'Signatures seem to come from the future.',
    s(90),
  ),
  fault(
    'instance',
    'minimal_introspection',
    'Tell the API little',
    'Introspection answers without roles and names.',
  ),
  fault('instance', 'lag', 'Let changes show late', 'What was changed counts only after a while.', ms(4000)),
  fault('server', 'slow@token', 'Slow when giving tokens', 'Each token comes late.', ms(3000)),
  fault('server', 'http_500@token', 'Error when giving tokens', 'It answers 500 instead of a token.'),
  fault(
    'server',
    'slow@introspection',
    'Slow when the API asks',
    'Each answer to the API comes late.',
    ms(3000),
  ),
  fault(
    'server',
    'cut@introspection',
    'Cut off when the API asks',
    'The connection ends in the middle of the answer.',
  ),
  fault(
    'server',
    'http_429@introspection',
    'Too busy when the API asks',
    'It asks to come back later (429).',
  ),
  fault(
    'certificate',
    'tls_self_signed',
    'Sign its own certificate',
    'Nobody this machine trusts vouches for it.',
  ),
  fault('certificate', 'tls_name', 'A certificate for another name', 'It is good, but not for this host.'),
  fault('certificate', 'tls_expired', 'An expired certificate', 'It was good until yesterday.'),
];
