/** How far the replacement of the running program has come, or how the last one came out. */
export type UpgradePhase =
  /** None since the daemon was started. */
  | 'none'
  /** The installed version is asked whether it could go on from here. */
  | 'checking'
  /** It is about to take our place. */
  | 'changing'
  /** It has. */
  | 'done'
  /** Nothing was changed: see `reason`. */
  | 'refused'
  /** It could not, and the version before goes on: see `reason`. */
  | 'fell-back'

/** The last replacement. Plain JSON: it is handed on with everything else. */
export interface UpgradeView {
  readonly phase: UpgradePhase
  /** Counts the replacements that were asked for; 0 before the first. */
  readonly serial: number
  /** Versions before and, once it is known, after. */
  readonly from: string
  readonly to: string | null
  /** Wall clock ms of the last change of `phase`; `null` before the first. */
  readonly atWallMs: number | null
  /** For how long nobody read what programs wrote (pipes kept it), ms; `null` until it is done. */
  readonly gapMs: number | null
  /** Live processes that were handed on; `null` until then. */
  readonly processes: number | null
  /** Why it was refused or given up; '' otherwise. */
  readonly reason: string
}

/** How long the installed version may take to say whether it could take over, ms. */
export const UPGRADE_CHECK_MS = 30_000

/** Replaces the running program by the installed version; processes, sockets and their output go on. */
export interface Upgrader {
  /** Begins; what comes of it shows in `view`. @returns false when one is under way or none is possible here */
  start(): boolean
  view(): UpgradeView
}

export const NO_UPGRADE: UpgradeView = {
  phase: 'none',
  serial: 0,
  from: '',
  to: null,
  atWallMs: null,
  gapMs: null,
  processes: null,
  reason: '',
}

/** For a daemon that is no program of its own. */
export const NO_UPGRADER: Upgrader = { start: () => false, view: () => NO_UPGRADE }
