// Scrolls what holds `arguments[0]` from its top in `arguments[1]` frames, by `arguments[2]` pixels each
// or, where that is null, to its bottom. Answers how long each frame took in milliseconds, with those in
// which it comes to rest.

const [inside, frames, pace, done] = arguments;
const RESTING = 12;
let pane = document.querySelector(inside);
while (pane && !(pane.scrollHeight > pane.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(pane).overflowY))) {
  pane = pane.parentElement;
}
if (!pane) {
  done({ error: `nothing scrolls around ${inside}` });
} else {
  const took = [];
  const bottom = pane.scrollHeight - pane.clientHeight;
  const end = Math.min(bottom, pace === null ? bottom : pace * frames);
  let step = 0;
  let last = null;
  pane.scrollTop = 0;
  const turn = (now) => {
    if (last !== null) took.push(now - last);
    last = now;
    if (step > frames + RESTING) return done({ took, pixels: end });
    if (step <= frames) pane.scrollTop = (end * step) / frames;
    step += 1;
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(() => requestAnimationFrame(turn));
}
