// The exchanges of a played roll call, as the Rust side would have recorded them.

import type {
  Decision,
  JsonValue,
  Endpoint,
  Exchange,
  Header,
  Purpose,
  SandboxUserView,
  Secret,
  TokenKind,
} from '$lib/contract';
import { CLIENT, ISSUER, ORG, PROJECT } from './world';

const headers = (values: Record<string, string>): Header[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const ROUTES: Record<Purpose, [Exchange['from'], Exchange['to']]> = {
  discovery: ['api', 'zitadel'],
  jwks: ['api', 'zitadel'],
  token: ['caller', 'zitadel'],
  introspection: ['api', 'zitadel'],
  userinfo: ['caller', 'zitadel'],
  management: ['caller', 'zitadel'],
  call: ['caller', 'api'],
  probe: ['caller', 'zitadel'],
};

export const SCOPES = ['openid', 'profile', `urn:zitadel:iam:org:project:id:${PROJECT}:aud`];
export const LENGTHS: Record<TokenKind, number> = { opaque: 104, jwt: 1012, jwe: 1288 };

/** What may be known of a user's token. */
function accessToken(slot: number, user: SandboxUserView): Secret {
  const kind = 'access_token';
  const { token_type } = user;
  const length = LENGTHS[token_type];
  if (token_type === 'opaque') return { slot, kind, length, header: null, claims: null };
  if (token_type === 'jwe') {
    const header = { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', typ: 'JWT' };
    return { slot, kind, length, header, claims: null };
  }
  const now = Math.floor(Date.now() / 1000);
  return {
    slot,
    kind,
    length,
    header: { alg: 'RS256', kid: '400873095612366950', typ: 'JWT' },
    claims: {
      iss: ISSUER,
      sub: user.user_id,
      aud: [PROJECT],
      exp: now + 43_110,
      iat: now - 4,
      nbf: now - 4,
      client_id: user.user_name,
      jti: `V2_400873311585766438-at_${user.user_id}`,
    },
  };
}

export class Wire {
  #next = 1;
  #slots = new Map<string, number>();

  slot(name: string): number {
    if (!this.#slots.has(name)) this.#slots.set(name, this.#slots.size + 1);
    return this.#slots.get(name)!;
  }

  record(purpose: Purpose, more: Partial<Exchange> & Pick<Exchange, 'request'>): Exchange {
    const [from, to] = ROUTES[purpose];
    return {
      id: this.#next++,
      purpose,
      from,
      to,
      user: null,
      request_id: null,
      response: null,
      error: null,
      started_at: new Date().toISOString(),
      duration_us: 900 + Math.round(Math.random() * 9_000),
      attempt: 1,
      secrets: [],
      ...more,
    };
  }

  discovery(): Exchange {
    return this.record('discovery', {
      request: { method: 'GET', url: `${ISSUER}/.well-known/openid-configuration`, headers: [], form: null },
      response: {
        status: 200,
        headers: headers({ 'content-type': 'application/json' }),
        body: JSON.stringify({ issuer: ISSUER, token_endpoint: `${ISSUER}/oauth/v2/token` }),
      },
    });
  }

  token(user: SandboxUserView, refused: boolean, scopes = SCOPES): Exchange {
    const assertion = this.slot(`${user.user_id}/assertion`);
    const access = this.slot(`${user.user_id}/token`);
    const now = Math.floor(Date.now() / 1000);
    const body = refused
      ? { error: 'server_error', error_description: 'Errors.Internal' }
      : { access_token: `⟦${access}⟧`, token_type: 'Bearer', expires_in: 43_199 };
    return this.record('token', {
      user: user.user_name,
      request: {
        method: 'POST',
        url: `${ISSUER}/oauth/v2/token`,
        headers: headers({ 'content-type': 'application/x-www-form-urlencoded' }),
        form: headers({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: `⟦${assertion}⟧`,
          scope: scopes.join(' '),
        }),
      },
      response: {
        status: refused ? 500 : 200,
        headers: headers({ 'content-type': 'application/json', 'cache-control': 'no-store' }),
        body: JSON.stringify(body),
      },
      secrets: [
        {
          slot: assertion,
          kind: 'assertion',
          length: 612,
          header: { alg: 'RS256', kid: '400873178273942566', typ: 'JWT' },
          claims: { iss: user.user_id, sub: user.user_id, aud: ISSUER, iat: now, exp: now + 3600 },
        },
        accessToken(access, user),
      ],
    });
  }

  introspection(user: SandboxUserView, requestId: string, answer: object): Exchange {
    const access = this.slot(`${user.user_id}/token`);
    const own = this.slot('api/assertion');
    const now = Math.floor(Date.now() / 1000);
    return this.record('introspection', {
      request_id: requestId,
      request: {
        method: 'POST',
        url: `${ISSUER}/oauth/v2/introspect`,
        headers: headers({ 'content-type': 'application/x-www-form-urlencoded', 'x-request-id': requestId }),
        form: headers({
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: `⟦${own}⟧`,
          token: `⟦${access}⟧`,
        }),
      },
      response: {
        status: 200,
        headers: headers({ 'content-type': 'application/json' }),
        body: JSON.stringify(answer),
      },
      secrets: [
        {
          slot: own,
          kind: 'client_assertion',
          length: 604,
          header: { alg: 'RS256', typ: 'JWT' },
          claims: { iss: CLIENT, sub: CLIENT, aud: ISSUER, iat: now, exp: now + 3600 },
        },
        accessToken(access, user),
      ],
    });
  }

  call(
    label: string,
    user: SandboxUserView | null,
    at: Endpoint,
    requestId: string,
    answer: Exchange['response'],
  ): Exchange {
    const access = user ? this.slot(`${user.user_id}/token`) : 0;
    return this.record('call', {
      user: label,
      request_id: requestId,
      request: {
        method: at.method,
        url: `http://localhost:8000${at.path}`,
        headers: headers({
          accept: 'application/json',
          ...(user ? { authorization: `Bearer ⟦${access}⟧` } : {}),
          'x-request-id': requestId,
        }),
        form: null,
      },
      response: answer,
      secrets: user ? [accessToken(access, user)] : [],
    });
  }
}

/** What introspection answers about a user. */
export function answerFor(user: SandboxUserView): Exclude<Decision['introspection'], null> {
  if (user.state !== 'active') return { active: false };
  const now = Math.floor(Date.now() / 1000);
  const roles = Object.fromEntries(user.roles.map((role) => [role, ORG]));
  const claims: { [key: string]: JsonValue } =
    user.roles.length > 0
      ? {
          [`urn:zitadel:iam:org:project:${PROJECT}:roles`]: roles,
          'urn:zitadel:iam:org:project:roles': roles,
        }
      : {};
  return {
    active: true,
    scope: `openid profile urn:zitadel:iam:org:project:id:${PROJECT}:aud`,
    client_id: user.user_name,
    token_type: 'Bearer',
    exp: now + 43_110,
    iat: now - 4,
    auth_time: now - 4,
    nbf: now - 4,
    sub: user.user_id,
    aud: [PROJECT],
    iss: ISSUER,
    jti: `V2_400873311585766438-at_${user.user_id}`,
    username: user.user_name,
    name: user.user_name,
    preferred_username: user.user_name,
    ...claims,
  };
}
