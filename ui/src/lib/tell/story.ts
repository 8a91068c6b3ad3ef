// A story for a room: what was heard of one caller at one door, told step by step without jargon.
// A visitor shows a badge, the doorman phones the issuer, the issuer looks into the register, and the
// door opens or stays shut.

import { NOBODY, type Cell, type Decision } from '$lib/contract';
import type { Heard, Visit } from '$lib/state/story';
import { list, type Phrase } from './phrase';
import { rolesNeeded } from './rule';
import { answeredLine, askedLine, changedLine, doorLine, shownLine, unaskedLine } from './storyline';

export type SceneName =
  'absent' | 'arrives' | 'looks' | 'phones' | 'answers' | 'register' | 'returns' | 'opens' | 'stays_shut';

/** What the register shows of the caller. */
export interface Entry {
  good: boolean;
  roles: string[];
  /** Just given, and just taken. */
  given: string[];
  taken: string[];
}

/** All that the drawing needs to know. */
export interface Stage {
  actor: 'visitor' | 'doorman' | 'issuer' | null;
  visitor: 'away' | 'near' | 'inside';
  badge: 'good' | 'odd' | null;
  line: 'quiet' | 'asking' | 'answering' | 'dead';
  /** The words on the line. */
  says: string | null;
  entry: Entry | null;
  door: 'open' | 'shut';
  verdict: 'in' | 'out' | null;
}

export interface Step {
  scene: SceneName;
  caption: Phrase;
  technical: string;
  stage: Stage;
}

export interface Story {
  /** Who stands at the door. */
  name: string;
  nobody: boolean;
  /** What the door asks for; empty where it is open to everyone. */
  sign: Phrase;
  steps: Step[];
}

const QUIET: Stage = {
  actor: null,
  visitor: 'near',
  badge: null,
  line: 'quiet',
  says: null,
  entry: null,
  door: 'shut',
  verdict: null,
};

export function storyOf(heard: Heard): Story {
  const { visits, name, place } = heard;
  const steps = visits.flatMap((visit, at) => told(heard, visit, visits[at - 1] ?? null));
  const nobody = place.label === NOBODY;
  return { name, nobody, sign: signOf(heard), steps: steps.length > 0 ? steps : [awaited()] };
}

function signOf({ access, visits }: Heard): Phrase {
  const rule = access?.rule ?? visits[0]?.cell.decision?.rule;
  const needed = access ? rolesNeeded(access) : (visits[0]?.cell.decision?.needed_roles ?? []);
  if (rule === 'public') return ['Open to everyone'];
  if (needed.length === 0) return ['Any good badge'];
  const those = list([...needed], rule === 'all_roles' ? 'and' : 'or');
  return [needed.length === 1 ? 'Needs the role ' : 'Needs ', ...those];
}

function told({ name, place }: Heard, visit: Visit, before: Visit | null): Step[] {
  const { cell } = visit;
  const who: Who = { name, nobody: place.label === NOBODY, visit, before };
  if (cell.verdict === 'not_reached') return [absent(who)];
  const { decision } = cell;
  const begun = before ? [...registerSteps(who, before), returns(who)] : [arrives(who)];
  if (!decision) return [...begun, door(who, null)];
  if (!wasAsked(decision)) return [...begun, looks(who, decision), door(who, decision)];
  return [...begun, phones(who), answers(who, decision), door(who, decision)];
}

interface Who {
  name: string;
  nobody: boolean;
  visit: Visit;
  before: Visit | null;
}

/** Public doors and callers without a badge are settled without the issuer. */
function wasAsked({ rule, outcome }: Decision): boolean {
  return rule !== 'public' && outcome !== 'no_token' && outcome !== 'malformed_token';
}

function badgeOf({ nobody, visit: { cell } }: Who): Stage['badge'] {
  const outcome = cell.decision?.outcome;
  if (outcome === 'malformed_token') return 'odd';
  return nobody || outcome === 'no_token' ? null : 'good';
}

function absent({ name, nobody }: Who): Step {
  const caption = nobody
    ? ['Nobody came to this door.']
    : [`${name} never came to this door: the issuer gave it no badge.`];
  return { scene: 'absent', caption, technical: 'not called', stage: { ...QUIET, visitor: 'away' } };
}

function awaited(): Step {
  const stage: Stage = { ...QUIET, visitor: 'away' };
  return { scene: 'absent', caption: ['Nobody has come to this door yet.'], technical: 'not called', stage };
}

