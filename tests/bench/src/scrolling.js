// Scrolls what holds `arguments[0]` from its top to its bottom in `arguments[1]` frames, and answers
// how long each frame took in milliseconds.

const [inside, frames, done] = arguments;
let pane = document.querySelector(inside);
while (pane && !(pane.scrollHeight > pane.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(pane).overflowY))) {
  pane = pane.parentElement;
}
if (!pane) {
  done({ error: `nothing scrolls around ${inside}` });
} else {
  const took = [];
  const end = pane.scrollHeight - pane.clientHeight;
  let step = 0;
  let last = null;
  pane.scrollTop = 0;
  const turn = (now) => {
    if (last !== null) took.push(now - last);
    last = now;
    if (step > frames) return done({ took, pixels: end });
    pane.scrollTop = (end * step) / frames;
    step += 1;
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(() => requestAnimationFrame(turn));
}
