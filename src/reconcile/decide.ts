import { assertNever } from '../model/assert.js'
import type { ProcessKey } from '../model/names.js'
import type { ProcessObserved } from '../model/observed.js'
import type { Action, Decision, StartReason, StopReason } from '../model/plan.js'
import type { DesiredProcess, Override } from '../model/spec.js'

/** A program that was up for less than this is started again at most once in this time, ms. */
export const RESTART_BRAKE_MS = 1000

/** Whether the daemon is closing, and whether it is this process's turn to be stopped for that. */
export type Gate = 'open' | 'closing' | 'closing-now'

/** Everything that decides what happens to one process. */
export interface Situation {
  readonly key: ProcessKey
  /** `undefined` when no accepted group declares it. */
  readonly want: DesiredProcess | undefined
  readonly override: Override
  readonly seen: ProcessObserved
  readonly gate: Gate
  /** Whether it is its turn to be replaced by one of the wanted spec, should it run an older one. */
  readonly mayReplace: boolean
}

/**
 * Compares what is wanted of one process with what is seen and says what to do now.
 *
 * @param nowMs - monotonic
 * @returns at most one action, and when to ask again if nothing happens
 * @see Supervisor docs/subprocess.rst, "Process States"; spec/processes.md section 3
 */
export function decide(situation: Situation, nowMs: number): Decision {
  const { seen } = situation
  switch (seen.phase) {
    case 'STOPPED':
    case 'EXITED':
    case 'FATAL':
      return decideDown(situation, seen, nowMs)
    case 'BACKOFF':
      return decideBackoff(situation, seen, nowMs)
    case 'STARTING':
    case 'RUNNING':
      return decideUp(situation, seen, nowMs)
    case 'STOPPING':
    // In the original UNKNOWN is for ever; whatever kept the kernel from signalling may pass.
    case 'UNKNOWN':
      return nowMs >= seen.killAtMs
        ? act({ type: 'kill', key: situation.key, reason: 'StopTimeout' })
        : waitUntil(seen.killAtMs)
    default:
      return assertNever(seen)
  }
}

type Down = Extract<ProcessObserved, { phase: 'STOPPED' | 'EXITED' | 'FATAL' }>
type Up = Extract<ProcessObserved, { phase: 'STARTING' | 'RUNNING' }>
type Backoff = Extract<ProcessObserved, { phase: 'BACKOFF' }>

function decideDown({ key, want, override, seen, gate }: Situation, down: Down, nowMs: number): Decision {
  if (!want) return act({ type: 'forget', key, reason: 'NotDeclared' })
  if (gate !== 'open' || override.hold) return WAIT
  const start = (reason: StartReason): Decision => act({ type: 'start', key, reason })
  if (override.runRequest > seen.observedRunRequest) return start('Requested')
  if (down.phase === 'STOPPED') {
    if (down.stoppedBy === 'Replace') return start('SpecChanged')
    return want.spec.autostart ? start('Declared') : WAIT
  }
  if (want.generation > seen.observedGeneration && want.spec.autostart) return start('SpecChanged')
  if (down.phase === 'FATAL') {
    if (down.again === undefined) return WAIT
    return nowMs >= down.again.atMs ? start('Retry') : waitUntil(down.again.atMs)
  }
  const { autorestart } = want.spec
  if (autorestart === 'never' || (autorestart === 'unexpected' && down.expected)) return WAIT
  const earliestMs = (seen.startedAtMs ?? nowMs) + RESTART_BRAKE_MS
  return nowMs >= earliestMs ? start('Exited') : waitUntil(earliestMs)
}

function decideBackoff({ key, want, override, seen, gate }: Situation, backoff: Backoff, nowMs: number): Decision {
  if (!want) return act({ type: 'cancel-retry', key, reason: 'NotDeclared' })
  if (gate !== 'open') return gate === 'closing-now' ? act({ type: 'give-up', key, reason: 'Shutdown' }) : WAIT
  if (override.hold) return act({ type: 'cancel-retry', key, reason: 'Held' })
  if (override.runRequest > seen.observedRunRequest) return act({ type: 'start', key, reason: 'Requested' })
  if (want.generation > seen.observedGeneration) return act({ type: 'start', key, reason: 'SpecChanged' })
  if (backoff.attempt > want.spec.startRetries) return act({ type: 'give-up', key, reason: 'TooManyRetries' })
  return nowMs >= backoff.retryAtMs ? act({ type: 'start', key, reason: 'Retry' }) : waitUntil(backoff.retryAtMs)
}

function decideUp(situation: Situation, up: Up, nowMs: number): Decision {
  const { key, want } = situation
  const reason = stopReason(situation)
  if (reason) return act({ type: 'stop', key, reason })
  if (up.phase === 'RUNNING' || !want) return WAIT
  const dueMs = (up.startedAtMs ?? nowMs) + Math.max(0, want.spec.startSecs) * 1000
  return nowMs >= dueMs ? act({ type: 'declare-running', key, reason: 'StayedUp' }) : waitUntil(dueMs)
}

function stopReason({ want, override, seen, gate, mayReplace }: Situation): StopReason | null {
  if (gate === 'closing-now') return 'Shutdown'
  if (!want) return 'NotDeclared'
  if (override.hold) return 'Held'
  // While the daemon closes nothing is stopped to be replaced: it would stay down out of its turn.
  if (gate === 'closing') return null
  if (want.generation > seen.observedGeneration && mayReplace) return 'SpecChanged'
  if (override.runRequest > seen.observedRunRequest) return 'Requested'
  return null
}

const WAIT: Decision = { action: null, wakeAtMs: Number.POSITIVE_INFINITY }

function waitUntil(wakeAtMs: number): Decision {
  return { action: null, wakeAtMs }
}

function act(action: Action): Decision {
  return { action, wakeAtMs: Number.POSITIVE_INFINITY }
}
