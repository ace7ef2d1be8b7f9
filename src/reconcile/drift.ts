import { displayName, type ProcessKey, splitKey } from '../model/names.js'
import { type ProcessObserved, pidOf } from '../model/observed.js'
import type { DriftItem } from '../model/operator.js'
import { decide } from './decide.js'
import { situationOf, type World } from './reconcile.js'

/**
 * Where processes are not as the accepted revision says; never changes anything.
 *
 * An unexpected end after which nothing is started again is drift; a task that ended as expected is done.
 * Held processes are no drift: a person wants them so. A process on its way (STARTING, waiting to retry, being
 * replaced) is drift until it has arrived.
 *
 * @param nowMs - monotonic
 * @returns one row per process at the most, by start order, undeclared ones last
 */
export function driftOf(world: World, nowMs: number): readonly DriftItem[] {
  const keys = new Set([...Object.keys(world.desired), ...Object.keys(world.observed)]) as Set<ProcessKey>
  return [...keys].flatMap((key) => driftOfProcess(world, key, nowMs) ?? [])
}

function driftOfProcess(world: World, key: ProcessKey, nowMs: number): DriftItem | null {
  const situation = situationOf(world, key)
  const { want, override, seen } = situation
  const { group, name } = splitKey(key)
  const shown = displayName(group, name)
  const row = (kind: DriftItem['kind'], message: string): DriftItem => ({
    key,
    kind,
    message: `${shown}: ${message}`,
  })
  if (!want) return pidOf(seen) > 0 ? row('undeclared', `not declared, but pid ${pidOf(seen)} is alive`) : null
  if (override.hold) return pidOf(seen) > 0 ? row('running', `held, but pid ${pidOf(seen)} is still alive`) : null
  switch (seen.phase) {
    case 'FATAL':
      return row('fatal', `gave up starting: ${seen.spawnError}`)
    case 'BACKOFF':
      return row('backoff', `waits for start attempt ${seen.attempt + 1}: ${seen.spawnError}`)
    case 'UNKNOWN':
      return row('not-running', `in an unknown state: ${seen.spawnError}`)
    case 'STARTING':
      return row('not-running', 'is starting')
    case 'STOPPING':
      return row('not-running', 'is stopping')
    case 'RUNNING':
      return want.generation > seen.observedGeneration
        ? row(
            'older-generation',
            `pid ${seen.pid} runs generation ${seen.observedGeneration}, wanted ${want.generation}`,
          )
        : null
    case 'STOPPED':
    case 'EXITED':
      return driftOfDown(row, seen, decide(situation, nowMs))
  }
}

function driftOfDown(
  row: (kind: DriftItem['kind'], message: string) => DriftItem,
  seen: ProcessObserved,
  decision: ReturnType<typeof decide>,
): DriftItem | null {
  const startsSoon = decision.action?.type === 'start' || decision.wakeAtMs !== Number.POSITIVE_INFINITY
  if (startsSoon) return row('not-running', `${seen.phase}, about to be started`)
  if (seen.phase !== 'EXITED' || seen.expected) return null
  const how = seen.exitStatus === -1 ? 'ended by a signal' : `exited with status ${seen.exitStatus ?? '?'}`
  return row('exited', `${how}, which is not expected, and is not started again`)
}
