import type { Config } from './config.js'
import type { Diagnostic, Position } from './diagnostic.js'
import type { ProcessKey } from './names.js'
import type { ProcessObserved } from './observed.js'
import type { EventJournal } from './occurrence.js'
import type { SupervisorState } from './phase.js'
import type { CommandLookup, SignalResult, StdinResult, Usage } from './ports.js'
import type { Cause, RevisionContent, RevisionDiff, RevisionList, RollbackResult } from './revision.js'
import type { GroupSpec, Hold, Override, ProcessSpec, Scales } from './spec.js'
import type { Upgrader } from './upgrade.js'

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

/** On what terms a process is held. */
export interface HoldWish {
  /** What asks for it, and who if that was said. */
  readonly by: string
  readonly reason: string
  /** How long; `null` until somebody ends it. */
  readonly forMs: number | null
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

/** One changed field of a spec; values are JSON and never secret unless that was asked for (`DiffOptions`). */
export interface FieldChange {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
  readonly changeClass: 'live' | 'next-start' | 'restart' | 'scale' | 'recreate'
  /** Where the new value is written, the section's header when no option sets it any more; `null` when unknown. */
  readonly at: Position | null
}

/** One start or stop of what accepting a revision leads to. */
export interface PlanStep {
  readonly key: ProcessKey
  readonly action: 'start' | 'stop'
  /** Counts from 1 for each program: what has the same number is done at once, each number once the one before is done. */
  readonly step: number
  /** When it is done at the latest, ms after accepting. */
  readonly latestMs: number
}

/** What accepting a revision would do to one process. */
export interface ProcessChange {
  readonly key: ProcessKey
  /** Name part of the section that declares it, in the new revision or else in the old one. */
  readonly program: string
  /** `reconfigure` takes effect on the live process; `none` only shows in the next start. */
  readonly effect: 'start' | 'stop' | 'restart' | 'reconfigure' | 'none' | 'held'
  /** What happened to its declaration. */
  readonly change: 'added' | 'removed' | 'changed'
  readonly fields: readonly FieldChange[]
  /** Where it is declared, or how many of it are; `null` when the new revision has no such section. */
  readonly at: Position | null
  /** Its own part of the plan, in order. */
  readonly steps: readonly PlanStep[]
  /** When it has arrived at the latest, ms after accepting; `null` for more than can be foretold. */
  readonly worstMs: number | null
  /** Keeps it down whatever the revision says; `null` for none. */
  readonly hold: Hold | null
}

/** What a diff may tell and has to find out. */
export interface DiffOptions {
  /** Tells values of environments and passwords; only for those who may read the daemon's own files anyway. */
  readonly secrets?: boolean
  /** Makes the patch, too. */
  readonly patch?: boolean
}

/** One operation of RFC 6902, as diffs use them. `value` is absent exactly for `remove`. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path: string
  readonly value?: unknown
}

/** The file against the accepted revision. */
export interface DiffReport {
  readonly acceptedRevision: number
  readonly file: string
  /** What was compared with the accepted revision; see `fingerprintOf`. */
  readonly candidate: { readonly fingerprint: string }
  readonly changes: GroupChanges
  readonly processes: readonly ProcessChange[]
  /** Fields of changed groups themselves: priority, events of a pool, order of members. */
  readonly groupFields: readonly { readonly group: string; readonly fields: readonly FieldChange[] }[]
  /** Every start and stop that follows, in the order in which they are carried out when each takes its longest. */
  readonly plan: readonly PlanStep[]
  /** Of the desired state, groups and processes by name, with secrets; `null` when it was not asked for. */
  readonly patch: readonly PatchOperation[] | null
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
  readonly kind: 'not-running' | 'running' | 'older-generation' | 'fatal' | 'backoff' | 'exited' | 'undeclared'
  readonly message: string
}

/** The accepted revision against the processes. Holds are no drift and listed apart. */
export interface DriftReport {
  readonly revision: number
  readonly items: readonly DriftItem[]
  readonly held: readonly ProcessKey[]
}

/** What asking for other numbers of processes came to. Nothing was changed unless `ok`. */
export type ScaleResult =
  | {
      readonly ok: true
      readonly revision: number
      readonly programs: readonly ScaledProgram[]
      /** Processes that the change adds, takes away, and replaces because they name the number. */
      readonly started: readonly ProcessKey[]
      readonly stopped: readonly ProcessKey[]
      readonly restarted: readonly ProcessKey[]
    }
  | { readonly ok: false; readonly reason: 'invalid'; readonly errors: readonly Diagnostic[] }
  /** `not-numbered`: one name for all its processes; `too-many`: more than a section may have. */
  | { readonly ok: false; readonly reason: 'unknown-program' | 'not-numbered' | 'too-many'; readonly name: string }
  /** A rollback is in force: the accepted numbers are not the file's. */
  | { readonly ok: false; readonly reason: 'rolled-back' }
  /** The file has other changes to its group that wait to be accepted; scaling must not bring them in. */
  | { readonly ok: false; readonly reason: 'pending'; readonly name: string; readonly group: string }

/** One program after scaling. */
export interface ScaledProgram {
  readonly program: string
  readonly before: number
  readonly numprocs: number
  readonly fileNumprocs: number
}

/** What looking at the live processes of the accepted revision brought to light. Names of variables, no values. */
export interface Inspection {
  /** Ways in which processes are no longer as they were started; many a program does that to itself. */
  readonly differences: readonly {
    readonly key: ProcessKey
    readonly field: 'environment' | 'user' | 'directory' | 'limits'
    readonly message: string
  }[]
  /** Processes that former instances left behind. */
  readonly leftovers: readonly { readonly pid: number; readonly key: ProcessKey }[]
  /** Processes that we may not look at. */
  readonly unreadable: readonly ProcessKey[]
}

/** A lasting fact about the daemon that people should see in `status`. */
export interface Condition {
  readonly type:
    | 'ConfigInvalid'
    | 'RevisionHeldBack'
    | 'PendingChange'
    | 'ConfigUnsafe'
    | 'WatchDegraded'
    | 'RolledBack'
    | 'BootedLastGood'
    | 'RolloutHalted'
    | 'StartsFailing'
    | 'LogsLosing'
    | 'StateUnwritable'
    | 'StateDamaged'
    | 'DescriptorsLacking'
  readonly message: string
  readonly sinceWallMs: number
  readonly diagnostics: readonly Diagnostic[]
}

/** What a person has seen and means to accept. */
export interface Expectation {
  /** Accepted when it was seen. */
  readonly revision: number
  /** First digits of the fingerprint of what the file meant then; `null` takes any. @see reconcile/fingerprint.ts */
  readonly fingerprint: string | null
}

/** How applying came out. */
export type ApplyResult =
  | { readonly ok: true; readonly revision: number; readonly report: DiffReport }
  | { readonly ok: false; readonly reason: 'invalid'; readonly errors: readonly Diagnostic[]; readonly classic: string }
  | { readonly ok: false; readonly reason: 'guard'; readonly refusal: GuardRefusal; readonly report: DiffReport }
  | { readonly ok: false; readonly reason: 'unknown-name'; readonly names: readonly string[] }
  /** Not what was expected; what is there now. */
  | { readonly ok: false; readonly reason: 'moved'; readonly revision: number; readonly fingerprint: string }

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
  /**
   * Holds and stops each, in this order.
   *
   * @param waiting - somebody waits for them: the log says so now and then
   * @param wish - left out for a stop of the original, which knows no terms
   */
  stop(keys: readonly ProcessKey[], waiting?: boolean, wish?: HoldWish): void
  /** Stop what runs, then start, as one wish. */
  restart(keys: readonly ProcessKey[]): void
  /** Overrides `numprocs` of programs, `null` ends that. @param person - who asks; `null` when unknown */
  scale(programs: Readonly<Record<string, number | null>>, person: string | null): ScaleResult
  /** The numbers of processes that people asked for and that are in force. */
  scales(): Scales
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
  diff(options?: DiffOptions): DiffResult
  /** The same for a main file that is not in place: read with the daemon's rights, nothing kept. @param path - absolute */
  diffFile(path: string, options?: DiffOptions): DiffResult
  apply(options: {
    readonly groups: readonly string[] | null
    readonly allowRemovals: boolean
    /** Ends the holds of processes whose own declaration changes, as the classic `update` does. */
    readonly releaseChanged?: boolean
    /** Replaces all processes of a program at the same time, as the classic `update` does; else one after the other. */
    readonly atOnce?: boolean
    /** Refused when it is not what is there. */
    readonly expect?: Expectation | null
    /** For the history; `svctl apply` by nobody known when left out. */
    readonly cause?: Cause
  }): ApplyResult
  drift(): DriftReport
  /** Looks at every live process, which takes up to 0.5 ms for each on a busy machine; nothing else happens meanwhile. */
  inspect(): Promise<Inspection>
  /** What a live process uses now, without its children; `null` when it is gone. */
  usage(pid: number): Usage | null
  revision(): number
  /** Accepted revisions that can be shown and gone back to. */
  revisions(): RevisionList
  /** Its groups with all their secrets. @param revision - `null` for the current one */
  revisionContent(revision: number | null): RevisionContent
  /** What `rollback` would do. @param revision - `null` for the one before the current */
  diffRevision(revision: number | null, options?: DiffOptions): RevisionDiff
  /** Makes the content of a former revision the newest one; the file as it is now is not taken on until it changes. */
  rollback(
    revision: number | null,
    options: { readonly allowRemovals: boolean; readonly by: string | null },
  ): RollbackResult
  conditions(): readonly Condition[]
  /** Whether every process of the accepted revision is where it should be and nothing is under way. */
  converged(): boolean

  shutdown(): void
  /** The `restart` RPC and SIGHUP: read, accept and reconcile; restarts nothing that did not change. */
  reload(cause?: Cause): void

  /** What happened lately. */
  readonly journal: EventJournal
  /** Puts the installed version in the place of this one. */
  readonly upgrader: Upgrader
  /** Calls back after each change of a process (key) or of groups or daemon state (`null`). @returns unsubscribe */
  subscribe(listener: (key: ProcessKey | null) => void): () => void
}
