// Which step of the walk a finding belongs to: by its code, by what mends it, and by where it was found.

import type { Finding, FindingCode, Report, WorkspaceView } from '$lib/contract';
import type { StepId } from './walk';

export interface Found {
  finding: Finding;
  /** The row and the door that it is about. */
  label: string | null;
  path: string | null;
}

/** Where it was found: the step that it belongs to unless its code says otherwise. */
type Origin = 'issuer' | 'api-key' | 'account-key';

const BY_CODE: Partial<Record<FindingCode, StepId>> = {
  issuer_mismatch: 'issuer',
  unreachable: 'issuer',
  tls_untrusted: 'issuer',
  not_zitadel: 'issuer',
  instance_not_found: 'issuer',
  insecure_issuer: 'issuer',
  server_trouble: 'issuer',
  key_other_app: 'application',
  audience_other_project: 'project',
  audience_missing: 'project',
  user_inactive: 'account',
  role_undefined: 'role',
  role_missing: 'assignment',
  not_caught_up: 'assignment',
  minimal_introspection: 'assignment',
};

/** Whoever they are found at, they are so for all. */
const EVERYBODYS: FindingCode[] = [
  'role_undefined',
  'minimal_introspection',
  'audience_other_project',
  'audience_missing',
];

export function stepOf({ code, fix }: Finding, origin: Origin): StepId {
  if (code !== 'api_not_authenticated') return BY_CODE[code] ?? origin;
  if (fix.action?.do === 'switch_on_api') return 'application';
  return fix.action?.do === 'switch_on_project' ? 'project' : 'api-key';
}

/** The first of each step: an earlier cause explains the later ones. */
export function findingsOf(workspace: WorkspaceView, report: Report | null): Map<StepId, Found> {
  const found = new Map<StepId, Found>();
  const take = (
    finding: Finding | null | undefined,
    origin: Origin,
    label: string | null = null,
    path: string | null = null,
  ) => {
    if (finding?.kind !== 'cause') return;
    const step = stepOf(finding, origin);
    if (!found.has(step)) found.set(step, { finding, label, path });
  };
  const { issuer, api_key, users } = workspace;
  const [first] = users;
  [issuer.finding, ...issuer.notes].forEach((one) => take(one, 'issuer'));
  if (api_key) [api_key.finding, ...api_key.notes].forEach((one) => take(one, 'api-key'));
  if (first) [first.key.finding, ...first.key.notes].forEach((one) => take(one, 'account-key'));
  // What ZITADEL says of an address or a key that is wrong here already is no news.
  if (!report || issuer.state === 'wrong') return found;
  take(report.finding, 'issuer');
  take(report.api.finding, 'api-key');
  const rows = [...report.users].sort(
    (a, b) => Number(b.label === first?.label) - Number(a.label === first?.label),
  );
  for (const { label, finding, cells } of rows) {
    if (label === first?.label) take(finding, 'account-key', label);
    for (const cell of cells) {
      // Of the others only what concerns everybody.
      if (label === first?.label || (cell.finding && EVERYBODYS.includes(cell.finding.code))) {
        take(cell.finding, 'account-key', label, cell.path);
      }
    }
  }
  return found;
}
