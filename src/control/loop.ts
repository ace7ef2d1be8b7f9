import type { ProcessKey } from '../model/names.js'
import type { Action } from '../model/plan.js'
import type { Clock } from '../model/ports.js'
import { reconcile, type World } from '../reconcile/reconcile.js'
import { createDeadlines } from './deadlines.js'

/** Turns the wheel: wake, look, reconcile, carry out. */
export interface Loop {
  /** Says that something about these processes changed; the next turn looks at them. */
  mark(keys: Iterable<ProcessKey>): void
  /** Turns now, until nothing is left to do at this moment. */
  turn(): void
  /** Whether a turn would have something to look at. */
  busy(): boolean
  close(): void
}

/** What the loop needs. */
export interface LoopDeps {
  readonly clock: Clock
  readonly world: World
  carryOut(action: Action): void
  /** Called at the end of every turn that did something. */
  afterTurn(): void
}

/**
 * Automatic starts give way after this long, ms, so that logs and calls go on during a boot of 1,000 programs.
 * Nobody waits for one of them in particular; starts that were asked for are never put off.
 */
const SLICE_MS = 20

/** Starts that were put off are looked at again in portions, so that a slice costs what it starts and not what waits. */
const PORTION = 32

/** No process needs more than a few steps at one moment (start, declare running); more is a bug that must not hang us. */
const PASSES_MAX = 1000

/** Makes a loop; it does nothing until something is marked. */
export function createLoop({ clock, world, carryOut, afterTurn }: LoopDeps): Loop {
  const dirty = new Set<ProcessKey>()
  /** Starts that were put off, in the order of the plan that had them. */
  const putOff = new Set<ProcessKey>()
  const deadlines = createDeadlines(clock, turn)
  let turning = false
  /** Marks made before the first turn wait for it: programs start when the daemon is ready, not while it gets ready. */
  let begun = false
  let cancelSoon: (() => void) | null = null

  function soon(): void {
    cancelSoon ??= clock.wakeAt(clock.monotonicMs(), () => {
      cancelSoon = null
      turn()
    })
  }

  function turn(): void {
    // An action's own events mark keys; the turn that is under way sees them in its next pass.
    if (turning) return
    turning = true
    begun = true
    try {
      const sliceEndMs = clock.monotonicMs() + SLICE_MS
      for (let pass = 0; pass < PASSES_MAX; pass++) {
        for (const key of deadlines.due(clock.monotonicMs())) dirty.add(key)
        if (dirty.size === 0) {
          if (clock.monotonicMs() > sliceEndMs) break
          takePortion()
        }
        if (dirty.size === 0) break
        onePass(sliceEndMs)
      }
    } finally {
      turning = false
    }
    if (dirty.size > 0 || putOff.size > 0) soon()
    afterTurn()
  }

  function takePortion(): void {
    for (const key of putOff) {
      if (dirty.size === PORTION) return
      dirty.add(key)
      putOff.delete(key)
    }
  }

  function onePass(sliceEndMs: number): void {
    const keys = [...dirty]
    dirty.clear()
    const plan = reconcile(world, keys, clock.monotonicMs())
    for (const key of keys) deadlines.set(key, plan.wakes.get(key))
    for (const action of plan.actions) {
      if (action.type === 'start' && action.reason !== 'Requested' && clock.monotonicMs() > sliceEndMs) {
        putOff.add(action.key)
      } else carryOut(action)
    }
  }

  return {
    mark(keys) {
      for (const key of keys) dirty.add(key)
      if (dirty.size > 0 && begun && !turning) soon()
    },
    turn,
    busy: () => dirty.size > 0 || putOff.size > 0,
    close() {
      deadlines.close()
      cancelSoon?.()
      dirty.clear()
      putOff.clear()
    },
  }
}
