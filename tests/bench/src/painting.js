// Runs in the window that is measured; nothing of it is built into the product.
// What happens reaches the page as calls of Tauri's callbacks. Each is wrapped, so that the moment is
// known in which a cell's answer arrived, and the first frame after its place has changed.

window.measured = (() => {
  const arrived = new Map(); // a cell's test id -> the moment its event came
  let painted = []; // milliseconds from event to frame, in the last run
  let labels = [];
  let events = 0;
  let finished = 0;

  function heard(message) {
    if (message?.type === 'run_started') {
      labels = message.report.users;
      painted = [];
      events = 0;
    }
    if (message?.type === 'run_finished') finished += 1;
    if (message?.type !== 'cell_changed') return;
    events += 1;
    const row = labels[message.user];
    if (row) arrived.set(`cell-${row.label}-${message.cell.path}`, performance.now());
  }

  const { callbacks } = window.__TAURI_INTERNALS__;
  for (const [id, callback] of [...callbacks]) {
    callbacks.set(id, (data) => {
      for (const message of [data?.message].flat()) heard(message);
      return callback(data);
    });
  }

  // A frame begins, what is due in it is done, then it is painted. It is on screen at the latest when
  // the next one begins or a timer comes to its turn, whichever is first: timers wait while much arrives.
  // What changes within a frame is painted by it, anything else by the next one.
  let frame = 0;
  let inFrame = false;
  const waiting = []; // [the frame that paints it, what then is done]
  const begun = (last) => {
    while (waiting.length > 0 && waiting[0][0] <= last) waiting.shift()[1]();
  };
  const next = window.requestAnimationFrame.bind(window);
  const each = () => {
    begun(frame);
    frame += 1;
    const own = frame;
    inFrame = true;
    setTimeout(() => {
      if (own === frame) inFrame = false;
      begun(own);
    });
    next(each);
  };
  next(each);
  const shown = (then) => waiting.push([inFrame ? frame : frame + 1, then]);

  new MutationObserver((changes) => {
    const cells = new Set();
    for (const { target } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      const cell = element?.closest('[data-testid^="cell-"]');
      if (cell && /^(in|out|odd|open)$/.test(cell.dataset.tone)) cells.add(cell.dataset.testid);
    }
    for (const id of cells) {
      const at = arrived.get(id);
      if (at === undefined) continue;
      arrived.delete(id);
      shown(() => painted.push(performance.now() - at));
    }
  }).observe(document.querySelector('[data-testid="matrix"]').parentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['data-tone'],
  });

  return { told: () => ({ painted: [...painted], events, finished }) };
})();
