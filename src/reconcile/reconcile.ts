import type { ProcessKey } from '../model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../model/observed.js'
import type { Plan } from '../model/plan.js'
import { type DesiredProcess, NO_OVERRIDE, type Override } from '../model/spec.js'
import { decide, type Gate, type Situation } from './decide.js'
import { inOrder } from './order.js'

/** All that reconciling reads: tables by process key, the gate that a shutdown closes, and whose turn a rollout says it is. */
export interface World {
  readonly desired: Readonly<Record<ProcessKey, DesiredProcess>>
  readonly overrides: Readonly<Record<ProcessKey, Override>>
  readonly observed: Readonly<Record<ProcessKey, ProcessObserved>>
  gate(key: ProcessKey): Gate
  mayReplace(key: ProcessKey): boolean
}

/** Everything known of one process, with what "never heard of" means filled in. */
export function situationOf(world: World, key: ProcessKey): Situation {
  return {
    key,
    want: world.desired[key],
    override: world.overrides[key] ?? NO_OVERRIDE,
    seen: world.observed[key] ?? NEVER_SEEN,
    gate: world.gate(key),
    mayReplace: world.mayReplace(key),
  }
}

/**
 * Compares desired and observed and returns what is to be done now, in order.
 *
 * @param keys - the processes to look at; those whose inputs did not change may be left out
 * @param nowMs - monotonic
 * @returns the plan, and for each key that waits the time to look again
 */
export function reconcile(
  world: World,
  keys: Iterable<ProcessKey>,
  nowMs: number,
): Plan & { readonly wakes: ReadonlyMap<ProcessKey, number> } {
  const actions = []
  const wakes = new Map<ProcessKey, number>()
  let wakeAtMs = Number.POSITIVE_INFINITY
  for (const key of new Set(keys)) {
    if (world.desired[key] === undefined && world.observed[key] === undefined) continue
    const decision = decide(situationOf(world, key), nowMs)
    if (decision.action) actions.push(decision.action)
    if (decision.wakeAtMs !== Number.POSITIVE_INFINITY) wakes.set(key, decision.wakeAtMs)
    wakeAtMs = Math.min(wakeAtMs, decision.wakeAtMs)
  }
  return { actions: inOrder(actions, world), wakeAtMs, wakes }
}
