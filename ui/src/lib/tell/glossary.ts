// What the names in tokens, forms and answers mean, one sentence each. From RFC 7519, 7523, 7662, 6749
// and ZITADEL's own claims.

const WORDS: Record<string, string> = {
  // JOSE header
  alg: 'The way it is signed, or its key is wrapped.',
  enc: 'The way its content is encrypted: only who holds the key can read it.',
  kid: 'The number of the key that signed it.',
  typ: 'What kind of thing it is.',
  cty: 'What is inside the encryption.',

  // registered claims
  iss: 'Issuer: who made it, letter by letter.',
  sub: 'Subject: the id of the user whom it is about.',
  aud: 'Audience: the projects and applications that may accept it. An API that is not among them must refuse it.',
  exp: 'Expires: from then on nobody accepts it.',
  nbf: 'Not before: until then nobody accepts it.',
  iat: 'Issued at: when it was made.',
  jti: 'The number of this very token.',

  // introspection
  active: 'Whether the token counts, for the API that asked, at that moment. The answer never says why not.',
  scope: 'The scopes that ZITADEL kept. They say what was asked for, never what the user may do.',
  client_id: 'Who asked for the token. For a service user it is the user name.',
  username: 'The user name; only where the scope profile was asked for.',
  token_type: 'How it is shown: as a bearer token, it counts for whoever holds it.',
  auth_time: 'When the user proved who they are.',
  amr: 'How the user proved who they are.',
  name: 'A name for people.',
  preferred_username: 'The user name.',
  updated_at: 'When the user was last changed.',

  // token requests and answers
  grant_type: 'What is offered for a token; here a signed assertion.',
  assertion:
    "A statement that the user's key signed: I am who I say. It is the proof, instead of a password.",
  client_assertion: "A statement that the API's key signed: it proves to ZITADEL which API is asking.",
  client_assertion_type: 'What kind of proof the API brings.',
  token: 'The token that is asked about.',
  access_token: 'The token: whoever holds it gets in as this user until it ends.',
  id_token: 'A statement about the user, for the application that asked. No API may accept it as a key.',
  expires_in: 'How long it counts, in seconds from now.',
  error: 'The kind of refusal, for programs.',
  error_description: 'The refusal in words; it need not tell the cause.',

  'urn:zitadel:iam:org:projects:roles': 'Roles on all projects that are in the audience.',
  'urn:zitadel:iam:org:project:roles':
    'Roles on the project of the API that asked, for those who know no project id.',
  'urn:zitadel:iam:user:metadata': "The user's own notes, each in base64.",
  'urn:zitadel:iam:user:resourceowner:id': 'The organisation that the user belongs to.',
  'urn:zitadel:iam:user:resourceowner:name': 'The name of the organisation that the user belongs to.',
  'urn:zitadel:iam:user:resourceowner:primary_domain':
    'The domain of the organisation that the user belongs to.',
};

export function explain(name: string): string | null {
  if (Object.hasOwn(WORDS, name)) return WORDS[name]!;
  const project = /^urn:zitadel:iam:org:project:(\d+):roles$/.exec(name)?.[1];
  if (project) return `Roles on project ${project}, looked up when this was answered.`;
  return null;
}

const SCOPES: Record<string, string> = {
  openid: 'Say who it is.',
  profile: 'Tell the user name as well.',
  email: "Tell the user's e-mail address; a service user has none.",
  offline_access: 'Hand out a refresh token as well.',
  'urn:zitadel:iam:org:projects:roles': 'Write the roles on all projects of the audience into a JWT.',
  'urn:zitadel:iam:user:metadata': "Tell the user's notes.",
  'urn:zitadel:iam:user:resourceowner': 'Tell the organisation that the user belongs to.',
};

/** What asking for a scope means. */
export function explainScope(scope: string): string {
  if (Object.hasOwn(SCOPES, scope)) return SCOPES[scope]!;
  const audience = /^urn:zitadel:iam:org:project:id:([^:]+):aud$/.exec(scope)?.[1];
  if (audience === 'zitadel') return "Let the token count for ZITADEL's own API.";
  if (audience) return `Let the token count for project ${audience}.`;
  const role = /^urn:zitadel:iam:org:project:role:(.+)$/.exec(scope)?.[1];
  if (role) return `Write the role ${role} into the token, if the user holds it.`;
  if (scope.startsWith('urn:zitadel:')) return "One of ZITADEL's own scopes.";
  return 'No scope that ZITADEL knows. A role is given to a user; it cannot be asked for.';
}
