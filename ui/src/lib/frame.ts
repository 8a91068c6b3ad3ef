// When there is time for more.

/** Where no frame comes, as in a window that is out of sight, this many milliseconds are enough. */
const AT_LATEST = 100;

/** Resolves when what has changed until now has been drawn. */
export const drawn = (): Promise<void> =>
  new Promise((resolve) => {
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer);
      // Its turn comes when the frame has been painted.
      setTimeout(resolve);
    });
    const timer = setTimeout(() => {
      cancelAnimationFrame(frame);
      resolve();
    }, AT_LATEST);
  });
