// Cards fold and open while somebody types or presses: here is what keeps that from being felt.

let down = false;
let waiting: (() => void)[] = [];

if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', () => (down = true), true);
  for (const over of ['pointerup', 'pointercancel'] as const) {
    // The press itself is told of after the pointer has gone up.
    window.addEventListener(over, () => setTimeout(released, 50), true);
  }
}

function released() {
  down = false;
  const due = waiting;
  waiting = [];
  due.forEach((act) => act());
}

/** Does it when no button is held: whatever moves between press and release is not pressed. */
export function settled(act: () => void): void {
  if (down) waiting.push(act);
  else setTimeout(act);
}

/** Keeps what has the focus where it is while the page around it changes. */
export async function still(inside: HTMLElement, changed: () => Promise<void>): Promise<void> {
  const focus = document.activeElement;
  const page = scroller(inside);
  if (!page || !focus || !page.contains(focus) || focus === page) return;
  const before = focus.getBoundingClientRect().top;
  await changed();
  if (focus.isConnected) page.scrollTop += focus.getBoundingClientRect().top - before;
}

function scroller(element: HTMLElement | null): HTMLElement | null {
  for (let at = element; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return null;
}
