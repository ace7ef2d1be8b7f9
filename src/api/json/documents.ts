import type { Diagnostic, Position } from '../../model/diagnostic.js'
import type {
  DiffReport,
  DriftItem,
  FieldChange,
  GroupChanges,
  GuardRefusal,
  PatchOperation,
  PlanStep,
  ProcessChange,
} from '../../model/operator.js'
import type { Phase, SupervisorState } from '../../model/phase.js'
import type { EventsDocument } from './events.js'
import type { ExplanationDocument } from './explanation.js'
import type { HealthDocument } from './health.js'
import type { HistoryDocument, RevisionDocument, RolledBackDocument } from './revisions.js'
import type { UpgradeDocument } from './upgrade.js'

/** Whether one process is where it should be. */
export type Verdict = 'ok' | 'pending' | 'failed' | 'held'

/** One process in `svctl.status/v1`. Wall clock times are ms since 1970. */
export interface StatusRow {
  /** As people type it: `web` or `group:web`. */
  readonly name: string
  readonly group: string
  readonly process: string
  /** Name part of the section that declares it. */
  readonly program: string
  readonly state: Phase
  readonly stateCode: number
  /** 0 when nothing is alive. */
  readonly pid: number
  /** Last column of `supervisorctl status`. */
  readonly description: string
  /** Whether others may rely on it: for now, whether it is RUNNING. */
  readonly ready: boolean
  /** `null` unless RUNNING. */
  readonly uptimeMs: number | null
  readonly startedWallMs: number | null
  readonly stoppedWallMs: number | null
  readonly generation: number
  /** Of the spec the last start was made from; 0 before the first. */
  readonly observedGeneration: number
  /** Stopped by a person and to stay so until started or released. */
  readonly held: boolean
  /** The terms of that; `null` when not held. */
  readonly hold: HoldRow | null
  /** Successful starts since the daemon knows the process. */
  readonly starts: number
  /** Code of the last end, -1 for a signal, `null` before the first. */
  readonly exitStatus: number | null
  /** The last end of any kind; stays while a newer instance runs. */
  readonly lastExit: LastExit | null
  readonly spawnError: string
  readonly verdict: Verdict
  /** Why the verdict is what it is, in one clause; '' when there is nothing to say. */
  readonly why: string
  readonly stdoutLog: string
  readonly stderrLog: string
  /** Of the process itself, without its children; `null` unless asked for and alive. */
  readonly usage: UsageRow | null
}

/** A number of processes that a person asked for against the file. */
export interface ScaleRow {
  /** Name part of the section. */
  readonly program: string
  readonly numprocs: number
  readonly fileNumprocs: number
  readonly sinceWallMs: number
  readonly by: string
}

/** Why a process stays down although the file may want it up. */
export interface HoldRow {
  readonly sinceWallMs: number
  /** When it ends by itself; `null` when somebody has to end it. */
  readonly untilWallMs: number | null
  readonly reason: string
  /** What asked for it, and who if that was said: nobody checks the name. */
  readonly by: string
}

/** How a process ended; exactly one of `code` and `signal` is set. */
export interface LastExit {
  readonly code: number | null
  /** Such as `SIGKILL`. */
  readonly signal: string | null
  readonly coreDumped: boolean
  readonly wallMs: number
}

/** What a process uses now. */
export interface UsageRow {
  readonly rssBytes: number
  /** User and system time since its start. */
  readonly cpuMs: number
  /** Of one CPU, over its whole life. */
  readonly cpuPercent: number
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
  /** Of the whole daemon, by program. */
  readonly scales: readonly ScaleRow[]
  readonly unknown: readonly UnknownName[]
  /** Of the names asked for, in that order; of everything by (group, process) without names. */
  readonly processes: readonly StatusRow[]
}

