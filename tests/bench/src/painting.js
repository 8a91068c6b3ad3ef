// Runs in the window that is measured; nothing of it is built into the product.
// What happens reaches the page as answers to its questions. Each callback is wrapped, so that the moment is
// known in which a cell's answer arrived, and the first frame after its place has changed.

window.measured = (() => {
  const arrived = new Map(); // a cell's test id -> the moment its event came, and the call's exchange
  const ended = new Map(); // an exchange of a call -> the moment its answer was there
  let painted = []; // milliseconds from event to frame, in the last run
  let answered = []; // from the API's answer to the same frame
  let labels = [];
  let events = 0;
  let finished = 0;

  function heard(message) {
    if (message?.type === 'run_started') {
      labels = message.report.users;
      painted = [];
      answered = [];
      events = 0;
    }
    if (message?.type === 'run_finished') finished += 1;
    if (message?.type === 'outlined' && message.exchange.purpose === 'call') {
      const { id, started_at, duration_us } = message.exchange;
      ended.set(id, Date.parse(started_at) + duration_us / 1000 - performance.timeOrigin);
    }
    if (message?.type !== 'cell_changed') return;
    events += 1;
    const row = labels[message.user];
    const at = { event: performance.now(), answer: ended.get(message.cell.exchange) };
    if (row) arrived.set(`cell-${row.label}-${message.cell.path}`, at);
  }

  const { callbacks } = window.__TAURI_INTERNALS__;
  const listening = (callback) => (data) => {
    for (const message of [data].flat()) heard(message);
    return callback(data);
  };
  const set = callbacks.set.bind(callbacks);
  callbacks.set = (id, callback) => set(id, listening(callback));
  for (const [id, callback] of [...callbacks]) callbacks.set(id, callback);

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
      shown(() => {
        painted.push(performance.now() - at.event);
        if (at.answer !== undefined) answered.push(performance.now() - at.answer);
      });
    }
  }).observe(document.querySelector('[data-testid="matrix"]').parentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['data-tone'],
  });

  return { told: () => ({ painted: [...painted], answered: [...answered], events, finished }) };
})();
