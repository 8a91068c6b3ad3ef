// The brief motion of a cell whose answer has come.

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Settles quietly; turns like a card where the answer is another than before. */
export function settle(element: HTMLElement, changed: boolean): void {
  if (typeof element.animate !== 'function' || still()) return;
  const frames: Keyframe[] = changed
    ? [
        { transform: 'perspective(40rem) rotateX(-80deg)', opacity: 0.3 },
        { transform: 'none', opacity: 1 },
      ]
    : [{ opacity: 0.45 }, { opacity: 1 }];
  element.animate(frames, { duration: changed ? 190 : 120, easing: 'cubic-bezier(0.2, 0, 0, 1)' });
}
