import { describe, expect, test } from 'vitest'
import { inspect } from '../../src/control/inspection.js'
import { inSlices } from '../../src/control/slices.js'
import type { ProcessKey } from '../../src/model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../../src/model/observed.js'
import type { Inspector, Marks, Relative } from '../../src/model/ports.js'
import { BLIND_INSPECTOR } from '../support/blind-inspector.js'
import { specOf } from '../support/specs.js'

const DAEMON = 10
const RUNNING = { phase: 'RUNNING', observedGeneration: 1 }

/** A machine on which `web` (pid 100) runs as somebody else, and an old `web` (pid 200) was left behind. */
function machine() {
  const alive = new Map<number, Relative>(
    [
      { pid: DAEMON, parent: 1, group: DAEMON, startedAt: 10 },
      { pid: 100, parent: DAEMON, group: 100, startedAt: 500 },
      { pid: 200, parent: DAEMON, group: 200, startedAt: 100 },
    ].map((one) => [one.pid, one]),
  )
  const seen = (pid: number): ProcessObserved => ({ ...NEVER_SEEN, ...RUNNING, pid }) as ProcessObserved
  const table: Record<ProcessKey, ProcessObserved> = { 'web:web': seen(100) }
  const marks: Marks = { group: 'web', name: 'web', daemon: null }
  const live = { uid: 5, directory: '/', openFiles: 1024, nice: 0, oomScoreAdj: 0, environment: {} }
  const inspector: Inspector = {
    ...BLIND_INSPECTOR,
    live: (pid) => (alive.has(pid) ? ({ ...live, limits: {} } as never) : null),
    pids: () => [...alive.keys()],
    relative: (pid) => alive.get(pid) ?? null,
    marks: (pid) => (pid === 200 && alive.has(pid) ? marks : null),
  }
  const desired = { 'web:web': { key: 'web:web' as const, spec: specOf({ name: 'web' }), generation: 1, rank: 0 } }
  const runtime = { desired: () => desired, store: { table } as never }
  const context = { environment: {}, stripAnsi: false, tapAll: false }
  return { alive, table, seen, work: () => inspect({ runtime, inspector, daemon: DAEMON, context }) }
}

/** Carries it out; `meddle` is called once, after `steps` steps. */
function run({ work }: ReturnType<typeof machine>, steps = -1, meddle = () => {}) {
  const generator = work()
  for (let taken = 0; ; taken++) {
    if (taken === steps) meddle()
    const step = generator.next()
    if (step.done) return { steps: taken, value: step.value }
  }
}

const fieldsOf = ({ value }: ReturnType<typeof run>) => ({
  differ: value.differences.map(({ field }) => field),
  left: value.leftovers.map(({ pid }) => pid),
  unreadable: value.unreadable,
})

describe('inspect', () => {
  test('tells of what differs and what is left', () => {
    expect(fieldsOf(run(machine()))).toEqual({ differ: ['user', 'environment'], left: [200], unreadable: [] })
  })

  const { steps } = run(machine())
  for (let at = 0; at <= steps; at++) {
    test(`what ends after step ${at} is left out, not misread`, () => {
      const world = machine()
      const answer = run(world, at, () => {
        world.alive.delete(100)
        world.alive.delete(200)
        world.table['web:web'] = NEVER_SEEN
      })
      expect(fieldsOf(answer)).toEqual({ differ: [], left: [], unreadable: [] })
    })

    test(`what is replaced after step ${at} is told of as it is now, or not at all`, () => {
      const world = machine()
      const answer = run(world, at, () => {
        world.alive.delete(100)
        world.alive.set(300, { pid: 300, parent: DAEMON, group: 300, startedAt: 900 })
        world.table['web:web'] = world.seen(300)
      })
      expect(fieldsOf(answer)).toMatchObject({ left: [200], unreadable: [] })
    })
  }
})

test('long work leaves the others their turn every 20 ms', async () => {
  let nowMs = 0
  const slices: number[] = []
  let beganMs = 0
  const clock = {
    monotonicMs: () => nowMs,
    wakeAt(_atMs: number, wake: () => void) {
      slices.push(nowMs - beganMs)
      beganMs = nowMs
      queueMicrotask(wake)
      return () => {}
    },
  }
  function* work(): Generator<void, string> {
    for (let step = 0; step < 100; step++) {
      nowMs += 3
      yield
    }
    return 'done'
  }
  expect(await inSlices(work(), clock)).toBe('done')
  expect(slices.length).toBeGreaterThan(10)
  expect(Math.max(...slices)).toBeLessThan(20 + 3)
})
