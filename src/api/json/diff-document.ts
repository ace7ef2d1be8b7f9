import type { Position } from '../../model/diagnostic.js'
import type {
  DiffReport,
  FieldChange,
  GroupChanges,
  GuardRefusal,
  PatchOperation,
  PlanStep,
  ProcessChange,
} from '../../model/operator.js'
import type { HoldRow, ScaleRow } from './overrides.js'
import type { UnknownName } from './select.js'

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
