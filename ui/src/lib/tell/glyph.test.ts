import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { GLYPHS } from './glyph';

const [CMAP, GLYF, LOCA] = [0, 10, 11];

/** A WOFF2 font's table of letters. The tables are packed together; a directory tells their lengths. */
function cmapOf(font: Buffer): Buffer {
  let at = 48;
  const number = () => {
    let value = 0;
    let byte: number;
    do {
      byte = font.readUInt8(at++);
      value = value * 128 + (byte & 127);
    } while (byte > 127);
    return value;
  };
  let [start, before] = [-1, 0];
  for (let tables = font.readUInt16BE(12); tables > 0; tables--) {
    const flags = font.readUInt8(at++);
    const [tag, version] = [flags & 63, flags >> 6];
    if (tag === 63) at += 4;
    const outlines = tag === GLYF || tag === LOCA;
    const length = number();
    const packed = version === (outlines ? 3 : 0) ? length : number();
    if (tag === CMAP) start = before;
    before += packed;
  }
  return brotliDecompressSync(font.subarray(at, at + font.readUInt32BE(20))).subarray(start);
}

/** The letters of its first part, which is of format 4: ranges by their ends and their starts. */
function lettersOf(cmap: Buffer): string[] {
  const part = cmap.subarray(cmap.readUInt32BE(8));
  expect(part.readUInt16BE(0), 'format').toBe(4);
  const bytes = part.readUInt16BE(6);
  const letters: string[] = [];
  for (let range = 0; range < bytes; range += 2) {
    const end = part.readUInt16BE(14 + range);
    for (let code = part.readUInt16BE(16 + bytes + range); code <= end && code < 0xffff; code++) {
      letters.push(String.fromCharCode(code));
    }
  }
  return letters;
}

it('is in the font, and nothing else is', () => {
  const letters = lettersOf(cmapOf(readFileSync('src/styles/signs.woff2')));
  expect(letters.sort()).toEqual(Object.values(GLYPHS).filter(Boolean).sort());
});
