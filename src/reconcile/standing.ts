import { assertNever } from '../model/assert.js'
import { decide, type Situation } from './decide.js'

/** Where one process stands while its program goes over to a newer spec. */
export type Standing =
  /** Runs an older spec and is to be replaced when its turn comes. */
  | 'waiting'
  /** On its way up, or down to be started anew: the others of its program wait for it. */
  | 'underway'
  /** Did not come up: nothing more is replaced for the revision that wants it so. */
  | 'failing'
  /** Up, completed, held, or not to be started. */
  | 'settled'

/**
 * Tells where a process stands.
 *
 * One that failed keeps failing through its next attempts until it is up: a rollout goes on because it works, not because
 * it is tried again.
 *
 * @param before - where it stood last for the same generation; 'settled' for a new one
 * @param nowMs - monotonic
 */
export function standingOf(situation: Situation, before: Standing, nowMs: number): Standing {
  const { want, override, seen } = situation
  if (!want) return 'settled'
  const onTheWay = (underway: boolean): Standing =>
    before === 'failing' ? 'failing' : underway && !override.hold ? 'underway' : 'settled'
  const older = want.generation > seen.observedGeneration
  // A restart that somebody asked for is not put off.
  const requested = override.runRequest > seen.observedRunRequest
  switch (seen.phase) {
    case 'RUNNING':
      if (requested) return onTheWay(true)
      return older && !override.hold ? 'waiting' : 'settled'
    case 'STARTING':
      return older && !requested && !override.hold ? 'waiting' : onTheWay(true)
    case 'STOPPING':
    case 'UNKNOWN':
      return onTheWay(seen.stoppedBy === 'Replace')
    case 'BACKOFF':
    case 'FATAL':
      return older ? onTheWay(startsSoon(situation, nowMs)) : 'failing'
    case 'EXITED':
      if (override.hold || startsSoon(situation, nowMs)) return onTheWay(true)
      return older || seen.expected ? 'settled' : 'failing'
    case 'STOPPED':
      return onTheWay(startsSoon(situation, nowMs))
    default:
      return assertNever(seen)
  }
}

function startsSoon(situation: Situation, nowMs: number): boolean {
  const { action, wakeAtMs } = decide(situation, nowMs)
  return action?.type === 'start' || wakeAtMs !== Number.POSITIVE_INFINITY
}
