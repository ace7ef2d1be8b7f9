import type { Confinement } from '../model/confinement.js'
import { leavesNothing } from '../model/isolation.js'
import { displayName, type ProcessKey } from '../model/names.js'
import type { Clock, Inspector, Log, Relative } from '../model/ports.js'
import type { ProcessSpec } from '../model/spec.js'
import { findLeftovers } from '../reconcile/leftovers.js'
import { descendantsOf, pidList, remainsOf } from '../reconcile/remains.js'

/** What is done about what processes leave behind. */
export interface Remains {
  /** A process is about to be stopped: from now on everything below it belongs to its end. */
  stopping(spec: ProcessSpec, key: ProcessKey, pid: number): void
  /**
   * A process has ended. What it left is killed if its spec wants that, else told of a little later.
   *
   * @param done - called when nothing is left, mostly at once, and in any case after two seconds
   */
  ended(spec: ProcessSpec, key: ProcessKey, pid: number, done: () => void): void
  close(): void
}

/** What looking for remains needs. */
export interface RemainsDeps {
  readonly clock: Clock
  readonly log: Log
  readonly inspector: Inspector
  readonly confinement: Confinement
  /** Our own pid. */
  readonly daemon: number
  /** Processes that are alive, by pid. */
  current(): ReadonlyMap<number, ProcessKey>
  /** Whether what is left and not killed is told of. */
  tellsOfRemains(): boolean
}

/** What forks as fast as it is killed is not chased for ever, ms. */
const CHASE_MS = 2000
const ROUND_MS = 20

/** Something that is about to end by itself gets this long before it is told of, ms. */
const LOOK_DELAY_MS = 1000

/** How old a table may be in which those below a process are looked up, ms. */
const TABLE_AGE_MS = 50

/** Makes one; it looks at /proc only for processes that ended. */
export function createRemains(deps: RemainsDeps): Remains {
  const { clock, log, inspector, confinement, daemon } = deps
  /** Start by pid of everything below a process when it was told to stop. */
  const known = new Map<ProcessKey, ReadonlyMap<number, number>>()
  /** Names of processes that ended since the last look. */
  const unlooked = new Map<ProcessKey, string>()
  /** Pids that were told of already. */
  let told: ReadonlySet<number> = new Set()
  let cancelLook: (() => void) | null = null
  let table: { readonly atMs: number; readonly processes: readonly Relative[] } | null = null

  /** Orphans come to us. One read, where all of /proc would be thousands when many programs end at once. */
  function haveOrphans(current: ReadonlyMap<number, ProcessKey>): boolean {
    return inspector.children(daemon)?.every((pid) => current.has(pid)) !== true
  }

  function left(key: ProcessKey, pid: number): readonly Relative[] {
    const current = new Map(deps.current())
    current.delete(pid)
    if (!haveOrphans(current)) return []
    return remainsOf({ key, pid, known: known.get(key) ?? new Map() }, { daemon, current }, inspector)
  }

  /** As they are, or were a moment ago: many programs may be told to stop in one turn. */
  function recentProcesses(): readonly Relative[] {
    const nowMs = clock.monotonicMs()
    if (table === null || nowMs - table.atMs > TABLE_AGE_MS) table = { atMs: nowMs, processes: inspector.processes() }
    return table.processes
  }

  function chase(shown: string, key: ProcessKey, pid: number, withCgroup: boolean, done: () => void): void {
    const endMs = clock.monotonicMs() + CHASE_MS
    let first = true
    const round = () => {
      const found = left(key, pid)
      const empty = !withCgroup || confinement.clear(key)
      if (found.length > 0 && first) log.write('info', `killing what ${shown} left behind: ${pidList(found)}`)
      const nowMs = clock.monotonicMs()
      if ((found.length === 0 && empty) || nowMs >= endMs) {
        if (found.length > 0) log.write('warn', `what ${shown} left behind cannot be killed: ${pidList(found)}`)
        known.delete(key)
        done()
        return
      }
      first = false
      for (const process of found) confinement.kill(process)
      clock.wakeAt(nowMs + ROUND_MS, round)
    }
    round()
  }

  /** Tells of what others left: once for each process, and nothing of those that are gone by now. */
  function look(): void {
    cancelLook = null
    const ends = new Map(unlooked)
    unlooked.clear()
    const current = deps.current()
    const orphans = haveOrphans(current) ? findLeftovers({ daemon, current, daemons: new Set() }, inspector) : []
    for (const [key, shown] of ends) {
      const pids = orphans.filter((each) => each.key === key && !told.has(each.pid)).map(({ pid }) => pid)
      if (pids.length > 0)
        log.write(
          'warn',
          `${shown} left pid ${pids.join(', ')} behind; kill_leftovers=true ends such processes with it`,
        )
    }
    told = new Set(orphans.map(({ pid }) => pid))
  }

  return {
    stopping(spec, key, pid) {
      if (!leavesNothing(spec)) return
      const below = descendantsOf(pid, recentProcesses())
      const before = known.get(key) ?? new Map()
      known.set(key, new Map([...before, ...below.map((process) => [process.pid, process.startedAt] as const)]))
    },
    ended(spec, key, pid, done) {
      const shown = displayName(spec.group, spec.name)
      if (leavesNothing(spec)) {
        chase(shown, key, pid, spec.killMode === 'cgroup', done)
        return
      }
      done()
      if (!deps.tellsOfRemains()) return
      unlooked.set(key, shown)
      cancelLook ??= clock.wakeAt(clock.monotonicMs() + LOOK_DELAY_MS, look)
    },
    close: () => cancelLook?.(),
  }
}
