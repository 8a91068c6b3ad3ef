// Makes src/styles/signs.woff2, by `npm run signs`: of Lucide's icon font (ISC licence) the signs that a
// cell shows. The file is committed, since these outlines hardly ever change and the packages it is made
// with weigh 30 MB. The code points are Lucide's own and stand in src/lib/tell/glyph.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter } from 'node:path';

const SIGNS = ['circle-check', 'circle-minus', 'triangle-alert', 'unplug', 'circle-dashed', 'loader-circle'];

// The packages lie where npm exec put them, and are found from there alone.
const place = process.env.PATH.split(delimiter).find((path) => path.includes('_npx'));
const require = createRequire(`${place}/`);
const subset = require('subset-font');
const points = require('lucide-static/font/codepoints.json');
const whole = readFileSync(require.resolve('lucide-static/font/lucide.woff2'));

const text = String.fromCodePoint(...SIGNS.map((name) => points[name]));
const font = await subset(whole, text, { targetFormat: 'woff2' });
writeFileSync('src/styles/signs.woff2', font);
for (const name of SIGNS) process.stdout.write(`${name} ${points[name].toString(16)}\n`);
