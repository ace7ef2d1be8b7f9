import type { ExitStatus } from './event.js'
import type { Phase } from './phase.js'

/** Facts kept through every phase of a process. Monotonic times are for decisions, wall times for display. */
export interface ProcessHistory {
  /** Generation of the spec that the last start was made from; 0 before the first. */
  readonly observedGeneration: number
  /** Start verb that the last start answered; 0 for none. */
  readonly observedRunRequest: number
  /** Monotonic ms of the last start attempt; `null` before the first. */
  readonly startedAtMs: number | null
  /** Wall clock ms of the last start attempt; 0 before the first. */
  readonly startedWallMs: number
  /** Wall clock ms of the last end; 0 before the first. */
  readonly stoppedWallMs: number
  /** Exit code of the last accepted end, -1 for a signal, `null` for none. */
  readonly exitStatus: number | null
  /** The last end of any kind, kept while a newer instance runs; `null` before the first. */
  readonly lastExit: (ExitStatus & { readonly wallMs: number }) | null
  /** Why the last start or run failed, in Supervisor's words; '' for nothing. */
  readonly spawnError: string
  /** Starts that succeeded since the daemon knows this process. */
  readonly starts: number
}

/** Why a process that stopped was stopped. `Replace`: to be started again from a newer spec or request. */
export type StoppedBy = 'Never' | 'Operator' | 'Replace' | 'Removed' | 'Shutdown'

/** What the host last showed of one process. A pid exists exactly when something is alive. */
export type ProcessObserved = ProcessHistory &
  (
    | { readonly phase: 'STOPPED'; readonly stoppedBy: StoppedBy }
    | { readonly phase: 'STARTING' | 'RUNNING'; readonly pid: number; readonly attempt: number }
    /** `attempt` counts the failed starts so far. */
    | { readonly phase: 'BACKOFF'; readonly attempt: number; readonly retryAtMs: number; readonly passing?: boolean }
    | { readonly phase: 'STOPPING'; readonly pid: number; readonly killAtMs: number; readonly stoppedBy: StoppedBy }
    | { readonly phase: 'EXITED'; readonly expected: boolean }
    /** `again` when what kept it from being started may pass: the failed starts so far, and when to try once more. */
    | { readonly phase: 'FATAL'; readonly again?: { readonly attempt: number; readonly atMs: number } }
    /** The kernel refused a signal; the process may still be there, and is to be killed when `killAtMs` comes. */
    | { readonly phase: 'UNKNOWN'; readonly pid: number; readonly killAtMs: number; readonly stoppedBy: StoppedBy }
  )

/** A process that was never started. */
export const NEVER_SEEN: ProcessObserved = {
  phase: 'STOPPED',
  stoppedBy: 'Never',
  observedGeneration: 0,
  observedRunRequest: 0,
  startedAtMs: null,
  startedWallMs: 0,
  stoppedWallMs: 0,
  exitStatus: null,
  lastExit: null,
  spawnError: '',
  starts: 0,
}

/** @returns the pid of the live process, 0 when there is none */
export function pidOf(seen: ProcessObserved): number {
  return 'pid' in seen ? seen.pid : 0
}

/** One change of phase, as subscribers, event listeners and the activity log are told. */
export interface Transition {
  readonly from: Phase
  readonly to: Phase
  readonly before: ProcessObserved
  readonly after: ProcessObserved
}
