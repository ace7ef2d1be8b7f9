import type { Diagnostic } from '../../model/diagnostic.js'
import type { DriftItem, FieldChange, GroupChanges, GuardRefusal, ProcessChange } from '../../model/operator.js'
import type { Phase, SupervisorState } from '../../model/phase.js'

/** Whether one process is where it should be. */
export type Verdict = 'ok' | 'pending' | 'failed' | 'held'

/** One process in `svctl.status/v1`. Wall clock times are ms since 1970. */
export interface StatusRow {
  /** As people type it: `web` or `group:web`. */
  readonly name: string
  readonly group: string
  readonly process: string
  readonly state: Phase
  readonly stateCode: number
  /** 0 when nothing is alive. */
  readonly pid: number
  /** Last column of `supervisorctl status`. */
  readonly description: string
  /** `null` unless RUNNING. */
  readonly uptimeMs: number | null
  readonly startedWallMs: number | null
  readonly stoppedWallMs: number | null
  readonly generation: number
  /** Of the spec the last start was made from; 0 before the first. */
  readonly observedGeneration: number
  /** Stopped by a person and to stay so until started or released. */
  readonly held: boolean
  /** Successful starts since the daemon knows the process. */
  readonly starts: number
  /** Code of the last end, -1 for a signal, `null` before the first. */
  readonly exitStatus: number | null
  readonly spawnError: string
  readonly verdict: Verdict
  /** Why the verdict is what it is, in one clause; '' when there is nothing to say. */
  readonly why: string
  readonly stdoutLog: string
  readonly stderrLog: string
}

/** A condition of the daemon, with everything a person needs to act on it. */
export interface ConditionRow {
  readonly type: string
  readonly message: string
  readonly sinceWallMs: number
  readonly diagnostics: readonly Diagnostic[]
}

/** A name argument that matched nothing, and what it would have been. */
export interface UnknownName {
  readonly name: string
  readonly kind: 'process' | 'group'
  /** A name that would have matched, when one is near. */
  readonly suggestion: string | null
}

export interface StatusDocument {
  readonly schema: 'svctl.status/v1'
  /** When the table was taken, by the daemon's clock. */
  readonly atWallMs: number
  readonly daemon: {
    readonly identifier: string
    readonly pid: number
    readonly state: SupervisorState
    readonly revision: number
    readonly file: string
    readonly converged: boolean
  }
  readonly conditions: readonly ConditionRow[]
  readonly unknown: readonly UnknownName[]
  /** Of the names asked for, in that order; of everything by (group, process) without names. */
  readonly processes: readonly StatusRow[]
}

/** A process change with the name people type; field values that may be secret are replaced. */
export interface ChangeRow {
  readonly name: string
  readonly group: string
  readonly effect: ProcessChange['effect']
  readonly change: ProcessChange['change']
  readonly fields: readonly FieldChange[]
}

export interface DiffDocument {
  readonly schema: 'svctl.diff/v1'
  readonly acceptedRevision: number
  /** The daemon's own main file. */
  readonly acceptedFile: string
  /** The main file that was compared. */
  readonly file: string
  /** Whether `file` is one that is not in place, named by the caller. */
  readonly candidate: boolean
  readonly groups: GroupChanges
  readonly processes: readonly ChangeRow[]
  readonly daemonFields: readonly FieldChange[]
  readonly untouched: number
  readonly guard: GuardRefusal | null
  /** Of the caller's names. */
  readonly unknown: readonly UnknownName[]
  /** Changed processes that the caller's names leave out. */
  readonly notShown: number
}

/** The file is the accepted revision now; processes follow. */
export interface AcceptedDocument {
  readonly schema: 'svctl.accepted/v1'
  readonly revision: number
  readonly diff: DiffDocument
}

export interface DriftRow {
  readonly name: string
  readonly kind: DriftItem['kind']
  readonly message: string
}

export interface DriftDocument {
  readonly schema: 'svctl.drift/v1'
  readonly revision: number
  readonly items: readonly DriftRow[]
  readonly held: readonly string[]
}

export type VerbName = 'start' | 'stop' | 'restart' | 'release'

/** What was asked of one process. `requested` is under way; the others are final. */
export interface VerbRow {
  readonly name: string
  readonly answer: 'requested' | 'already-started' | 'not-running' | 'not-held' | 'refused'
  /** Why it was refused; '' otherwise. */
  readonly message: string
}

export interface RequestedDocument {
  readonly schema: 'svctl.requested/v1'
  readonly verb: VerbName
  readonly processes: readonly VerbRow[]
}

/** Closed list; texts may improve, codes stay. */
export type ErrorCode =
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNKNOWN_NAME'
  | 'CONFIG_INVALID'
  | 'GUARD_REFUSED'
  | 'SHUTTING_DOWN'
  /** Of the client: nobody answered, or not in a way it understands. */
  | 'UNREACHABLE'

export interface ErrorDocument {
  readonly schema: 'svctl.error/v1'
  readonly code: ErrorCode
  readonly message: string
  readonly diagnostics: readonly Diagnostic[]
  readonly unknown: readonly UnknownName[]
  /** What was about to happen, when a guard refused it. */
  readonly diff: DiffDocument | null
}

/** Everything the JSON interface can answer. */
export type JsonDocument =
  | StatusDocument
  | DiffDocument
  | AcceptedDocument
  | DriftDocument
  | RequestedDocument
  | ErrorDocument