function arrives(who: Who): Step {
  const badge = badgeOf(who);
  const caption = {
    good: `${who.name} comes to the door and shows a badge.`,
    odd: `${who.name} comes to the door and shows something that is not a badge.`,
    none: `${who.nobody ? 'Somebody' : who.name} comes to the door without a badge.`,
  }[badge ?? 'none'];
  return {
    scene: 'arrives',
    caption: [caption],
    technical: shownLine(who.visit),
    stage: { ...QUIET, actor: 'visitor', badge },
  };
}

function returns(who: Who): Step {
  const same = sameBadge(who);
  const badge = same === null ? '.' : ` and shows ${same ? 'the same' : 'a new'} badge.`;
  return {
    scene: 'returns',
    caption: [`${who.nobody ? 'Somebody' : who.name} comes to the door again${badge}`],
    technical: shownLine(who.visit),
    stage: { ...QUIET, actor: 'visitor', badge: badgeOf(who) },
  };
}

/** Whether the badge is that of the visit before; `null` where there is none to compare. */
function sameBadge({ visit, before }: Who): boolean | null {
  const slot = (one: Visit | null) => one?.call?.secrets.find(({ kind }) => kind === 'access_token')?.slot;
  const [now, then] = [slot(visit), slot(before)];
  return now === undefined || then === undefined ? null : now === then;
}

function looks(who: Who, decision: Decision): Step {
  const caption =
    decision.rule === 'public'
      ? 'This door is open to everyone. The doorman has nothing to ask.'
      : decision.outcome === 'no_token'
        ? 'The doorman looks for a badge. There is none, so there is nothing to ask about.'
        : 'The doorman cannot read it, so there is nothing to ask about.';
  return {
    scene: 'looks',
    caption: [caption],
    technical: unaskedLine(decision),
    stage: { ...QUIET, actor: 'doorman', badge: badgeOf(who) },
  };
}

function phones(who: Who): Step {
  const caption = who.before
    ? 'The doorman phones the issuer again, as he does every time.'
    : 'The doorman phones the issuer, who gave out the badge, and asks about it.';
  return {
    scene: 'phones',
    caption: [caption],
    technical: askedLine(who.visit),
    stage: { ...QUIET, actor: 'doorman', badge: 'good', line: 'asking', says: 'Is this badge good?' },
  };
}

function answers(who: Who, decision: Decision): Step {
  const dead = decision.outcome === 'issuer_unavailable';
  return {
    scene: 'answers',
    caption: answer(who, decision),
    technical: answeredLine(who.visit),
    stage: {
      ...QUIET,
      actor: dead ? null : 'issuer',
      badge: 'good',
      line: dead ? 'dead' : 'answering',
      says: saying(decision),
      entry: entryOf(decision),
    },
  };
}

function saying({ outcome, rule, roles_found: found }: Decision): string {
  switch (outcome) {
    case 'inactive':
      return 'No, it is not good';
    case 'api_refused':
      return 'I do not know you';
    case 'issuer_unavailable':
      return 'No answer';
    default:
      if (rule === 'valid_token') return 'Yes, it is good';
      if (found.length > 1) return `Yes, with ${found.length} roles`;
      return found.length === 0 ? 'Yes, but no role' : 'Yes, with a role';
  }
}

function answer(
  { name, before }: Who,
  { outcome, rule, needed_roles: needed, roles_found: found }: Decision,
): Phrase {
  switch (outcome) {
    case 'inactive':
      return ['The issuer looks into the register: this badge is not good, or no longer.'];
    case 'api_refused':
      return ['The issuer does not know this doorman, and tells him nothing.'];
    case 'issuer_unavailable':
      return ['Nobody answers at the issuer.'];
  }
  const looked = 'The issuer looks into the register: the badge is good';
  if (rule === 'valid_token') return [`${looked}.`];
  if (found.length > 2) {
    const asked = needed.filter((role) => found.includes(role));
    const among: Phrase = asked.length > 0 ? [', among them ', ...list(asked, 'and')] : [];
    return [`${looked}, and ${name} holds ${found.length} roles`, ...among, '.'];
  }
  if (found.length > 0) {
    return [`${looked}, and ${name} holds the ${roleWord(found)} `, ...list(found, 'and'), '.'];
  }
  const lost = before?.cell.decision?.roles_found.length ? ' any more' : '';
  return [`${looked}, but ${name} holds no role here${lost}.`];
}

