// Small pieces of the contract for tests.

import {
  NOBODY,
  type Cell,
  type Decision,
  type Endpoint,
  type Exchange,
  type Finding,
  type Report,
  type UserReport,
  type WatchView,
  type WorkspaceView,
} from '$lib/contract';
import { empty } from '$lib/backend/fake/world';
import { noRun, type RunState } from '$lib/state/run';

export const PUBLIC: Endpoint = { method: 'GET', path: '/api/public', access: { rule: 'public' } };
export const PRIVATE: Endpoint = { method: 'GET', path: '/api/private', access: { rule: 'valid_token' } };
export const SCOPED: Endpoint = {
  method: 'GET',
  path: '/api/private-scoped',
  access: { rule: 'any_role', roles: ['read:messages'] },
};

export function workspace(more: Partial<WorkspaceView> = {}): WorkspaceView {
  return {
    ...empty,
    name: 'Sandbox',
    issuer: {
      typed: 'http://localhost:8080',
      state: 'ok',
      discovered: null,
      notes: [],
      finding: null,
      allow_http: false,
    },
    api_key: {
      path: '/k/api.json',
      file_name: 'api.json',
      state: 'ok',
      facts: null,
      console: null,
      finding: null,
      notes: [],
    },
    users: ['reader-bot', 'visitor-bot'].map((label) => ({ label, key: keyOf(label) })),
    endpoints: [PUBLIC, SCOPED],
    project_id: '400',
    api: { base_url: 'http://localhost:8000', port: 8000, wanted_port_taken: null },
    ...more,
  };
}

const keyOf = (label: string) => ({
  path: `/k/${label}.json`,
  file_name: `${label}.json`,
  state: 'ok' as const,
  facts: { key_id: '1', subject: `id-of-${label}`, app_id: null, expires_at: null, bits: 2048 },
  console: null,
  finding: null,
  notes: [],
});

export function cell(door: Endpoint, more: Partial<Cell> = {}): Cell {
  return {
    method: door.method,
    path: door.path,
    status: null,
    verdict: 'not_reached',
    expected: null,
    expected_from: null,
    as_expected: null,
    decision: null,
    response: null,
    finding: null,
    exchange: null,
    ...more,
  };
}

export const allowed = (door: Endpoint, more: Partial<Cell> = {}) =>
  cell(door, { status: 200, verdict: 'allowed', ...more });
export const refused = (door: Endpoint, more: Partial<Cell> = {}) =>
  cell(door, { status: 403, verdict: 'refused', ...more });

export function row(label: string, cells: Cell[], more: Partial<UserReport> = {}): UserReport {
  const token =
    label === NOBODY
      ? null
      : {
          kind: 'opaque' as const,
          expires_at: null,
          scopes_asked: [],
          scopes_kept: null,
          length: 104,
          slot: 1,
        };
  return { label, user_id: null, user_name: null, finding: null, notes: [], token, cells, ...more };
}

export function report(users: UserReport[], more: Partial<Report> = {}): Report {
  return {
    issuer: 'http://localhost:8080',
    project_id: '400',
    client_id: '800',
    finding: null,
    notes: [],
    api: { base_url: 'http://localhost:8000', accepted: null, finding: null },
    users,
    target: null,
    ...more,
  };
}

/** As a report is when its run begins. */
export const blanked = (whole: Report): Report => ({
  ...whole,
  users: whole.users.map((row) => ({
    ...row,
    cells: row.cells.map((one) => ({ ...one, verdict: 'not_reached', as_expected: null, decision: null })),
  })),
});

/** Why a user got no token. */
export const cause = (more: Partial<Finding> = {}): Finding => ({
  code: 'key_unknown',
  kind: 'cause',
  title: '',
  explanation: '',
  evidence: [],
  fix: { text: '', url: null },
  ...more,
});

/** A run that has ended with this report. */
export const ended = (done: Report, more: Partial<RunState> = {}): RunState => ({
  ...noRun,
  id: 1,
  startedAt: '2026-11-23T10:00:00.000Z',
  finishedAt: '2026-11-23T10:00:01.000Z',
  report: done,
  ...more,
});

export function decision(more: Partial<Decision> = {}): Decision {
  return {
    request_id: 'r1',
    rule: 'any_role',
    needed_roles: ['read:messages'],
    roles_found: [],
    outcome: 'role_missing',
    role_claim: null,
    token_length: 104,
    introspection: { active: true },
    introspection_exchange: 7,
    cached_ms: null,
    duration_us: 4_000,
    ...more,
  };
}

export function exchange(id: number, more: Partial<Exchange> = {}): Exchange {
  return {
    id,
    purpose: 'call',
    from: 'caller',
    to: 'api',
    user: 'reader-bot',
    request_id: null,
    request: { method: 'GET', url: 'http://localhost:8000/api/private', headers: [], form: null },
    response: { status: 200, headers: [], body: '{}' },
    error: null,
    started_at: '2026-11-23T10:00:00.000Z',
    duration_us: 1_000,
    attempt: 1,
    secrets: [],
    ...more,
  };
}

/** A watch of everybody that has just begun. */
export function watching(more: Partial<WatchView> = {}): WatchView {
  const at = '2026-11-23T10:00:00.000Z';
  return {
    interval_ms: 1_000,
    rounds: 0,
    called_at: null,
    started: at,
    until: at,
    paused_until: null,
    ended: [],
    user: null,
    endpoint: null,
    ...more,
  };
}
