// Two cells beside each other: what differs, line by line, and in one sentence why one gets in and
// the other does not. Pure.

import { NOBODY, type Endpoint, type JsonValue } from '$lib/contract';
import type { Standing } from '$lib/state/matrix';
import { isClaims, projectOf } from './claims';
import { code, count, list, type Phrase } from './phrase';
import { asksForRoles, rolesNeeded, ruleOf } from './rule';
import { statusLine } from './status';

/** `own` differs and tells nothing new: names, numbers and times, and roles that another claim told. */
export type Likeness = 'differs' | 'own' | 'same';

export interface DifferenceLine {
  key: string;
  title: string;
  likeness: Likeness;
  a: Phrase;
  b: Phrase;
  /** Where it is a claim: its value on both sides, drawn instead. */
  claim: { a: JsonValue | undefined; b: JsonValue | undefined } | null;
}

export interface Difference {
  sentence: Phrase;
  lines: DifferenceLine[];
}

const OWN = new Set([
  ...['sub', 'username', 'preferred_username', 'name', 'given_name', 'family_name', 'nickname', 'email'],
  ...['client_id', 'jti', 'exp', 'iat', 'nbf', 'auth_time', 'updated_at'],
]);

export function differenceOf(a: Standing, b: Standing): Difference {
  const lines = [...factLines(a, b), ...claimLines(a, b)];
  return { sentence: sentenceOf(a, b, lines), lines };
}

function factLines(a: Standing, b: Standing): DifferenceLine[] {
  const line = (key: string, title: string, of: (side: Standing) => Phrase): DifferenceLine => {
    const both = [of(a), of(b)] as const;
    const likeness = JSON.stringify(both[0]) === JSON.stringify(both[1]) ? 'same' : 'differs';
    return { key, title, likeness, a: both[0], b: both[1], claim: null };
  };
  return [
    line('answer', 'Answer', answer),
    line('door', 'Door', ({ shown }) => [code(`${shown.door.method} ${shown.door.path}`)]),
    line('rule', 'Who may pass', ({ shown }) => ruleOf(shown.door)),
    line('expected', 'Expected', expected),
    line('token', 'Token', token),
    line('active', 'ZITADEL says', activity),
    line('roles', 'Roles found', (side) => roleWords(rolesOf(side))),
  ];
}

function answer({ shown: { cell } }: Standing): Phrase {
  if (!cell || cell.verdict === 'not_reached') return ['not called'];
  return cell.status === null ? ['no answer'] : [code(statusLine(cell.status))];
}

const expected = ({ shown }: Standing): Phrase =>
  shown.expected === null
    ? ['nothing said']
    : [shown.expected === 'allow' ? 'should get in' : 'should stay out'];

function token({ row }: Standing): Phrase {
  if (row.label === NOBODY) return ['none'];
  if (!row.report?.token) return [row.report?.finding ? 'none came' : 'not known yet'];
  return [{ opaque: 'opaque', jwt: 'a JWT', jwe: 'a JWE' }[row.report.token.kind]];
}

function activity({ shown: { cell } }: Standing): Phrase {
  switch (cell?.decision?.outcome) {
    case 'inactive':
      return ['the token is inactive'];
    case 'api_refused':
      return ['nothing: it refuses the API'];
    case 'issuer_unavailable':
      return ['nothing: it could not be asked'];
  }
  return cell?.decision?.introspection ? ['the token is active'] : ['not asked'];
}

/** The roles that counted in this call; `null` where nobody asked for them. */
function rolesOf({ shown: { cell } }: Standing): string[] | null {
  const decision = cell?.decision;
  if (!decision || decision.introspection === null || decision.outcome === 'inactive') return null;
  return [...decision.roles_found].sort();
}

function roleWords(roles: string[] | null): Phrase {
  if (roles === null) return ['not asked'];
  return roles.length > 0 ? list(roles, 'and') : ['no role'];
}

/** Claim by claim, where ZITADEL told something on both sides. */
function claimLines(a: Standing, b: Standing): DifferenceLine[] {
  const [left, right] = [a, b].map(({ shown }) => shown.cell?.decision?.introspection ?? null);
  if (!isClaims(left) || !isClaims(right)) return [];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (name) => name !== 'active',
  );
  // ZITADEL tells the same roles in several claims.
  const told = new Set<string>();
  const again = (name: string) => {
    if (projectOf(name) === undefined) return false;
    const pair = `${ordered(left[name])} ${ordered(right[name])}`;
    const was = told.has(pair);
    told.add(pair);
    return was;
  };
  return names.map((name) => ({
    key: name,
    title: name,
    likeness: alike(left[name], right[name]) ? 'same' : OWN.has(name) || again(name) ? 'own' : 'differs',
    a: [],
    b: [],
    claim: { a: left[name], b: right[name] },
  }));
}

const alike = (a: JsonValue | undefined, b: JsonValue | undefined) => ordered(a) === ordered(b);

/** As text, whatever order its names came in. */
function ordered(value: JsonValue | undefined): string {
  return (
    JSON.stringify(value, (_, inside: unknown) =>
      typeof inside === 'object' && inside !== null && !Array.isArray(inside)
        ? Object.fromEntries(Object.entries(inside).sort(([x], [y]) => (x < y ? -1 : 1)))
        : inside,
    ) ?? 'missing'
  );
}

