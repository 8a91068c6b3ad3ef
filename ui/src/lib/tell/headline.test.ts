import { describe, expect, it } from 'vitest';
import { NOBODY, type Finding, type WorkspaceView } from '$lib/contract';
import { matrixOf } from '$lib/state/matrix';
import { noRun, type RunState } from '$lib/state/run';
import {
  PUBLIC,
  SCOPED,
  allowed,
  cause,
  cell,
  ended,
  refused,
  report,
  row,
  workspace,
} from '../../testing/samples';
import { countsOf, headlineOf } from './headline';

const allow = { expected: 'allow', expected_from: 'rule' } as const;
const deny = { expected: 'deny', expected_from: 'rule' } as const;
const finding = (title: string) => cause({ title });

const good = () => [
  row('reader-bot', [allowed(PUBLIC, allow), allowed(SCOPED, allow)]),
  row('visitor-bot', [allowed(PUBLIC, allow), refused(SCOPED, deny)]),
  row(NOBODY, [allowed(PUBLIC, allow), refused(SCOPED, deny)]),
];
const said = (run: RunState, setup: WorkspaceView = workspace()) =>
  headlineOf(setup, matrixOf(setup, run), run);
const replaced = (label: string, with_: ReturnType<typeof row>) =>
  ended(report(good().map((one) => (one.label === label ? with_ : one))));

describe('the headline', () => {
  const withoutToken = (title: string) =>
    replaced(
      'visitor-bot',
      row('visitor-bot', [allowed(PUBLIC, allow), cell(SCOPED)], { token: null, finding: finding(title) }),
    );

  const cases: [string, RunState, string, string][] = [
    ['before anything', noRun, 'ready', 'Ready to call the roll'],
    ['all good', ended(report(good())), 'good', 'Everyone gets in where they should, and nowhere else'],
    [
      'one in that should not be',
      replaced('visitor-bot', row('visitor-bot', [allowed(PUBLIC, allow), allowed(SCOPED, deny)])),
      'odd',
      'visitor-bot gets in where it should not',
    ],
    [
      'one out that should not be',
      replaced('reader-bot', row('reader-bot', [allowed(PUBLIC, allow), refused(SCOPED, allow)])),
      'odd',
      'reader-bot stays out where it should get in',
    ],
    [
      'no token',
      withoutToken('ZITADEL does not accept the key of visitor-bot'),
      'odd',
      'visitor-bot got no token: ZITADEL does not accept its key',
    ],
    [
      'an account that is switched off',
      withoutToken('visitor-bot is switched off in ZITADEL'),
      'odd',
      'visitor-bot got no token: it is switched off in ZITADEL',
    ],
    [
      'no clear answer',
      replaced(
        'reader-bot',
        row('reader-bot', [
          allowed(PUBLIC, allow),
          cell(SCOPED, { ...allow, verdict: 'failed', status: 503 }),
        ]),
      ),
      'odd',
      'The API gave no clear answer to 1 call',
    ],
    [
      'no expectation set',
      replaced('reader-bot', row('reader-bot', [allowed(PUBLIC, allow), allowed(SCOPED)])),
      'open',
      'No surprises, and 1 answer for you to judge',
    ],
    [
      'a cause for everything',
      ended(report(good(), { finding: finding('ZITADEL does not accept the API itself.') })),
      'odd',
      'ZITADEL does not accept the API itself',
    ],
    [
      'stopped half way',
      ended(report([good()[0]!, row('visitor-bot', [cell(PUBLIC, allow), cell(SCOPED, deny)])]), {
        cancelled: true,
        answered: [new Set([0, 1])],
      }),
      'open',
      'Stopped after 2 of 4 answers',
    ],
  ];

  it.each(cases)('says the result: %s', (_, run, tone, text) => {
    expect(said(run)).toEqual({ tone, text });
  });

  it('tells of faults of an API of one’s own where all else is well', () => {
    const note = { ...finding('It adds a header'), kind: 'note' as const };
    const target = (findings: Finding[]) => {
      const own = { url: 'http://localhost:5000', findings, users: [], probes: [], left_out: [] };
      return said(ended(report(good(), { target: own })));
    };
    expect(target([finding('a'), note, finding('b')])).toEqual({
      tone: 'odd',
      text: 'Your own API has 2 faults',
    });
    expect(target([note, finding('Your API does not answer.')]).text, 'what it is').toBe(
      'Your API does not answer',
    );
    expect(target([note]).tone).toBe('good');
  });

  it('tells of them after a run that was stopped, and before answers that nobody judged', () => {
    const own = {
      url: 'http://localhost:5000',
      findings: [finding('a'), finding('b')],
      users: [],
      probes: [],
      left_out: [],
    };
    const open = [row('reader-bot', [allowed(PUBLIC, allow), allowed(SCOPED)]), ...good().slice(1)];
    expect(said(ended(report(open, { target: own }))).text).toBe('Your own API has 2 faults');
    expect(said(ended(report(good(), { target: own }), { cancelled: true })).text).toContain('Stopped after');
  });

  it('names two and counts more', () => {
    const all = good().map((one) => ({ ...one, cells: [allowed(PUBLIC, allow), allowed(SCOPED, deny)] }));
    expect(said(ended(report(all))).text).toBe('3 callers get in where they should not');
    expect(said(ended(report(all.slice(0, 2)))).text).toBe(
      'reader-bot and visitor-bot get in where they should not',
    );
  });

  it('puts somebody who gets in unduly before somebody who got no token', () => {
    const rows = [
      row('reader-bot', [allowed(PUBLIC, allow), allowed(SCOPED, deny)]),
      row('visitor-bot', [cell(PUBLIC), cell(SCOPED)], { token: null, finding: finding('x') }),
    ];
    expect(said(ended(report(rows))).text).toBe('reader-bot gets in where it should not');
  });

  it('counts along while it calls', () => {
    const rows = [
      row('reader-bot', [allowed(PUBLIC, allow), cell(SCOPED)]),
      row(NOBODY, [cell(PUBLIC), cell(SCOPED)]),
    ];
    const run = ended(report(rows), {
      running: true,
      finishedAt: null,
      answered: [new Set([0])],
    });
    expect(said(run)).toEqual({ tone: 'busy', text: 'Calling: 1 of 4 answers' });
  });

  it('says that something is missing before the first call', () => {
    expect(said(noRun, workspace({ api_key: null })).text).toBe('Not quite ready to call the roll');
  });
});

describe('the counts', () => {
  const NOW = Date.parse('2026-11-23T10:00:13.000Z');
  const counts = (run: RunState, now: number | null = NOW) => countsOf(matrixOf(workspace(), run), run, now);

  it('say who was called, when, and how the answers divide', () => {
    expect(counts(ended(report(good())))).toBe(
      '3 callers at 2 doors, called 12 seconds ago. All 6 answers are as expected.',
    );
    const odd = replaced('visitor-bot', row('visitor-bot', [allowed(PUBLIC, allow), allowed(SCOPED, deny)]));
    expect(counts(odd)).toBe(
      '3 callers at 2 doors, called 12 seconds ago. 5 as expected. 1 not as expected.',
    );
  });

  it('leave out when that was while everybody is called again and again', () => {
    expect(counts(ended(report(good())), null)).toBe('3 callers at 2 doors. All 6 answers are as expected.');
  });

  it('never say that all is well while a door was not reached', () => {
    const cut = replaced('visitor-bot', row('visitor-bot', [allowed(PUBLIC, allow), cell(SCOPED, allow)]));
    expect(counts(cut)).toContain('5 as expected. 1 not reached.');
  });
});
