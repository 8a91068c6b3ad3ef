// The whole run at once, on a canvas: one line an exchange, as long as its arrow, in the order of the
// rows. Trouble is longer, thicker and has a mark beside it, so that it is found without its colour.

import type { Group } from '$lib/state/sequence';
import type { Line } from '$lib/tell/line';
import { clock } from '$lib/tell/time';
import { LANES, PARTIES } from './places';

export interface Stroke {
  y: number;
  left: number;
  right: number;
  tone: 'good' | 'plain' | 'bad';
}

export interface Band {
  top: number;
  bottom: number;
  user: string | null;
  /** When it began. */
  at: string;
}

export interface Picture {
  strokes: Stroke[];
  bands: Band[];
  /** A line's share of the height, in pixels; below 1 where several fall on one. */
  step: number;
}

/** No line is drawn thicker, however few there are. */
const WIDEST = 14;
/** The height of a name, in pixels. */
const NAME = 16;

export function pictureOf(groups: readonly Group[], height: number, widest = WIDEST): Picture {
  const total = groups.reduce((sum, group) => sum + sizeOf(group), 0);
  const step = total === 0 ? 0 : Math.min(widest, height / total);
  const strokes: Stroke[] = [];
  const bands: Band[] = [];
  let at = 0;
  for (const group of groups) {
    const top = at * step;
    for (const { outer, nested } of group.blocks) {
      for (const line of [outer, ...nested]) strokes.push(strokeOf(line, (at++ + 0.5) * step));
    }
    bands.push({ top, bottom: at * step, user: group.user, at: group.blocks[0]!.outer.started_at });
  }
  return { strokes, bands, step };
}

const sizeOf = (group: Group) => group.blocks.reduce((sum, { nested }) => sum + 1 + nested.length, 0);

function strokeOf(line: Line, y: number): Stroke {
  const [a, b] = [LANES[line.from], LANES[line.to]];
  const tone = line.trouble ? 'bad' : line.tone;
  return { y, left: Math.min(a, b), right: Math.max(a, b), tone };
}

export interface Label {
  top: number;
  text: string;
}

/** Beside the bands: the callers' names; where those would not fit, the time now and then. */
export function labelsOf({ bands }: Picture): Label[] {
  const last = bands.at(-1);
  const dense = last ? last.bottom / bands.length < NAME / 2 : false;
  let free = 0;
  return bands.flatMap(({ top, user, at }) => {
    if (top < free) return [];
    free = top + (dense ? 4 * NAME : NAME);
    return { top, text: dense ? clock(at).slice(0, 8) : (user ?? 'Rolecall') };
  });
}

export interface Colours {
  good: string;
  plain: string;
  bad: string;
  lane: string;
  band: string;
}

export interface Frame {
  width: number;
  height: number;
  /** Where the lanes begin, and the space behind them, in pixels. */
  left: number;
  right: number;
}

export function paint(ink: CanvasRenderingContext2D, picture: Picture, frame: Frame, colours: Colours): void {
  const { left, width, right } = frame;
  const x = (part: number) => left + (part / 100) * (width - left - right);
  ink.clearRect(0, 0, width, frame.height);
  ink.fillStyle = colours.band;
  picture.bands.forEach(({ top, bottom }, at) => {
    if (at % 2 && bottom - top >= 2) ink.fillRect(0, top, width, bottom - top);
  });
  ink.fillStyle = colours.lane;
  for (const party of PARTIES) ink.fillRect(x(LANES[party]) - 0.5, 0, 1, frame.height);

  // Below a pixel the lines' own height makes the tint: as many as fall there, as dark it is.
  const thick = picture.step < 2 ? picture.step : Math.min(2, picture.step * 0.5);
  for (const tone of ['good', 'plain', 'bad'] as const) {
    ink.fillStyle = colours[tone];
    ink.globalAlpha = tone === 'bad' ? 1 : 0.7;
    const high = tone === 'bad' ? Math.max(2, thick) : thick;
    for (const stroke of picture.strokes) {
      if (stroke.tone !== tone) continue;
      ink.fillRect(x(stroke.left), stroke.y - high / 2, x(stroke.right) - x(stroke.left), high);
      if (tone === 'bad') ink.fillRect(0, stroke.y - 1.5, Math.min(10, left + 4), 3);
    }
  }
  ink.globalAlpha = 1;
}
