import type { Confinement, Controller } from '../model/confinement.js'
import type { ProcessEvent } from '../model/event.js'
import type { Isolation } from '../model/isolation.js'
import { displayName, type ProcessKey } from '../model/names.js'
import { type ProcessObserved, pidOf } from '../model/observed.js'
import type { Clock, Inspector, Log } from '../model/ports.js'
import type { ProcessSpec } from '../model/spec.js'
import { createMemoryWatch } from './memory-watch.js'
import { createRemains } from './remains.js'

/** Keeps processes to what they may use, and together with what they start. */
export interface Custody {
  /** Before a start: the cgroup that the process is to be in, if it is to have one. */
  enclose(key: ProcessKey, spec: ProcessSpec): { readonly cgroup?: string }
  /** Something has happened to a process. */
  note(key: ProcessKey, event: ProcessEvent, now: ProcessObserved): void
  /** A process has ended. @param done - called once all is gone that is to end with it */
  ended(key: ProcessKey, pid: number, done: () => void): void
  close(): void
}

/** What custody needs. */
export interface CustodyDeps {
  readonly clock: Clock
  readonly log: Log
  readonly inspector: Inspector
  readonly confinement: Confinement
  /** Our own pid. */
  readonly daemon: number
  readonly table: Readonly<Record<ProcessKey, ProcessObserved>>
  spec(key: ProcessKey): ProcessSpec
  /** Whether processes that a program leaves behind are told of. */
  tellsOfRemains(): boolean
  restart(key: ProcessKey): void
  /** Stops a process until somebody starts it. */
  hold(key: ProcessKey, reason: string): void
}

/** Makes one; it does nothing for programs that use none of its options. */
export function createCustody(deps: CustodyDeps): Custody {
  const { confinement, log, table } = deps
  /** Processes that could not be given the cgroup they were to have. */
  const loose = new Set<ProcessKey>()
  const remains = createRemains({ ...deps, current: () => new Map(live().map(([pid, key]) => [pid, key])) })
  const memory = createMemoryWatch({
    ...deps,
    enforced: (key) => !loose.has(key) && isBoundByKernel(deps.spec(key)),
    up: () =>
      live()
        .filter(([, key]) => table[key]?.phase === 'RUNNING' || table[key]?.phase === 'STARTING')
        .map(([pid, key]) => ({ key, pid, spec: deps.spec(key) })),
    exceeded: (key, action, reason) => (action === 'stop' ? deps.hold(key, reason) : deps.restart(key)),
  })
  /** What was said of cgroups that cannot be had, to say it once. */
  const said = new Set<string>()

  function live(): readonly (readonly [number, ProcessKey])[] {
    const keys = Object.keys(table) as ProcessKey[]
    return keys.flatMap((key) => {
      const pid = table[key] === undefined ? 0 : pidOf(table[key])
      return pid > 0 ? [[pid, key] as const] : []
    })
  }

  /** What is only to be told of or to be stopped for good must not be killed by the kernel. */
  function isBoundByKernel({ memoryMax, memoryMaxAction }: ProcessSpec): boolean {
    const wanted = memoryMax !== undefined && memoryMaxAction === undefined
    return wanted && confinement.support().controllers.includes('memory')
  }

  function sayOnce(text: string): void {
    if (said.has(text)) return
    said.add(text)
    log.write('warn', text)
  }

  return {
    enclose(key, spec) {
      loose.delete(key)
      const wanted = wantedOf(spec)
      if (wanted.length === 0) return {}
      const { controllers, problem } = confinement.support()
      const missing = wanted.filter((name) => !controllers.includes(name))
      const shown = displayName(spec.group, spec.program)
      if (missing.length > 0) sayOnce(`${shown}: ${missing.map((name) => WITHOUT[name]).join('; ')}: ${problem}`)
      if (missing.length === wanted.length) return {}
      const { memoryMax: _, ...others } = spec
      const made = confinement.enclose(key, isBoundByKernel(spec) ? spec : others)
      if (!made.ok) {
        loose.add(key)
        sayOnce(`${shown}: ${wanted.map((name) => WITHOUT[name]).join('; ')}: ${made.error}`)
        return {}
      }
      return { cgroup: made.folder }
    },
    note(key, event, now) {
      if (event.type === 'spawned') memory.started(key, deps.spec(key))
      else if (event.type === 'stop-sent' || event.type === 'kill-sent')
        remains.stopping(deps.spec(key), key, pidOf(now))
    },
    ended(key, pid, done) {
      remains.ended(deps.spec(key), key, pid, () => {
        if (wantedOf(deps.spec(key)).length > 0) confinement.leave(key)
        done()
      })
    },
    close() {
      memory.close()
      remains.close()
    },
  }
}

/** What becomes of an option where a cgroup does not see to it. */
const WITHOUT: Readonly<Record<Controller, string>> = {
  kill: 'kill_mode=cgroup works as kill_mode=tree',
  memory: 'memory_max is looked at every two seconds',
  cpu: 'cpu_max has no effect',
  pids: 'pids_max has no effect',
}

function wantedOf({ killMode, memoryMax, cpuMax, pidsMax }: Isolation): readonly Controller[] {
  const wanted: readonly (readonly [Controller, boolean])[] = [
    ['kill', killMode === 'cgroup'],
    ['memory', memoryMax !== undefined],
    ['cpu', cpuMax !== undefined],
    ['pids', pidsMax !== undefined],
  ]
  return wanted.filter(([, asked]) => asked).map(([name]) => name)
}
