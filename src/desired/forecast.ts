import { STOPPED_BY } from '../actions/carry-out.js'
import type { ProcessEvent } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../model/observed.js'
import type { PlanStep } from '../model/operator.js'
import type { Action } from '../model/plan.js'
import { SIGKILL } from '../model/signals.js'
import { NO_OVERRIDE, type ProcessSpec } from '../model/spec.js'
import { reduceProcess } from '../observed/reduce.js'
import { reconcile, situationOf, type World } from '../reconcile/reconcile.js'
import { createRollout } from '../reconcile/rollout.js'

/** What will be done, and when each process has arrived at the latest. */
export interface Forecast {
  readonly plan: readonly PlanStep[]
  /** Ms from now; a process that is neither started nor stopped is missing. `null` for one that does not arrive. */
  readonly arrivals: ReadonlyMap<ProcessKey, number | null>
}

/**
 * Foresees what the loop will do with some processes, by asking the very functions that it asks, in a time that passes
 * at once.
 *
 * Every process takes its longest: one that is stopped lives until it is killed after stopwaitsecs, one that is started
 * counts as arrived after startsecs. So what the reconciler does one after another adds up, and what it does side by side
 * takes as long as the longest of it. Starts that fail are not foreseen.
 *
 * @param world - as it will be once the change is accepted; not changed
 * @param keys - the processes that change
 * @param specOf - the spec that stops and starts go by
 * @param nowMs - monotonic
 * @param atOnce - the processes of one program are replaced all at the same time
 */
export function forecast(
  world: World,
  keys: readonly ProcessKey[],
  specOf: (key: ProcessKey) => ProcessSpec,
  nowMs: number,
  atOnce: boolean,
): Forecast {
  // What changes lies over the world: a copy of 1,000 records takes longer than foreseeing one change.
  const observed: Record<ProcessKey, ProcessObserved> = Object.create(world.observed)
  const followed = new Set(keys)
  const wakes = new Map<ProcessKey, number>()
  let dirty = new Set(keys)
  let atMs = nowMs
  const rollout = createRollout({
    situation: (key) => situationOf(then, key),
    monotonicMs: () => atMs,
    mark(marked) {
      for (const key of marked) if (followed.has(key)) dirty.add(key)
    },
  })
  const then: World = { ...world, observed, mayReplace: (key) => atOnce || rollout.mayReplace(key) }
  const steps = createSteps((key) => programOf(specOf(key)))
  const arrivals = new Map<ProcessKey, number | null>()

  for (const key of keys) rollout.note(key)
  // A few passes for each process are enough; a world that never comes to rest must not take the daemon with it.
  for (let pass = 0; pass < 10 * keys.length; pass++) {
    if (dirty.size === 0) {
      const nextMs = earliest(wakes)
      if (nextMs === null) break
      atMs = Math.max(atMs, nextMs)
      for (const [key, wakeAtMs] of wakes) if (wakeAtMs <= atMs) dirty.add(key)
    }
    const plan = reconcile(then, dirty, atMs)
    for (const key of dirty) wakes.delete(key)
    for (const [key, wakeAtMs] of plan.wakes) wakes.set(key, wakeAtMs)
    dirty = new Set()
    for (const action of plan.actions) {
      const { key, type } = action
      // What would happen anyway, later, is none of this change's doing: a retry, a restart after an exit.
      const strange = pass > 0 && type === 'start' && action.reason !== 'SpecChanged'
      if (strange || type === 'forget' || type === 'give-up') {
        followed.delete(key)
        continue
      }
      if (type === 'start' || type === 'stop') {
        steps.add({ key, action: type, latestMs: atMs - nowMs }, pass)
        arrivals.set(key, null)
      } else if (arrivals.has(key)) arrivals.set(key, atMs - nowMs)
      for (const event of eventsOf(action, then, specOf(key), atMs)) {
        observed[key] = reduceProcess(observed[key] ?? NEVER_SEEN, event).at(-1) ?? NEVER_SEEN
      }
      dirty.add(key)
      rollout.note(key)
    }
  }
  return { plan: steps.all(), arrivals }
}

/** Gives each start and stop its number: how many rounds of its program came before. */
function createSteps(programOf: (key: ProcessKey) => string) {
  const rounds = new Map<string, { readonly pass: number; readonly step: number }>()
  const plan: PlanStep[] = []
  return {
    add(step: Omit<PlanStep, 'step'>, pass: number): void {
      const program = programOf(step.key)
      const last = rounds.get(program) ?? { pass: -1, step: 0 }
      const round = last.pass === pass ? last : { pass, step: last.step + 1 }
      rounds.set(program, round)
      plan.push({ ...step, step: round.step })
    },
    all: (): readonly PlanStep[] => plan,
  }
}

/** What a well-behaved but slow process and a host without faults make of an action. */
function eventsOf(
  action: Exclude<Action, { type: 'forget' | 'give-up' }>,
  world: World,
  spec: ProcessSpec,
  atMs: number,
): readonly ProcessEvent[] {
  const now = { atMs, wallMs: 0 }
  const { key } = action
  switch (action.type) {
    case 'start': {
      const generation = world.desired[key]?.generation ?? 0
      const { runRequest } = world.overrides[key] ?? NO_OVERRIDE
      return [
        { type: 'starting', ...now, generation, runRequest },
        { type: 'spawned', pid: 1 },
      ]
    }
    case 'declare-running':
      return [{ type: 'declared-running' }]
    case 'stop': {
      const killAtMs = atMs + Math.max(0, spec.stopWaitSecs) * 1000
      return [{ type: 'stop-sent', killAtMs, stoppedBy: STOPPED_BY[action.reason] }]
    }
    case 'kill': {
      const status = { code: null, signal: SIGKILL, coreDumped: false }
      return [{ type: 'exited', ...now, status, startSecs: spec.startSecs, exitCodes: spec.exitCodes }]
    }
    case 'cancel-retry':
      return [{ type: 'retry-cancelled', stoppedBy: action.reason === 'Held' ? 'Operator' : 'Removed' }]
  }
}

/** A program in two groups is two: each group goes its own way. */
function programOf({ group, program }: ProcessSpec): string {
  return `${group}:${program}`
}

function earliest(wakes: ReadonlyMap<ProcessKey, number>): number | null {
  let first: number | null = null
  for (const wakeAtMs of wakes.values()) if (first === null || wakeAtMs < first) first = wakeAtMs
  return first
}
