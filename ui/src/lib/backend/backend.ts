// What the window asks of the program behind it. Everything that happens comes back as events, in
// order; commands answer only what nobody else needs to know.

import type {
  Action,
  Endpoint,
  InspectedToken,
  IntrospectedToken,
  ReportFormat,
  RolecallEvent,
  SandboxUserState,
  SetExpectation,
  SettingsView,
  TokenKind,
} from '$lib/contract';

/** A workspace that was open before. */
export interface RecentWorkspace {
  name: string;
  path: string;
  /** When it was last changed; `null` where nobody can tell. */
  changed?: string | null;
  /** It no longer lies there. */
  gone?: boolean;
}

/** Files over the window. */
export type DropState = { state: 'over' } | { state: 'away' } | { state: 'dropped'; paths: string[] };

/** How the window was started. */
export interface StartOptions {
  /** Straight into the sandbox. */
  sandbox: boolean;
  /** Workspaces and key files to open. */
  paths: string[];
}

/** Every command may reject with a `CommandError`. */
export interface Backend {
  /** All events from here on, in order, those that came together at once; the first is the workspace. */
  subscribe(onEvents: (events: RolecallEvent[]) => void): Promise<void>;
  onFiles(onDrop: (drop: DropState) => void): Promise<void>;
  startOptions(): Promise<StartOptions>;

  openSandbox(): Promise<void>;
  newWorkspace(): Promise<void>;
  pickWorkspace(): Promise<void>;
  openWorkspace(path: string): Promise<void>;
  /** `null` saves to where it came from, or asks where. As `exportEnv`. */
  saveWorkspace(path: string | null): Promise<string | null>;
  recentWorkspaces(): Promise<RecentWorkspace[]>;
  forgetRecent(path: string): Promise<void>;

  /** Reads a `.env` file in the guide's form; `null` asks for one. */
  importEnv(path: string | null): Promise<void>;
  /** Writes one and answers with its path; `null` asks where, and is answered where nobody chose. */
  exportEnv(path: string | null): Promise<string | null>;

  pickKeyFiles(): Promise<void>;
  addKeyFiles(paths: string[]): Promise<void>;
  removeUser(label: string): Promise<void>;
  removeApiKey(): Promise<void>;
  /** The key file that lay at `path` lies at `found` now; `null` asks for the place. */
  locateKey(path: string, found: string | null): Promise<void>;
  /** Puts back what was taken out last: see `WorkspaceView.undo`. */
  undo(): Promise<void>;
  setSettings(settings: SettingsView): Promise<void>;
  /** Asks for a certificate authority's file, and trusts it. */
  pickCaFile(): Promise<void>;
  setIssuer(typed: string, allowHttp: boolean): Promise<void>;
  setProjectId(projectId: string | null): Promise<void>;
  setScopes(scopes: string[] | null): Promise<void>;
  setEndpoints(endpoints: Endpoint[]): Promise<void>;
  /** All at once, and told once. */
  setExpectations(said: SetExpectation[]): Promise<void>;

  /** Answers with the run's number as soon as it has begun. `null` means all. */
  callTheRoll(user: string | null, endpoint: string | null): Promise<number>;
  stopTheRoll(): Promise<void>;

  giveRole(userId: string, role: string): Promise<void>;
  takeRole(userId: string, role: string): Promise<void>;
  setUserState(userId: string, state: SandboxUserState): Promise<void>;
  setTokenType(userId: string, tokenType: TokenKind): Promise<void>;
  /** All that is to be broken from now on, as the command line names it: `slow@token=3000`. */
  setFaults(faults: string[]): Promise<void>;
  setDialect(dialect: string): Promise<void>;

  /** Does what a finding offers; nobody is called by it. */
  applyFix(action: Action): Promise<void>;
  /** Kept in memory alone; `null` forgets it. */
  setPersonalAccessToken(token: string | null): Promise<void>;

  /** Makes the last roll call's calls again and again. `null` means all. */
  startWatch(
    user: string | null,
    endpoint: string | null,
    intervalMs: number,
    minutes: number,
  ): Promise<void>;
  stopWatch(): Promise<void>;

  /** Somebody's own API; `allowPublic` agrees to a host that is neither this machine nor private. */
  setTarget(url: string | null, allowPublic: boolean): Promise<void>;

  /** Decodes as far as it goes; nothing is sent anywhere. */
  inspectToken(text: string): Promise<InspectedToken>;
  /** Asks ZITADEL about it, as the API would. */
  introspectToken(text: string): Promise<IntrospectedToken>;

  /** Has an exchange told whole, as an event; rejects where it is no longer kept. */
  openExchange(id: number): Promise<void>;
  /** Those in which words stand, small and capital letters being the same. */
  findExchanges(words: string): Promise<number[]>;

  reveal(slot: number): Promise<string>;
  copyToken(label: string): Promise<void>;
  copyExport(label: string): Promise<void>;
  copyCurl(exchange: number, withSecrets: boolean): Promise<void>;
  copyText(text: string): Promise<void>;
  /** A page of ZITADEL's console, or another of the issuer's own, in the browser. */
  openPage(url: string): Promise<void>;
  openLogFolder(): Promise<void>;
  /** Says that the event `closing` was heard: a page that never does hangs, and its window closes. */
  closingHeard(): Promise<void>;
  closeWindow(): Promise<void>;
  /** 1 is the size as designed. */
  setZoom(factor: number): Promise<void>;
  /** The last roll call with its exchanges, without any secret; `null` asks where. As `exportEnv`. */
  saveReport(format: ReportFormat, path: string | null): Promise<string | null>;
  /** Asks where to save the text, and answers with the path; `null` where nobody chose one. */
  saveText(suggestedName: string, text: string): Promise<string | null>;
}
