// The story that the presenter begins with, by its name alone: the stories themselves are loaded with
// the presenter.

export const FIRST = 'stranger';