const roleWord = (roles: readonly string[]) => (roles.length === 1 ? 'role' : 'roles');

function entryOf(decision: Decision, given: string[] = [], taken: string[] = []): Entry | null {
  const { outcome, needed_roles: needed, roles_found: found } = decision;
  if (outcome === 'api_refused' || outcome === 'issuer_unavailable') return null;
  // What the door asks for stands first.
  const roles = [
    ...found.filter((role) => needed.includes(role)),
    ...found.filter((role) => !needed.includes(role)),
  ];
  return { good: outcome !== 'inactive', roles, given, taken };
}

/** What was given and taken in the register between two visits. */
function changes(before: Cell, now: Cell): { given: string[]; taken: string[] } {
  // Who could not be looked up lost nothing.
  const known = [before, now].every(({ decision }) => decision && entryOf(decision)?.good);
  if (!known) return { given: [], taken: [] };
  const [then, since] = [before.decision!.roles_found, now.decision!.roles_found];
  return {
    given: since.filter((role) => !then.includes(role)),
    taken: then.filter((role) => !since.includes(role)),
  };
}

function registerSteps({ name, visit }: Who, before: Visit): Step[] {
  const { given, taken } = changes(before.cell, visit.cell);
  if (given.length + taken.length === 0) return [];
  const caption: Phrase =
    given.length > 0
      ? [`Then somebody gives ${name} the ${roleWord(given)} `, ...list(given, 'and'), ' in the register.']
      : [
          `Then somebody takes the ${roleWord(taken)} `,
          ...list(taken, 'and'),
          ` from ${name} in the register.`,
        ];
  return [
    {
      scene: 'register',
      caption,
      technical: changedLine(before.cell, visit.cell),
      stage: {
        ...QUIET,
        actor: 'issuer',
        visitor: 'away',
        badge: 'good',
        entry: entryOf(visit.cell.decision!, given, taken),
      },
    },
  ];
}

function door(who: Who, decision: Decision | null): Step {
  const { cell } = who.visit;
  const opens = cell.verdict === 'allowed';
  return {
    scene: opens ? 'opens' : 'stays_shut',
    caption: [
      ...why(who, decision),
      opens ? 'The doorman opens the door.' : 'The doorman keeps the door shut.',
    ],
    technical: doorLine(who.visit),
    stage: {
      ...QUIET,
      actor: 'doorman',
      visitor: opens ? 'inside' : 'near',
      badge: badgeOf(who),
      entry: decision && wasAsked(decision) ? entryOf(decision) : null,
      door: opens ? 'open' : 'shut',
      verdict: opens ? 'in' : 'out',
    },
  };
}

function why(who: Who, decision: Decision | null): Phrase {
  const changed = who.before ? whatChanged(who, who.before) : null;
  if (changed) return changed;
  if (!decision) return ['No clear answer came. '];
  const { outcome, rule, needed_roles: needed } = decision;
  switch (outcome) {
    case 'allowed':
      if (rule === 'public') return ['Nobody is kept out here. '];
      if (rule === 'valid_token') return ['A good badge is all that this door asks for. '];
      return [
        needed.length === 1 ? 'That is the role this door asks for. ' : 'That is what this door asks for. ',
      ];
    case 'role_missing':
      return [
        `${who.name} does not hold the ${roleWord(needed)} `,
        ...list(needed, rule === 'all_roles' ? 'and' : 'or'),
        ', which this door asks for. ',
      ];
    case 'no_token':
    case 'malformed_token':
      return ['Without a badge nobody gets in here. '];
    case 'inactive':
      return ['Only a good badge counts here. '];
    case 'api_refused':
    case 'issuer_unavailable':
      return ['Without an answer nobody gets in. '];
  }
}

/** The end of a story in which a role moved says what moved, and that the badge did not. */
function whatChanged(who: Who, before: Visit): Phrase | null {
  const { given, taken } = changes(before.cell, who.visit.cell);
  if (given.length + taken.length === 0) return null;
  const same = sameBadge(who)
    ? 'The badge is the same, but the register changed: '
    : 'The register changed: ';
  return given.length > 0
    ? [`${same}${who.name} now holds the ${roleWord(given)} `, ...list(given, 'and'), '. ']
    : [`${same}${who.name} no longer holds the ${roleWord(taken)} `, ...list(taken, 'and'), '. '];
}
