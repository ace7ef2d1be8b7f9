import type { Phase } from '../../model/phase.js'
import type { EventRow, ExitRow } from './events.js'
import type { HoldRow } from './overrides.js'
import type { Verdict } from './verdict.js'

/** Why one process is in its state. Wall clock times are ms since 1970. */
export interface ExplanationDocument {
  readonly schema: 'svctl.explanation/v1'
  readonly atWallMs: number
  /** As people type it. */
  readonly name: string
  readonly state: Phase
  /** `null` when nothing is alive. */
  readonly pid: number | null
  readonly verdict: Verdict
  readonly why: string
  /** Since when it is in this state; `null` when that is not known. */
  readonly sinceWallMs: number | null
  /** The accepted one. */
  readonly revision: number
  /** Of the accepted specification. */
  readonly generation: number
  /** Of the specification the last start was made from; 0 before the first. */
  readonly observedGeneration: number
  readonly starts: number
  readonly spawnError: string
  readonly lastExit: LastExitRow | null
  readonly next: NextStep | null
  readonly hold: HoldRow | null
  /** The last of them, oldest first. */
  readonly events: readonly EventRow[]
  readonly stderr: LastLines
  readonly port: TakenPort | null
  /** What to do now, a sentence each. */
  readonly advice: readonly string[]
}

/** How the last instance ended. */
export interface LastExitRow extends ExitRow {
  readonly atWallMs: number
  /** How long it was up; `null` when its start is no longer known. */
  readonly upMs: number | null
}

/** What will be done by itself, and when. */
export interface NextStep {
  readonly action: 'start' | 'kill' | 'declare-running'
  readonly atWallMs: number
  /** Which of the starts in a row that is, and how many there are before it is given up; `null` when not counted. */
  readonly attempt: number | null
  readonly attempts: number | null
}

/** The end of what the process wrote to its standard error. */
export interface LastLines {
  /** '' when it keeps no such log. */
  readonly file: string
  readonly lines: readonly string[]
}

/** A port that the process cannot have. */
export interface TakenPort {
  readonly port: number
  /** Who listens there; `null` when nobody does any more. */
  readonly holder: {
    /** `null` when the process cannot be seen. */
    readonly pid: number | null
    readonly command: string
    /** The process of ours that it is or belongs to; `null` for none. */
    readonly process: string | null
  } | null
}
