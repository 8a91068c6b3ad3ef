// A played roll call: the events of a real one, with its delays.

import {
  NOBODY,
  type Cell,
  type Decision,
  type Endpoint,
  type Exchange,
  type Finding,
  type Report,
  type RolecallEvent,
  type SandboxUserView,
  type UserReport,
  type WorkspaceView,
} from '$lib/contract';
import { admits, rolesNeeded } from '$lib/tell/rule';
import { targetOf } from './target';
import { LENGTHS, SCOPES, answerFor, type Wire } from './wire';
import { CLIENT, PROJECT, finding } from './world';

export interface Stage {
  workspace: WorkspaceView;
  people: SandboxUserView[];
  /** Users whose token is refused. */
  tokenless: string[];
  /** A cause that keeps the API itself from being told anything. */
  cause: Finding | null;
  /** A cause that keeps everything from being called. */
  stopper?: Finding | null;
  /** Why somebody gets no token, where it is not an unknown key. */
  why?: Finding | null;
  /** Why a token is of no use at a door. */
  refusal?: Finding | null;
  /** Notes for every row with a token. */
  notes?: Finding[];
  wire: Wire;
  emit: (event: RolecallEvent) => void;
  pause: (ms: number) => Promise<void>;
  stopped: () => boolean;
}

export async function play(
  stage: Stage,
  run: number,
  previous: Report | null,
  user: string | null,
  path: string | null,
) {
  const { cause } = stage;
  const report = begin(stage.workspace, previous, user, path);
  stage.emit({ type: 'run_started', run, at: new Date().toISOString(), report: structuredClone(report) });
  if (stage.stopper) report.finding = stage.stopper;
  else
    await Promise.all(
      report.users.map(async (row, index) => {
        if (user === null || row.label === user) await callRow(stage, run, report, index, path);
      }),
    );
  report.api.accepted = !cause;
  if (cause) stage.emit({ type: 'run_finding', run, finding: (report.api.finding = cause) });
  const own = stage.workspace.target;
  if (own && !own.needs_consent && !stage.stopper) {
    report.target = targetOf(report, own.url);
    stage.emit({ type: 'target_changed', run, target: structuredClone(report.target) });
  }
  const cancelled = stage.stopped();
  stage.emit({
    type: 'run_finished',
    run,
    at: new Date().toISOString(),
    cancelled,
    report: structuredClone(report),
  });
  return report;
}

function begin(
  workspace: WorkspaceView,
  previous: Report | null,
  user: string | null,
  path: string | null,
): Report {
  const labels = [...workspace.users.map(({ label }) => label), NOBODY];
  const users = labels.map((label): UserReport => {
    const old = previous?.users.find((row) => row.label === label);
    const called = user === null || user === label;
    const cells = workspace.endpoints.map((door) => {
      const kept = old?.cells.find((cell) => cell.path === door.path);
      const asked = called && (path === null || path === door.path);
      return kept && !asked ? kept : blank(workspace, label, door);
    });
    const fresh = { label, user_id: null, user_name: null, finding: null, notes: [], token: null };
    return { ...fresh, ...(old && !called ? old : {}), cells };
  });
  return {
    issuer: workspace.issuer.typed,
    project_id: workspace.project_id,
    client_id: CLIENT,
    finding: null,
    notes: [],
    api: { base_url: workspace.api?.base_url ?? '', accepted: null, finding: null },
    users,
    target: null,
  };
}

function blank(workspace: WorkspaceView, label: string, { method, path, access }: Endpoint): Cell {
  const set = workspace.expectations.find((said) => said.user === label && said.endpoint === path);
  const byRule =
    access.rule === 'public'
      ? 'allow'
      : label === NOBODY
        ? 'deny'
        : access.rule === 'valid_token'
          ? 'allow'
          : null;
  return {
    method,
    path,
    status: null,
    verdict: 'not_reached',
    expected: set?.expected ?? byRule,
    expected_from: set ? 'set' : byRule ? 'rule' : null,
    as_expected: null,
    decision: null,
    response: null,
    finding: null,
    exchange: null,
  };
}

async function callRow(stage: Stage, run: number, report: Report, index: number, path: string | null) {
  const row = report.users[index]!;
  const { emit, wire, pause } = stage;
  const person = stage.people.find((one) => one.user_name === row.label) ?? null;
  if (person) {
    await pause(160 + index * 70);
    if (stage.stopped()) return;
    const refused = stage.tokenless.includes(person.user_name);
    const scopes = stage.workspace.scopes ?? SCOPES;
    emit({ type: 'exchange', exchange: wire.token(person, refused, scopes) });
    Object.assign(row, { user_id: person.user_id, user_name: refused ? null : person.user_name });
    row.finding = refused ? (stage.why ?? unknownKey(row.label)) : null;
    row.notes = refused ? [] : (stage.notes ?? []);
    if (refused) row.token = null;
    else {
      row.token = {
        kind: person.token_type,
        expires_at: new Date(Date.now() + 43_110_000).toISOString(),
        scopes_asked: scopes,
        // As ZITADEL does: what is no scope of its own is dropped without a word.
        scopes_kept: person.state === 'active' ? scopes.filter((scope) => !/^\w+:\w+$/.test(scope)) : null,
        length: LENGTHS[person.token_type],
        slot: wire.slot(`${person.user_id}/token`),
      };
    }
    const { cells: _, label: __, ...state } = row;
    emit({ type: 'user_changed', run, user: index, row: structuredClone(state) });
  }
  for (const [at, door] of stage.workspace.endpoints.entries()) {
    if (path !== null && path !== door.path) continue;
    if (row.finding && door.access.rule !== 'public') continue;
    await pause(60 + Math.random() * 90);
    if (stage.stopped()) return;
    const cell = callCell(stage, row, person, door, row.cells[at]!);
    row.cells[at] = cell;
    emit({ type: 'cell_changed', run, user: index, endpoint: at, cell: structuredClone(cell) });
  }
}

