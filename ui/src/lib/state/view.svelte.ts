// What is on screen: the view, the chosen cell, the opened exchange.

export const VIEWS = ['start', 'setup', 'rollcall', 'sandbox', 'token', 'timeline'] as const;
export type ViewName = (typeof VIEWS)[number];

/** One caller at one door. */
export interface Place {
  label: string;
  path: string;
  method: string;
}

export class View {
  name = $state<ViewName>('start');
  /** The cell that Compare explains. */
  chosen = $state.raw<Place | null>(null);
  /** Somebody put the explanation away: it comes again when somebody chooses a cell. */
  putAway = $state(false);
  /** A second cell, held beside it. */
  pinned = $state.raw<Place | null>(null);
  /** The exchange that the timeline shows opened. */
  exchange = $state<number | null>(null);
  /** The call that the timeline is narrowed to. */
  onlyCall = $state<number | null>(null);
  /** The row whose token is shown; `null` for the first that has one. */
  tokenOf = $state<string | null>(null);
  /** A pasted token is looked at instead. */
  pasting = $state(false);
  /** In Roll call, what somebody's own API answered takes the place of a cell's explanation. */
  target = $state(false);
  dropping = $state(false);
  keysShown = $state(false);
  paletteShown = $state(false);
  settingsShown = $state(false);
  /** The window tells a story to a room; nothing else is on it. */
  presenting = $state(false);

  go(name: ViewName): void {
    this.name = name;
  }

  choose(place: Place): void {
    const { label, path, method } = place;
    this.chosen = { label, path, method };
    this.putAway = false;
    this.target = false;
  }

  /** Nothing is explained any more, since somebody wanted it so. */
  close(): void {
    this.chosen = null;
    this.target = false;
    this.putAway = true;
  }

  isChosen(place: Place): boolean {
    const { chosen } = this;
    return chosen?.label === place.label && chosen.path === place.path && chosen.method === place.method;
  }

  /** Holds a cell beside the one that is explained; the same cell again lets it go. */
  pin(place: Place): void {
    const { label, path, method } = place;
    this.pinned = this.isPinned(place) ? null : { label, path, method };
  }

  isPinned(place: Place): boolean {
    const { pinned } = this;
    return pinned?.label === place.label && pinned.path === place.path && pinned.method === place.method;
  }

  /** The explained cell and the one beside it change their places. */
  swap(): void {
    [this.chosen, this.pinned] = [this.pinned, this.chosen];
  }

  /** The timeline, at this call and what belongs to it. */
  showCall(exchange: number): void {
    this.onlyCall = exchange;
    this.exchange = exchange;
    this.go('timeline');
  }

  /** What is known of a row's token. */
  showToken(label: string): void {
    this.tokenOf = label;
    this.pasting = false;
    this.go('token');
  }

  showTarget(): void {
    this.chosen = null;
    this.target = true;
  }

  /** A new workspace: nothing of the old one is chosen any more. */
  forget(): void {
    this.chosen = null;
    this.putAway = false;
    this.pinned = null;
    this.exchange = null;
    this.onlyCall = null;
    this.tokenOf = null;
    this.target = false;
  }
}
