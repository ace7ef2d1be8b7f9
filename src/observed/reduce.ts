import { assertNever } from '../model/assert.js'
import type { ExitStatus, ProcessEvent } from '../model/event.js'
import type { ProcessHistory, ProcessObserved } from '../model/observed.js'

/**
 * What one event makes of one process.
 *
 * @returns the states it goes through, in order; empty when the event means nothing in this phase
 * @see spec/processes.md section 3
 */
export function reduceProcess(before: ProcessObserved, event: ProcessEvent): readonly ProcessObserved[] {
  const history = historyOf(before)
  switch (event.type) {
    case 'starting': {
      // Retries go on counting only as long as it is the same wish that fails.
      const sameWish = before.observedGeneration === event.generation && before.observedRunRequest === event.runRequest
      return [
        {
          ...history,
          phase: 'STARTING',
          pid: 0,
          attempt: sameWish ? failedStarts(before) : 0,
          observedGeneration: event.generation,
          observedRunRequest: event.runRequest,
          startedAtMs: event.atMs,
          startedWallMs: event.wallMs,
          exitStatus: null,
          spawnError: '',
        },
      ]
    }
    case 'spawned':
      return before.phase === 'STARTING' ? [{ ...before, pid: event.pid, starts: before.starts + 1 }] : []
    case 'spawn-failed':
      return before.phase === 'STARTING'
        ? [backoff(history, before.attempt + 1, event.atMs, event.error, event.passing)]
        : []
    case 'declared-running':
      return before.phase === 'STARTING' ? [{ ...before, phase: 'RUNNING', attempt: 0 }] : []
    case 'stop-sent':
      if (before.phase !== 'STARTING' && before.phase !== 'RUNNING') return []
      return [{ ...history, phase: 'STOPPING', pid: before.pid, killAtMs: event.killAtMs, stoppedBy: event.stoppedBy }]
    case 'kill-sent':
      return 'killAtMs' in before ? [{ ...before, killAtMs: event.killAtMs }] : []
    case 'hurried':
      return 'killAtMs' in before ? [{ ...before, killAtMs: Math.min(before.killAtMs, event.killAtMs) }] : []
    case 'signal-refused':
      if (!('killAtMs' in before)) return []
      return [{ ...before, phase: 'UNKNOWN', killAtMs: event.killAtMs, spawnError: event.error }]
    case 'retry-cancelled':
      return before.phase === 'BACKOFF' ? [{ ...history, phase: 'STOPPED', stoppedBy: event.stoppedBy }] : []
    case 'gave-up':
      return before.phase === 'BACKOFF' ? [gaveUp(history, before)] : []
    case 'exited':
      return reduceExit(before, event)
    default:
      return assertNever(event)
  }
}

/** Wait before the next start: one second longer after each failure. @see Supervisor docs/subprocess.rst */
const BACKOFF_STEP_MS = 1000

/** What is waited more for what may pass, once all retries are used up. */
const PASSING_STEP_MS = 5_000

/** What the original reports for death by signal instead of an exit code. */
const SIGNALLED_STATUS = -1

function reduceExit(
  before: ProcessObserved,
  event: Extract<ProcessEvent, { type: 'exited' }>,
): readonly ProcessObserved[] {
  const history: ProcessHistory = {
    ...historyOf(before),
    stoppedWallMs: event.wallMs,
    lastExit: { ...event.status, wallMs: event.wallMs },
  }
  const code = event.status.code ?? SIGNALLED_STATUS
  switch (before.phase) {
    case 'STOPPING':
    case 'UNKNOWN':
      return [{ ...history, phase: 'STOPPED', stoppedBy: before.stoppedBy, exitStatus: code }]
    case 'STARTING': {
      const upMs = event.atMs - (before.startedAtMs ?? event.atMs)
      if (upMs < event.startSecs * 1000) {
        const error = 'Exited too quickly (process log may have details)'
        return [backoff({ ...history, exitStatus: null }, before.attempt + 1, event.atMs, error)]
      }
      return [{ ...before, phase: 'RUNNING', attempt: 0 }, exited(history, event.status, event.exitCodes)]
    }
    case 'RUNNING':
      return [exited(history, event.status, event.exitCodes)]
    case 'STOPPED':
    case 'BACKOFF':
    case 'EXITED':
    case 'FATAL':
      return []
    default:
      return assertNever(before)
  }
}

function exited(history: ProcessHistory, status: ExitStatus, exitCodes: readonly number[]): ProcessObserved {
  const code = status.code ?? SIGNALLED_STATUS
  const expected = exitCodes.includes(code)
  return {
    ...history,
    phase: 'EXITED',
    expected,
    exitStatus: code,
    spawnError: expected ? history.spawnError : `Bad exit code ${code}`,
  }
}

type Backoff = Extract<ProcessObserved, { phase: 'BACKOFF' }>

function backoff(history: ProcessHistory, attempt: number, atMs: number, error: string, passing = false): Backoff {
  const retryAtMs = atMs + attempt * BACKOFF_STEP_MS
  return { ...history, phase: 'BACKOFF', attempt, retryAtMs, spawnError: error, ...(passing && { passing }) }
}

function gaveUp(history: ProcessHistory, { attempt, retryAtMs, passing = false }: Backoff): ProcessObserved {
  const again = { attempt, atMs: retryAtMs + PASSING_STEP_MS }
  return { ...history, phase: 'FATAL', ...(passing && { again }) }
}

function failedStarts(before: ProcessObserved): number {
  if (before.phase === 'BACKOFF') return before.attempt
  return before.phase === 'FATAL' ? (before.again?.attempt ?? 0) : 0
}

function historyOf(seen: ProcessObserved): ProcessHistory {
  return {
    observedGeneration: seen.observedGeneration,
    observedRunRequest: seen.observedRunRequest,
    startedAtMs: seen.startedAtMs,
    startedWallMs: seen.startedWallMs,
    stoppedWallMs: seen.stoppedWallMs,
    exitStatus: seen.exitStatus,
    lastExit: seen.lastExit,
    spawnError: seen.spawnError,
    starts: seen.starts,
  }
}
