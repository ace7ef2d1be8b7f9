import { expect, test } from 'vitest'
import { createCustody } from '../../src/control/custody.js'
import { NO_CONFINEMENT } from '../../src/model/confinement.js'
import type { Isolation } from '../../src/model/isolation.js'
import { NEVER_SEEN, type ProcessObserved } from '../../src/model/observed.js'
import type { Relative } from '../../src/model/ports.js'
import { createVirtualClock } from '../sim/clock.js'
import { BLIND_INSPECTOR } from '../support/blind-inspector.js'
import { specOf } from '../support/specs.js'

const DAEMON = 1
const PID = 100
const KEY = 'web:web'
const MB = 1024 ** 2

/** A daemon with one process, pid 100, and orphans of it. */
function scene(isolation: Isolation, orphans: readonly number[] = [], memory = 0, tells = true) {
  const clock = createVirtualClock()
  const lines: string[] = []
  const done: string[] = []
  const alive = new Map<number, Relative>()
  const add = (pid: number, parent: number) => alive.set(pid, { pid, parent, group: pid, startedAt: pid })
  add(DAEMON, 0)
  add(PID, DAEMON)
  for (const pid of orphans) add(pid, DAEMON)
  const table: Record<string, ProcessObserved> = {
    [KEY]: { ...NEVER_SEEN, phase: 'RUNNING', pid: PID, attempt: 0 },
  }
  const used = { bytes: memory }
  const immortal = new Set<number>()
  const custody = createCustody({
    clock,
    log: { write: (level, text) => void lines.push(`${level} ${text}`), enabled: () => true },
    inspector: {
      ...BLIND_INSPECTOR,
      processes: () => [...alive.values()],
      children: () => [...alive.keys()].filter((pid) => pid !== DAEMON),
      marks: () => ({ group: 'web', name: 'web', daemon: null }),
      usage: () => ({ rssBytes: used.bytes, cpuMs: 0 }),
    },
    confinement: {
      ...NO_CONFINEMENT,
      kill({ pid }) {
        if (!immortal.has(pid)) alive.delete(pid)
      },
    },
    daemon: DAEMON,
    table,
    spec: () => specOf({ name: 'web', ...isolation }),
    tellsOfRemains: () => tells,
    restart: () => void done.push('restart'),
    hold: (_key, reason) => void done.push(`hold: ${reason}`),
  })
  const pass = (ms: number) => {
    const endMs = clock.monotonicMs() + ms
    while (clock.step(endMs));
    return lines.splice(0)
  }
  /** The process ends; whether that may be told of already. */
  const end = () => {
    alive.delete(PID)
    custody.ended(KEY, PID, () => {
      delete table[KEY]
      done.push('ended')
    })
    return done.includes('ended')
  }
  return { custody, clock, pass, end, done, alive, immortal, used, table }
}

test('an end with nothing left is told of at once', () => {
  expect(scene({ killMode: 'tree' }).end()).toBe(true)
  expect(scene({}).end()).toBe(true)
})

test('an end waits until what is left is killed', () => {
  const world = scene({ killMode: 'tree' }, [200, 201])
  expect(world.end()).toBe(false)
  expect([...world.alive.keys()]).toEqual([DAEMON])
  expect(world.pass(100)).toEqual(['info killing what web left behind: pid 200, 201'])
  expect(world.done).toEqual(['ended'])
})

test('what cannot be killed is not waited for longer than two seconds, and told of', () => {
  const world = scene({ killLeftovers: true }, [200])
  world.immortal.add(200)
  expect(world.end()).toBe(false)
  world.pass(1900)
  expect(world.done).toEqual([])
  expect(world.pass(200)).toEqual(['warn what web left behind cannot be killed: pid 200'])
  expect(world.done).toEqual(['ended'])
})

test('what is left is told of once, a second later, if it is still there', () => {
  const world = scene({}, [200])
  expect(world.end()).toBe(true)
  expect(world.pass(900)).toEqual([])
  expect(world.pass(200)).toEqual(['warn web left pid 200 behind; kill_leftovers=true ends such processes with it'])
  world.custody.ended(KEY, PID, () => {})
  expect(world.pass(5000)).toEqual([])
  expect(world.alive.has(200)).toBe(true)
  const other = scene({}, [200])
  other.end()
  other.alive.delete(200)
  expect(other.pass(5000)).toEqual([])
  const silent = scene({}, [200], 0, false)
  silent.end()
  expect(silent.pass(5000)).toEqual([])
})

const spawned = (world: ReturnType<typeof scene>) =>
  world.custody.note(KEY, { type: 'spawned', pid: PID }, world.table[KEY] ?? NEVER_SEEN)

test.each<[Isolation['memoryMaxAction'], readonly string[], string]>([
  [undefined, ['restart'], ', restarting it'],
  ['stop', ['hold: uses 60MB of memory, more than memory_max=50MB'], ', stopping it'],
  ['log', [], ''],
])('more memory than allowed, with action %s', (action, done, told) => {
  const limits = { memoryMax: 50 * MB, ...(action ? { memoryMaxAction: action } : {}) }
  const world = scene(limits, [], 40 * MB)
  spawned(world)
  expect(world.pass(3000)).toEqual([])
  world.used.bytes = 60 * MB
  expect(world.pass(2000)).toEqual([`warn web uses 60MB of memory, more than memory_max=50MB${told}`])
  expect(world.done).toEqual(done)
})

test('memory of what is below a process counts; what is only told of is told once until it is well again', () => {
  const world = scene({ memoryMax: 50 * MB, memoryMaxAction: 'log' }, [], 30 * MB)
  spawned(world)
  expect(world.pass(2000)).toEqual([])
  world.alive.set(101, { pid: 101, parent: PID, group: 101, startedAt: 101 })
  expect(world.pass(6000)).toHaveLength(1)
  world.alive.delete(101)
  expect(world.pass(2000)).toEqual([])
  world.alive.set(101, { pid: 101, parent: PID, group: 101, startedAt: 101 })
  expect(world.pass(6000)).toHaveLength(1)
})

test('a process that was up before us is looked at, too', () => {
  const world = scene({ memoryMax: 50 * MB }, [], 60 * MB)
  expect(world.pass(2000)).toHaveLength(1)
  expect(world.done).toEqual(['restart'])
})

test('without a process that has such a limit nobody looks', () => {
  const world = scene({ memoryMax: MB })
  delete world.table[KEY]
  world.pass(2000)
  expect(world.clock.step(world.clock.monotonicMs() + 60_000)).toBe(false)
  const other = scene({})
  spawned(other)
  expect(other.clock.step(other.clock.monotonicMs() + 60_000)).toBe(false)
})

test('options that need a cgroup say once what becomes of them without one', () => {
  const world = scene({ killMode: 'cgroup', memoryMax: MB, cpuMax: 50, pidsMax: 9 })
  const spec = specOf({ name: 'web', killMode: 'cgroup', memoryMax: MB, cpuMax: 50, pidsMax: 9 })
  expect(world.custody.enclose(KEY, spec)).toEqual({})
  expect(world.custody.enclose(KEY, spec)).toEqual({})
  expect(world.pass(1)).toEqual([
    'warn web: kill_mode=cgroup works as kill_mode=tree; memory_max is looked at every two seconds; ' +
      'cpu_max has no effect; pids_max has no effect: there are no cgroups',
  ])
})
