/** Supervisor's process states. */
export type Phase = 'STOPPED' | 'STARTING' | 'RUNNING' | 'BACKOFF' | 'STOPPING' | 'EXITED' | 'FATAL' | 'UNKNOWN'

/** `statecode` of each phase. @see Supervisor states.py */
export const PHASE_CODES = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000,
} as const satisfies Record<Phase, number>

/** States in which nothing runs and nothing is about to. */
export function isStopped(phase: Phase): boolean {
  return phase === 'STOPPED' || phase === 'EXITED' || phase === 'FATAL' || phase === 'UNKNOWN'
}

/** States in which a start request is answered with ALREADY_STARTED and a stop is accepted. */
export function isUp(phase: Phase): boolean {
  return phase === 'STARTING' || phase === 'RUNNING' || phase === 'BACKOFF'
}

/** States in which there is a process to signal. */
export function isSignallable(phase: Phase): boolean {
  return phase === 'STARTING' || phase === 'RUNNING' || phase === 'STOPPING'
}

/** The daemon's own states. FATAL (2) is never set. */
export const SUPERVISOR_STATE_CODES = {
  RUNNING: 1,
  RESTARTING: 0,
  SHUTDOWN: -1,
} as const

/** What the daemon as a whole is doing. */
export type SupervisorState = keyof typeof SUPERVISOR_STATE_CODES
