// Makes src/styles/signs.woff2, by `npm run signs`: of Lucide's icon font (ISC licence) the signs that a
// cell shows. The file is committed, since these outlines hardly ever change and the packages it is made
// with weigh 30 MB. The code points are Lucide's own and stand in src/lib/tell/glyph.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter } from 'node:path';

const SIGNS = ['circle-check', 'circle-minus', 'triangle-alert', 'unplug', 'circle-dashed', 'loader-circle'];
/** Lucide's signs stand on the line. Among words, a fifth of their height has to be below it. */
const BELOW = 0.2;

// The packages lie where npm exec put them, and are found from there alone.
const place = process.env.PATH.split(delimiter).find((path) => path.includes('_npx'));
const require = createRequire(`${place}/`);
const { createFont, woff2 } = require('fonteditor-core');
const points = require('lucide-static/font/codepoints.json');
await woff2.init();

const subset = SIGNS.map((name) => points[name]);
const whole = readFileSync(require.resolve('lucide-static/font/lucide.ttf'));
const font = createFont(whole, { type: 'ttf', subset });
const outlines = font.get();
const down = Math.round(BELOW * outlines.head.unitsPerEm);
// A letter fills its line. The font tells its height in three tables, and each system reads another one.
const [above, below] = [outlines.head.unitsPerEm - down, down];
Object.assign(outlines.hhea, { ascent: above, descent: -below, lineGap: 0 });
Object.assign(outlines['OS/2'], {
  sTypoAscender: above,
  sTypoDescender: -below,
  sTypoLineGap: 0,
  usWinAscent: above,
  usWinDescent: below,
});
for (const glyph of outlines.glyf.filter(({ contours }) => contours)) {
  for (const point of glyph.contours.flat()) point.y -= down;
  glyph.yMin -= down;
  glyph.yMax -= down;
}
font.set(outlines);
writeFileSync('src/styles/signs.woff2', font.write({ type: 'woff2', toBuffer: true }));
for (const name of SIGNS) process.stdout.write(`${name} ${points[name].toString(16)}\n`);
