// The sequence diagram as a picture of its own: one SVG text that needs nothing beside it, light on
// any ground, for documents and slides.

import type { Leg, Row } from '$lib/state/sequence';
import type { Told } from './exchange';
import { plain } from './phrase';
import { clock, duration } from './time';

const WIDTH = 1120;
const ROW = 36;
const TOP = 96;
const X = { caller: 120, api: 560, zitadel: 1040 } as const;
const TITLES = { caller: 'Caller', api: 'API', zitadel: 'ZITADEL' } as const;
const INK = {
  ground: '#fffefb',
  ink: '#1d1c1a',
  quiet: '#6a655b',
  lane: '#b8b2a7',
  soft: '#efede8',
} as const;
const TONE: Record<Told['tone'] | 'ask', string> = {
  ask: '#3b4bc8',
  good: '#17693f',
  plain: '#57534b',
  bad: '#b3261e',
};

/** `rows` with an arrow there and an arrow back; `title` stands above them. */
export function sequenceSvg(rows: readonly Row[], title: string): string {
  const height = TOP + rows.length * ROW + 24;
  const lanes = (['caller', 'api', 'zitadel'] as const).map(
    (party) =>
      `<path d="M${X[party]} ${TOP - 12}V${height - 16}" stroke="${INK.lane}"/>` +
      text(X[party], TOP - 22, TITLES[party], 'text-anchor="middle" font-weight="600"'),
  );
  const body = rows.map((row, at) => {
    const y = TOP + at * ROW;
    return row.kind === 'head' ? headAt(row, y) : legAt(row, y);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter, system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="${INK.ground}"/>`,
    text(24, 36, title, 'font-size="18" font-weight="600"'),
    ...lanes,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

function headAt(row: Row & { kind: 'head' }, y: number): string {
  const began = clock(row.group.blocks[0]!.outer.started_at);
  return (
    `<rect x="16" y="${y + 4}" width="${WIDTH - 32}" height="${ROW - 8}" rx="5" fill="${INK.soft}"/>` +
    text(28, y + 23, row.group.user ?? 'Rolecall', 'font-weight="600"') +
    text(WIDTH - 28, y + 23, began, `text-anchor="end" fill="${INK.quiet}"`)
  );
}

function legAt({ line, kind, depth, since }: Leg, y: number): string {
  const back = kind === 'answer';
  const [from, to] = back ? [X[line.to], X[line.from]] : [X[line.from], X[line.to]];
  const way = to > from ? 1 : -1;
  const at = y + ROW - 7;
  const colour = TONE[back ? line.tone : 'ask'];
  const dashed = line.purpose === 'probe' ? ' stroke-dasharray="5 4"' : '';
  const words = back ? line.answer : plain(line.what);
  const quiet = back ? duration(line.duration_us) : line.beside;
  const after = ((Date.parse(line.started_at) - since) / 1000).toFixed(3);
  return (
    (back || depth > 0 ? '' : text(24, at, `+${after}`, `fill="${INK.quiet}" font-size="11"`)) +
    `<path d="M${from} ${at}H${to - way}" stroke="${colour}" stroke-width="1.5"${dashed}/>` +
    `<path d="M${to} ${at}l${-8 * way} -4v8z" fill="${colour}"/>` +
    `<text x="${Math.min(from, to) + 14}" y="${at - 6}" fill="${back ? colour : INK.ink}">${escaped(words)}` +
    (quiet ? `<tspan dx="8" fill="${INK.quiet}">${escaped(quiet)}</tspan>` : '') +
    '</text>'
  );
}

const text = (x: number, y: number, words: string, more: string) =>
  `<text x="${x}" y="${y}" ${more.includes('fill=') ? '' : `fill="${INK.ink}" `}${more}>${escaped(words)}</text>`;

/** Text from the wire must never become markup; what XML cannot say at all is left out. */
function escaped(words: string): string {
  return (
    words
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  );
}
