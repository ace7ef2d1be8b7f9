import type { Config } from './config.js'
import type { Diagnostic } from './diagnostic.js'
import type { ProcessKey } from './names.js'
import type { ProcessObserved } from './observed.js'
import type { SupervisorState } from './phase.js'
import type { CommandLookup, SignalResult, StdinResult } from './ports.js'
import type { GroupSpec, Override, ProcessSpec } from './spec.js'

/** One row of the process table. */
export interface ProcessView {
  readonly key: ProcessKey
  readonly spec: ProcessSpec
  /** False for a process that no accepted group has any more: it is shown until it is gone. */
  readonly declared: boolean
  readonly generation: number
  readonly override: Override
  readonly seen: ProcessObserved
  /** Paths of the logs, AUTO ones by their real name; '' for none. */
  readonly stdoutLog: string
  readonly stderrLog: string
}

/** One active group with its processes in start order. */
export interface GroupView {
  readonly spec: GroupSpec
  readonly processes: readonly ProcessView[]
}

/** Names of groups that the last read file adds, changes and no longer has. */
export interface GroupChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** What reading the configuration again came to. */
export type RereadResult =
  | { readonly ok: true; readonly changes: GroupChanges }
  /** `classic` is the text of the fault CANT_REREAD. */
  | { readonly ok: false; readonly classic: string; readonly errors: readonly Diagnostic[] }

export type AddGroupResult = 'added' | 'already-added' | 'bad-name'
export type RemoveGroupResult = 'removed' | 'bad-name' | 'still-running'

/** One changed field of a spec; values are JSON and never secret (see `secret`). */
export interface FieldChange {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
  readonly changeClass: 'live' | 'next-start' | 'restart' | 'scale' | 'recreate'
}

/** What accepting a revision would do to one process. */
export interface ProcessChange {
  readonly key: ProcessKey
  /** `reconfigure` takes effect on the live process; `none` only shows in the next start. */
  readonly effect: 'start' | 'stop' | 'restart' | 'reconfigure' | 'none' | 'held'
  /** What happened to its declaration. */
  readonly change: 'added' | 'removed' | 'changed'
  readonly fields: readonly FieldChange[]
}

/** The file against the accepted revision. */
export interface DiffReport {
  readonly acceptedRevision: number
  readonly file: string
  readonly changes: GroupChanges
  readonly processes: readonly ProcessChange[]
  /** Processes that the change does not touch. */
  readonly untouched: number
  /** Set when the revision would not be accepted without a person. */
  readonly guard: GuardRefusal | null
  /** Changed options that need the daemon itself restarted, for example `supervisord.logfile`. */
  readonly daemonFields: readonly FieldChange[]
}

/** Why a revision is not accepted automatically. */
export interface GuardRefusal {
  readonly code: 'MASS_REMOVAL' | 'EMPTY'
  readonly message: string
  /** The command that goes on. */
  readonly command: string
}

/** One way in which processes are not as the accepted revision says. */
export interface DriftItem {
  readonly key: ProcessKey
  readonly kind: 'not-running' | 'running' | 'older-generation' | 'fatal' | 'backoff' | 'undeclared'
  readonly message: string
}

/** The accepted revision against the processes. Holds are no drift and listed apart. */
export interface DriftReport {
  readonly revision: number
  readonly items: readonly DriftItem[]
  readonly held: readonly ProcessKey[]
}

/** A lasting fact about the daemon that people should see in `status`. */
export interface Condition {
  readonly type: 'ConfigInvalid' | 'RevisionHeldBack' | 'PendingChange' | 'WatchDegraded'
  readonly message: string
  readonly sinceWallMs: number
  readonly diagnostics: readonly Diagnostic[]
}

/** How applying came out. */
export type ApplyResult =
  | { readonly ok: true; readonly revision: number; readonly report: DiffReport }
  | { readonly ok: false; readonly reason: 'invalid'; readonly errors: readonly Diagnostic[]; readonly classic: string }
  | { readonly ok: false; readonly reason: 'guard'; readonly refusal: GuardRefusal; readonly report: DiffReport }
  | { readonly ok: false; readonly reason: 'unknown-name'; readonly names: readonly string[] }

export type DiffResult =
  | { readonly ok: true; readonly report: DiffReport }
  | { readonly ok: false; readonly classic: string; readonly errors: readonly Diagnostic[] }

/**
 * Everything a person or client can ask of the daemon: a read, an override, or another desired state.
 * All calls are synchronous and none throws. Verbs return once the loop has turned: what can be done at once is done,
 * and `subscribe` tells of the rest.
 */
export interface Operator {
  readonly pid: number
  state(): SupervisorState
  identifier(): string
  /** The configuration last read without error: what `getAllConfigInfo` reports. */
  config(): Config
  wallMs(): number

  /** Active groups in the order they became active. */
  groups(): readonly GroupView[]
  group(name: string): GroupView | null
  process(key: ProcessKey): ProcessView | null

  /** Whether the process's command could be started, by the original's checks. */
  lookup(key: ProcessKey): CommandLookup
  /** Asks for a start of each, in this order. Callers check the phase first; a STOPPING one starts once it is down. */
  start(keys: readonly ProcessKey[]): void
  /** Holds and stops each, in this order. @param waiting - somebody waits for them: the log says so now and then */
  stop(keys: readonly ProcessKey[], waiting?: boolean): void
  /** Stop what runs, then start, as one wish. */
  restart(keys: readonly ProcessKey[]): void
  /** Ends holds without starting: the accepted revision decides again. */
  release(keys: readonly ProcessKey[]): void
  signal(key: ProcessKey, signal: number): SignalResult
  writeStdin(key: ProcessKey, data: Uint8Array): StdinResult
  clearLogs(key: ProcessKey): { readonly ok: true } | { readonly ok: false; readonly error: string }

  /** Path of the activity log; `null` when it is no file. */
  mainLog(): string | null
  clearMainLog(): 'ok' | 'no-file' | 'failed'
  sendRemoteEvent(type: string, data: string): void

  /** Reads the file again and reports; nothing is accepted. */
  reread(): RereadResult
  /** Accepts one group of the last read file. */
  addGroup(name: string): AddGroupResult
  /** Drops one group whose processes are all down. */
  removeGroup(name: string): RemoveGroupResult
  /** The whole pipeline for `update`: reads, accepts (all or the named groups), reconciles. */
  diff(): DiffResult
  /** The same for a main file that is not in place: read with the daemon's rights, nothing kept. @param path - absolute */
  diffFile(path: string): DiffResult
  apply(options: {
    readonly groups: readonly string[] | null
    readonly allowRemovals: boolean
    /** Ends the holds of processes whose own declaration changes, as the classic `update` does. */
    readonly releaseChanged?: boolean
  }): ApplyResult
  drift(): DriftReport
  revision(): number
  conditions(): readonly Condition[]
  /** Whether every process of the accepted revision is where it should be and nothing is under way. */
  converged(): boolean

  shutdown(): void
  /** The `restart` RPC and SIGHUP: read, accept and reconcile; restarts nothing that did not change. */
  reload(): void

  /** Calls back after each change of a process (key) or of groups or daemon state (`null`). @returns unsubscribe */
  subscribe(listener: (key: ProcessKey | null) => void): () => void
}