/** A process change with the name people type; field values that may be secret are replaced. */
export interface ChangeRow {
  readonly name: string
  readonly group: string
  readonly program: string
  readonly effect: ProcessChange['effect']
  readonly change: ProcessChange['change']
  readonly fields: readonly FieldChange[]
  /** Where it is declared, or how many of it are; `null` when the new revision has no such section. */
  readonly at: Position | null
  /** Numbers of its steps in the plan, ascending; steps of one number of one program are carried out at once. */
  readonly steps: readonly number[]
  /** When it has arrived at the latest, ms after accepting; `null` when that cannot be foretold. */
  readonly worstMs: number | null
  /** What keeps it down whatever the revision says; `null` for nothing. */
  readonly hold: HoldRow | null
}

/** One start or stop that follows. */
export interface PlanRow {
  readonly name: string
  readonly action: PlanStep['action']
  /** Counts from 1 for each program. */
  readonly step: number
  /** When it is done at the latest, ms after accepting. */
  readonly latestMs: number
}

export interface DiffDocument {
  readonly schema: 'svctl.diff/v1'
  /** 0 for a comparison of two files. */
  readonly acceptedRevision: number
  /** The daemon's own main file, or the old one of two files. */
  readonly acceptedFile: string
  /** The main file that was compared. */
  readonly file: string
  readonly candidate: {
    /** Names what was compared; `svctl apply --rev REVISION@HASH` takes its first digits. */
    readonly fingerprint: string
    /** False for a file that was named by the caller, and for a former revision. */
    readonly inPlace: boolean
    /** The former revision that was compared; `null` for a file. */
    readonly revision: number | null
  }
  readonly groups: GroupChanges
  readonly processes: readonly ChangeRow[]
  /** What changed of groups themselves. */
  readonly groupFields: DiffReport['groupFields']
  readonly daemonFields: readonly FieldChange[]
  /** Every start and stop of `processes`, in the order in which they are carried out when each takes its longest. */
  readonly plan: readonly PlanRow[]
  /** When all of that is over at the latest, ms after accepting; `null` when that cannot be foretold. */
  readonly worstMs: number | null
  /** RFC 6902, of the desired state with groups and processes by name; `null` when it was not asked for. */
  readonly patch: readonly PatchOperation[] | null
  readonly untouched: number
  readonly guard: GuardRefusal | null
  /** Numbers of processes that people asked for: part of what the file is compared as. */
  readonly scales: readonly ScaleRow[]
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
  /** The terms of those. */
  readonly holds: readonly (HoldRow & { readonly name: string })[]
  readonly scales: readonly ScaleRow[]
  /** What a look at the live processes showed; `null` when it was not asked for. */
  readonly live: LiveDrift | null
}

/** Live processes against what they were given at their start. Variables are named, never their values. */
export interface LiveDrift {
  /** Many a program does such things to itself: this alone is no drift. */
  readonly differences: readonly {
    readonly name: string
    readonly field: 'environment' | 'user' | 'directory' | 'limits'
    readonly message: string
  }[]
  /** Processes that former instances of these programs left behind. */
  readonly leftovers: readonly { readonly pid: number; readonly name: string }[]
  /** Processes that the daemon may not look at. */
  readonly unreadable: readonly string[]
}

export type VerbName = 'start' | 'stop' | 'restart' | 'hold' | 'release'

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

/** The programs have other numbers of processes now; starts and stops follow. */
export interface ScaledDocument {
  readonly schema: 'svctl.scaled/v1'
  readonly revision: number
  readonly programs: readonly {
    readonly program: string
    readonly before: number
    readonly numprocs: number
    readonly fileNumprocs: number
  }[]
  readonly started: readonly string[]
  readonly stopped: readonly string[]
  /** Those that name the number, as `%(numprocs)s`, in an option that only a new process can take on. */
  readonly restarted: readonly string[]
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
  /** Secrets are told on the unix socket only. */
  | 'FORBIDDEN'
  /** Another revision or another file than the caller has seen. */
  | 'REVISION_MOVED'
  | 'SHUTTING_DOWN'
  /** Too many wait for events, or read logs, already. */
  | 'BUSY'
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
  | ScaledDocument
  | EventsDocument
  | ExplanationDocument
  | HealthDocument
  | HistoryDocument
  | RevisionDocument
  | RolledBackDocument
  | UpgradeDocument
  | ErrorDocument