export function callCell(
  stage: Stage,
  row: UserReport,
  user: SandboxUserView | null,
  door: Endpoint,
  cell: Cell,
): Cell {
  const { wire, emit } = stage;
  const requestId = `rc-${Math.random().toString(16).slice(2, 10)}`;
  const bearer = row.token ? user : null;
  const decision = decide(bearer, door, requestId, stage.cause !== null);
  const response = responseTo(decision);
  const call = wire.call(row.label, bearer, door, requestId, response);
  const told =
    bearer && decision.introspection
      ? wire.introspection(bearer, requestId, decision.introspection as object)
      : null;
  if (told) call.duration_us += told.duration_us;
  decision.introspection_exchange = told?.id ?? null;
  if (told) emit({ type: 'exchange', exchange: told });
  emit({ type: 'exchange', exchange: call });
  const allowed = response.status === 200;
  const failed = response.status === 503;
  return {
    ...cell,
    status: response.status,
    verdict: failed ? 'failed' : allowed ? 'allowed' : 'refused',
    as_expected: cell.expected === null ? null : (cell.expected === 'allow') === allowed,
    decision,
    response: { headers: response.headers, body: response.body },
    finding:
      stage.refusal && user && !allowed
        ? stage.refusal
        : decision.outcome === 'role_missing' && user
          ? roleMissing(user, door, told?.id ?? 0)
          : null,
    exchange: call.id,
  };
}

function decide(
  user: SandboxUserView | null,
  { access }: Endpoint,
  requestId: string,
  apiRefused: boolean,
): Decision {
  const needed = rolesNeeded(access);
  const asked = access.rule !== 'public' && user !== null;
  const introspection = asked && !apiRefused ? answerFor(user) : null;
  const found = asked && user.state === 'active' ? user.roles : [];
  const passes = admits(access, found);
  const outcome =
    access.rule === 'public'
      ? 'allowed'
      : !user
        ? 'no_token'
        : apiRefused
          ? 'api_refused'
          : user.state !== 'active'
            ? 'inactive'
            : passes
              ? 'allowed'
              : 'role_missing';
  return {
    request_id: requestId,
    rule: access.rule,
    needed_roles: [...needed],
    roles_found: found,
    outcome,
    role_claim: found.length > 0 ? `urn:zitadel:iam:org:project:${PROJECT}:roles` : null,
    token_length: user ? LENGTHS[user.token_type] : null,
    introspection,
    introspection_exchange: null,
    cached_ms: null,
    duration_us: asked ? 4_100 : 120,
  };
}

function responseTo({ outcome, needed_roles }: Decision): NonNullable<Exchange['response']> {
  const answer = (status: number, body: object, challenge?: string) => ({
    status,
    headers: [
      { name: 'content-type', value: 'application/json' },
      { name: 'cache-control', value: 'no-store' },
      ...(challenge ? [{ name: 'www-authenticate', value: challenge }] : []),
    ],
    body: JSON.stringify(body),
  });
  if (outcome === 'api_refused') {
    return answer(503, {
      error: 'unavailable',
      error_description: 'The token cannot be checked at the moment.',
    });
  }
  if (outcome === 'no_token') {
    return answer(401, { error: 'unauthorized', error_description: 'A bearer token is needed.' }, 'Bearer');
  }
  if (outcome === 'inactive') {
    const text = 'The token is not active.';
    return answer(
      401,
      { error: 'invalid_token', error_description: text },
      `Bearer error="invalid_token", error_description="${text}"`,
    );
  }
  if (outcome === 'role_missing') {
    const text = `The role ${needed_roles.join(' or ')} is needed.`;
    return answer(
      403,
      { error: 'insufficient_scope', error_description: text },
      `Bearer error="insufficient_scope", error_description="${text}"`,
    );
  }
  return answer(200, { message: 'Welcome.' });
}

function roleMissing(user: SandboxUserView, { access }: Endpoint, exchange: number): Finding {
  const role = rolesNeeded(access)[0] ?? '';
  return finding(
    'role_missing',
    `${user.user_name} does not hold the role ${role}`,
    `ZITADEL knows the account and its token is good, but in project ${PROJECT} it does not hold the role that this door asks for.`,
    {
      evidence: [
        {
          source: { kind: 'exchange', id: exchange },
          text: "No role of this project is in ZITADEL's answer.",
        },
      ],
      fix: {
        text: `In the project, under Role Assignments (Authorizations), give ${user.user_name} the role ${role}. The same token then gets in: roles are looked up at every call.`,
        url: `http://localhost:8080/ui/console/projects/${PROJECT}/grants`,
        action: { do: 'give_role', user_id: user.user_id, role },
      },
    },
  );
}

function unknownKey(label: string): Finding {
  return finding(
    'key_unknown',
    `ZITADEL does not accept the key of ${label}`,
    'The file is whole, the issuer is right and the clocks agree, and still the signature is refused. Either this key was deleted or has expired in ZITADEL, or the account was removed, or the file belongs to another instance.',
    {
      evidence: [
        {
          source: { kind: 'exchange', id: 1 },
          text: 'ZITADEL refused the signature: 500 server_error Errors.Internal.',
        },
      ],
      fix: {
        text: 'Open the service account (service user) and look for the key under Keys. If it is not there, create a new one (New, type JSON) and use it in place of this file.',
        url: null,
      },
    },
  );
}