const FARES = {
  allowed: ['gets in', 'gets into'],
  refused: ['stays out', 'stays out of'],
  failed: ['gets no clear answer', 'gets no clear answer at'],
  not_reached: ['does not get there', 'does not get to'],
  idle: ['has not been called', 'has not been called at'],
} as const;
const BOTH = {
  allowed: 'Both get in',
  refused: 'Both stay out',
  failed: 'Both get no clear answer',
  not_reached: 'Neither gets there',
  idle: 'Neither has been called',
} as const;

const fare = ({ shown: { cell } }: Standing): keyof typeof FARES => cell?.verdict ?? 'idle';
const sameDoor = (a: Standing, b: Standing) =>
  a.shown.door.path === b.shown.door.path && a.shown.door.method === b.shown.door.method;

function sentenceOf(a: Standing, b: Standing, lines: DifferenceLine[]): Phrase {
  const { clauses, told } = causes(a, b);
  const rest = lines.filter(
    ({ key, likeness }) =>
      likeness === 'differs' && !told.has(key) && !told.has(projectOf(key) === undefined ? key : 'roles'),
  ).length;
  const because = clauses.length > 0 ? clauses : [nothing(a, b)];
  const more = `. ${count(rest, 'more line')} below ${rest === 1 ? 'differs' : 'differ'}.`;
  const end = rest > 0 ? more : clauses.length > 0 ? '. Everything else is the same.' : '.';
  return [
    ...faring(a, b),
    ': ',
    ...because.flatMap((clause, at): Phrase => (at > 0 ? ['; ', ...clause] : clause)),
    end,
  ];
}

function faring(a: Standing, b: Standing): Phrase {
  const [first, second] = [fare(a), fare(b)];
  if (a.row.label === b.row.label) {
    const verb = first === second ? `${FARES[first][1]} both ` : `${FARES[first][1]} `;
    const between = first === second ? ' and ' : `, and ${FARES[second][1]} `;
    return [`${a.row.name} ${verb}`, code(a.shown.door.path), between, code(b.shown.door.path)];
  }
  if (!sameDoor(a, b)) {
    const one = (side: Standing): Phrase => [
      `${side.row.name} ${FARES[fare(side)][1]} `,
      code(side.shown.door.path),
    ];
    return [...one(a), ', ', ...one(b)];
  }
  if (first === second) return [BOTH[first]];
  return [`${a.row.name} ${FARES[first][0]}, ${b.row.name} ${FARES[second][0]}`];
}

/** Why they fare as they do, in the order in which the API asks; and which lines have been told by it. */
function causes(a: Standing, b: Standing): { clauses: Phrase[]; told: Set<string> } {
  const told = new Set(['answer', 'expected', 'door']);
  const clauses: Phrase[] = [];
  const say = (keys: string[], clause: Phrase) => {
    keys.forEach((key) => told.add(key));
    clauses.push(clause);
  };
  if (!sameDoor(a, b)) say(['rule'], [...ruleClause(a.shown.door), ', ', ...ruleClause(b.shown.door)]);
  const other = a.row.label !== b.row.label;
  const bare = [a, b].map(({ row }) => row.label === NOBODY || row.report?.token == null);
  const open = [a, b].every(({ shown }) => shown.door.access.rule === 'public');
  if (other && bare[0] !== bare[1]) {
    // Whoever brings no token is not asked about.
    if (open) told.add('token');
    else say(['token', 'active', 'roles'], [...tokenClause(a), ', ', ...tokenClause(b)]);
    return { clauses, told };
  }
  const says = [a, b].map(({ shown }) => shown.cell?.decision?.outcome === 'inactive');
  const asked = [a, b].every(({ shown }) => shown.cell?.decision?.introspection != null);
  if (asked && says[0] !== says[1]) {
    const clause = (side: Standing, inactive: boolean) =>
      `${side.row.name}'s token is ${inactive ? 'inactive' : 'active'}`;
    say(['active', 'roles'], [`${clause(a, says[0]!)}, ${clause(b, says[1]!)}`]);
    return { clauses, told };
  }
  if (!sameDoor(a, b)) ['active', 'roles', 'token'].forEach((key) => !asked && told.add(key));
  const held = [rolesOf(a), rolesOf(b)];
  if (other && held[0] && held[1] && String(held[0]) !== String(held[1])) {
    if ([a, b].some(({ shown }) => asksForRoles(shown.door.access))) {
      const clause = (side: Standing, roles: string[]): Phrase => [
        `${side.row.name} holds `,
        ...roleWords(roles),
      ];
      say(['roles'], [...clause(a, held[0]), ', ', ...clause(b, held[1])]);
    } else say(['roles'], ['they hold other roles, which do not count at this door']);
  }
  return { clauses, told };
}

function nothing(a: Standing, b: Standing): Phrase {
  return [
    fare(a) === fare(b) ? 'nothing that counts here differs' : 'what ZITADEL told the API does not say why',
  ];
}

function ruleClause(door: Endpoint): Phrase {
  const { access } = door;
  const needed = [...rolesNeeded(access)];
  if (access.rule === 'public') return [code(door.path), ' lets in anyone'];
  if (access.rule === 'valid_token') return [code(door.path), ' lets in any valid token'];
  const word = access.rule === 'all_roles' ? 'and' : 'or';
  return [
    code(door.path),
    needed.length === 1 ? ' asks for the role ' : ' asks for the roles ',
    ...list(needed, word),
  ];
}

function tokenClause({ row }: Standing): Phrase {
  if (row.label === NOBODY) return [`${row.name} brings no token`];
  return [row.report?.token ? `${row.name} brings a token` : `${row.name} got no token`];
}
