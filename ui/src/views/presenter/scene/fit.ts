// Texts in the drawing have a place of their own and must stay in it: they become smaller, and where
// that is not enough, shorter.

/** A letter's width as a part of its size: people's typeface, and the machines'. */
const WIDTH = { sans: 0.56, mono: 0.61 };

export interface Fitted {
  text: string;
  size: number;
}

export function fit(text: string, width: number, size: number, face: keyof typeof WIDTH = 'sans'): Fitted {
  const least = size * 0.72;
  const wanted = width / (Math.max(1, text.length) * WIDTH[face]);
  if (wanted >= least) return { text, size: Math.min(size, wanted) };
  const letters = Math.floor(width / (least * WIDTH[face])) - 1;
  return { text: `${text.slice(0, letters)}…`, size: least };
}
