import { assertNever } from '../model/assert.js'
import type { ProcessEvent } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import type { ProcessObserved, StoppedBy } from '../model/observed.js'
import { pidOf } from '../model/observed.js'
import type { Action, StopReason } from '../model/plan.js'
import type { Clock, Host, SignalResult, SpawnRequest, SpawnResult } from '../model/ports.js'
import { SIGKILL } from '../model/signals.js'
import type { ProcessSpec } from '../model/spec.js'

/** What carrying out an action works with. */
export interface Means {
  readonly host: Pick<Host, 'spawn' | 'signal'>
  readonly clock: Pick<Clock, 'monotonicMs' | 'wallMs'>
  /** The spec in force for a process: the accepted one, or the last one of a process no longer declared. */
  spec(key: ProcessKey): ProcessSpec
  seen(key: ProcessKey): ProcessObserved
  /** Generation and start verb that a start now would answer. */
  wish(key: ProcessKey): { readonly generation: number; readonly runRequest: number }
  /** The request for a start, or the text of why there can be none. */
  request(
    key: ProcessKey,
  ): { readonly ok: true; readonly request: SpawnRequest } | { readonly ok: false; readonly error: string }
  /** Whether a start that failed for want of something is tried until it succeeds; to the letter it is not. */
  patient(): boolean
  /** Tells what happened; called before this function returns. */
  dispatch(key: ProcessKey, event: ProcessEvent): void
  /** The kernel no longer knows the pid; its end is on the way as an event. */
  alreadyGone(key: ProcessKey, error: string): void
  forget(key: ProcessKey): void
}

/** Does one step of a plan. What comes of it is dispatched as events; never throws. */
export function carryOut(action: Action, means: Means): void {
  const { key } = action
  switch (action.type) {
    case 'start':
      start(key, means)
      break
    case 'stop':
      stop(key, action.reason, means)
      break
    case 'kill':
      kill(key, means)
      break
    case 'declare-running':
      means.dispatch(key, { type: 'declared-running' })
      break
    case 'give-up':
      means.dispatch(key, { type: 'gave-up', reason: action.reason })
      break
    case 'cancel-retry': {
      const stoppedBy = action.reason === 'Held' ? 'Operator' : 'Removed'
      means.dispatch(key, { type: 'retry-cancelled', stoppedBy })
      break
    }
    case 'forget':
      means.forget(key)
      break
    default:
      assertNever(action)
  }
}

function start(key: ProcessKey, means: Means): void {
  const { clock, host } = means
  means.dispatch(key, { type: 'starting', atMs: clock.monotonicMs(), wallMs: clock.wallMs(), ...means.wish(key) })
  const made = means.request(key)
  const result: SpawnResult = made.ok ? host.spawn(made.request) : made
  if (result.ok) means.dispatch(key, { type: 'spawned', pid: result.pid })
  else {
    const passing = result.passing === true && means.patient()
    means.dispatch(key, { type: 'spawn-failed', atMs: clock.monotonicMs(), error: result.error, passing })
  }
}

/** Who a process that is stopped for a reason counts as stopped by. */
export const STOPPED_BY = {
  NotDeclared: 'Removed',
  Held: 'Operator',
  SpecChanged: 'Replace',
  Requested: 'Replace',
  Shutdown: 'Shutdown',
} as const satisfies Record<StopReason, StoppedBy>

function stop(key: ProcessKey, reason: StopReason, means: Means): void {
  const spec = means.spec(key)
  means.dispatch(key, { type: 'stop-sent', killAtMs: killAtMs(spec, means), stoppedBy: STOPPED_BY[reason] })
  send(key, spec.stopSignal, spec.stopAsGroup, means)
}

function kill(key: ProcessKey, means: Means): void {
  const spec = means.spec(key)
  means.dispatch(key, { type: 'kill-sent', killAtMs: killAtMs(spec, means, KILL_AGAIN_MS) })
  send(key, SIGKILL, spec.killAsGroup, means)
}

function send(key: ProcessKey, signal: number, asGroup: boolean, means: Means): void {
  const pid = pidOf(means.seen(key))
  const result: SignalResult = means.host.signal(pid, signal, asGroup ? 'group' : 'process')
  if (result.ok) return
  if (result.gone) means.alreadyGone(key, result.error)
  else {
    const retryAtMs = killAtMs(means.spec(key), means, KILL_REFUSED_MS)
    means.dispatch(key, { type: 'signal-refused', killAtMs: retryAtMs, error: result.error })
  }
}

/** A SIGKILL is repeated at least this far apart, ms: stopwaitsecs=0 must not turn into a busy loop. */
const KILL_AGAIN_MS = 100

/** How long to wait before a signal that the kernel refused is tried again, ms. */
const KILL_REFUSED_MS = 10_000

function killAtMs(spec: ProcessSpec, means: Means, atLeastMs = 0): number {
  return means.clock.monotonicMs() + Math.max(atLeastMs, spec.stopWaitSecs * 1000)
}
