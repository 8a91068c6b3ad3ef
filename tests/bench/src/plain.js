// A pane over the whole window with a thousand lines of text, and nothing else that costs.

const plain = document.createElement('div');
plain.id = 'plain';
plain.style.cssText = 'position:fixed;inset:0;z-index:99;overflow:auto;background:Canvas;color:CanvasText';
const lines = Array.from({ length: 1000 }, (_, line) => `line ${line}: who gets in, and why`);
const inside = document.createElement('pre');
inside.textContent = lines.join('\n');
plain.append(inside);
document.body.append(plain);
