import type { MemoryAction } from '../model/isolation.js'
import { displayName, type ProcessKey } from '../model/names.js'
import type { Clock, Inspector, Log } from '../model/ports.js'
import type { ProcessSpec } from '../model/spec.js'
import { descendantsOf } from '../reconcile/remains.js'

/** Looks at what processes use, where no cgroup does it. */
export interface MemoryWatch {
  /** A process was started: looks now and then as long as one with such a limit is up. */
  started(key: ProcessKey, spec: ProcessSpec): void
  close(): void
}

/** A process that is up. */
export interface Watched {
  readonly key: ProcessKey
  readonly spec: ProcessSpec
  readonly pid: number
}

/** What watching needs. */
export interface MemoryWatchDeps {
  readonly clock: Clock
  readonly log: Log
  readonly inspector: Pick<Inspector, 'processes' | 'usage'>
  /** Whether the kernel sees to the limit of this process. */
  enforced(key: ProcessKey): boolean
  up(): readonly Watched[]
  /** Stops a process, for good or to start it anew. */
  exceeded(key: ProcessKey, action: Exclude<MemoryAction, 'log'>, reason: string): void
}

/** How often to look, ms. */
const LOOK_MS = 2000

/** Makes one; without a process that has a limit it does nothing. */
export function createMemoryWatch(deps: MemoryWatchDeps): MemoryWatch {
  const { clock, log, inspector } = deps
  /** Processes above their limit that were told of. */
  const told = new Set<ProcessKey>()
  let cancel: (() => void) | null = null

  const isWatched = (key: ProcessKey, spec: ProcessSpec) => spec.memoryMax !== undefined && !deps.enforced(key)

  function arm(): void {
    cancel ??= clock.wakeAt(clock.monotonicMs() + LOOK_MS, look)
  }

  function look(): void {
    cancel = null
    const watched = deps.up().filter(({ key, spec }) => isWatched(key, spec))
    if (watched.length === 0) return
    arm()
    const processes = inspector.processes()
    for (const { key, spec, pid } of watched) {
      const members = processes.filter(({ group }) => group === pid)
      const pids = new Set([pid, ...[...members, ...descendantsOf(pid, processes)].map((process) => process.pid)])
      const used = [...pids].reduce((sum, each) => sum + (inspector.usage(each)?.rssBytes ?? 0), 0)
      judge(key, spec, used)
    }
  }

  function judge(key: ProcessKey, spec: ProcessSpec, used: number): void {
    if (used <= (spec.memoryMax ?? Infinity)) {
      told.delete(key)
      return
    }
    const action = spec.memoryMaxAction ?? 'restart'
    if (action === 'log' && told.has(key)) return
    told.add(key)
    const reason = `uses ${megabytes(used)} of memory, more than memory_max=${megabytes(spec.memoryMax ?? 0)}`
    const what = { restart: ', restarting it', stop: ', stopping it', log: '' }[action]
    log.write('warn', `${displayName(spec.group, spec.name)} ${reason}${what}`)
    if (action !== 'log') deps.exceeded(key, action, reason)
  }

  function started(key: ProcessKey, spec: ProcessSpec): void {
    if (isWatched(key, spec)) arm()
  }

  // Some are up already when we go on for another program.
  for (const { key, spec } of deps.up()) started(key, spec)

  return {
    started,
    close: () => cancel?.(),
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)}MB`
}
