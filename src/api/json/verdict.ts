import { assertNever } from '../../model/assert.js'
import { formatStopTime } from '../../model/describe.js'
import type { ProcessView } from '../../model/operator.js'
import { isStopped } from '../../model/phase.js'
import type { Hold } from '../../model/spec.js'

/** Whether one process is where it should be. */
export type Verdict = 'ok' | 'pending' | 'failed' | 'held'

/** A verdict with the clause that explains it. */
export interface Judgement {
  readonly verdict: Verdict
  readonly why: string
}

/**
 * Tells whether one process is where the accepted revision and the operator want it.
 *
 * `pending` means something is under way or about to be; `failed` means nothing will improve by itself, or that the
 * last attempt failed and the next one is only hoped for (BACKOFF). A hold is a person's wish and no failure.
 */
export function judge({ spec, generation, override, seen }: ProcessView): Judgement {
  if (override.hold) {
    return isStopped(seen.phase) ? { verdict: 'held', why: whyHeld(override.hold) } : pending('stopping')
  }
  if (override.runRequest > seen.observedRunRequest) return pending('waits for its start')
  const older = seen.observedGeneration < generation
  if (older && !('pid' in seen) && spec.autostart) return pending('waits for its start')
  switch (seen.phase) {
    case 'RUNNING':
      return older ? pending('runs from an older specification') : ok('')
    case 'STARTING':
      return pending(`has to stay up for ${spec.startSecs} s`)
    case 'STOPPING':
      return pending('stopping')
    case 'BACKOFF':
      return { verdict: 'failed', why: seen.spawnError || `${seen.attempt} failed starts, will be tried again` }
    case 'FATAL':
      return { verdict: 'failed', why: seen.spawnError || 'gave up after too many failed starts' }
    case 'UNKNOWN':
      return { verdict: 'failed', why: 'the system refused a signal; the process may still be there' }
    case 'EXITED':
      return judgeExited(spec.autorestart, seen.expected, seen.exitStatus)
    case 'STOPPED':
      if (spec.autostart || seen.stoppedBy === 'Replace') return pending('waits for its start')
      return ok('not started by itself (autostart=false)')
    default:
      return assertNever(seen)
  }
}

/** By what and whom, until when and why: `held by svctl hold (alice) until Nov 22 03:07 PM: new disk`. */
export function whyHeld({ until, reason, by }: Hold): string {
  const end = until === null ? '' : ` until ${formatStopTime(until.wallMs)}`
  return `held by ${by}${end}${reason === '' ? '' : `: ${reason}`}`
}

function judgeExited(
  autorestart: ProcessView['spec']['autorestart'],
  expected: boolean,
  exitStatus: number | null,
): Judgement {
  const ended = exitStatus === -1 ? 'ended by a signal' : `exited with ${exitStatus ?? 'no'} status`
  if (autorestart === 'always' || (autorestart === 'unexpected' && !expected)) return pending('waits for its restart')
  return expected ? ok('completed') : { verdict: 'failed', why: `${ended}, which is not expected` }
}

function ok(why: string): Judgement {
  return { verdict: 'ok', why }
}

function pending(why: string): Judgement {
  return { verdict: 'pending', why }
}
