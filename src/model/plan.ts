import type { ProcessKey } from './names.js'

/** Why a process is started. */
export type StartReason =
  /** Declared with autostart and never started. */
  | 'Declared'
  /** A start verb. */
  | 'Requested'
  /** Its spec changed in a way a running process cannot take on. */
  | 'SpecChanged'
  /** It exited and its restart policy says so. */
  | 'Exited'
  /** A failed start is tried again. */
  | 'Retry'

/** Why a process is stopped. */
export type StopReason = 'NotDeclared' | 'Held' | 'SpecChanged' | 'Requested' | 'Shutdown'

/** One step of a plan. */
export type Action =
  | { readonly type: 'start'; readonly key: ProcessKey; readonly reason: StartReason }
  | { readonly type: 'stop'; readonly key: ProcessKey; readonly reason: StopReason }
  | { readonly type: 'kill'; readonly key: ProcessKey; readonly reason: 'StopTimeout' }
  /** STARTING has lasted for startsecs: it counts as RUNNING. */
  | { readonly type: 'declare-running'; readonly key: ProcessKey; readonly reason: 'StayedUp' }
  | { readonly type: 'give-up'; readonly key: ProcessKey; readonly reason: 'TooManyRetries' | 'Shutdown' }
  | { readonly type: 'cancel-retry'; readonly key: ProcessKey; readonly reason: 'Held' | 'NotDeclared' }
  /** Drop the record of a process that is neither declared nor alive. */
  | { readonly type: 'forget'; readonly key: ProcessKey; readonly reason: 'NotDeclared' }

/** What the reconciler decided for one process, and when to ask again if nothing happens. */
export interface Decision {
  readonly action: Action | null
  /** Monotonic ms; `Infinity` when only an event can change the answer. */
  readonly wakeAtMs: number
}

/** What is to be done now, in this order. */
export interface Plan {
  readonly actions: readonly Action[]
  /** Earliest monotonic ms at which the answer may differ without an event. */
  readonly wakeAtMs: number
}
