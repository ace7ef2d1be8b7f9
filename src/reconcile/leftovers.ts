import { type ProcessKey, processKey } from '../model/names.js'
import type { Inspector, Relative } from '../model/ports.js'

/** A process that a former instance of a program left behind. */
export interface Leftover {
  readonly pid: number
  /** Of the program that it says it is; perhaps one that is no longer declared. */
  readonly key: ProcessKey
}

/** Who we are and what of us is alive. */
export interface Household {
  /** The daemon's own pid. */
  readonly daemon: number
  /** Current instances by pid. */
  readonly current: ReadonlyMap<number, ProcessKey>
  /** What children of this daemon carry: addresses, or a mark. */
  readonly daemons: ReadonlySet<string>
}

/**
 * Finds what former instances left behind: processes with our marks that belong to no current instance.
 *
 * A process belongs to an instance as its descendant, as a member of its process group, or by having started under it: a
 * grandchild that went into the background has neither parent nor group in common any more.
 *
 * @param inspector - `marks` is asked only for strangers
 * @returns by pid
 */
export function findLeftovers(
  household: Household,
  inspector: Pick<Inspector, 'processes' | 'marks'>,
): readonly Leftover[] {
  const processes = new Map(inspector.processes().map((process) => [process.pid, process]))
  const startOf = new Map<ProcessKey, number>()
  for (const [pid, key] of household.current) {
    const process = processes.get(pid)
    if (process) startOf.set(key, process.startedAt)
  }
  const found: Leftover[] = []
  for (const process of processes.values()) {
    const origin = originOf(process, processes, household)
    if (origin === 'current' || process.pid === household.daemon) continue
    const marks = inspector.marks(process.pid)
    if (marks === null) continue
    // What is below us without an instance in between was handed to us as an orphan of one.
    if (origin !== 'daemon' && !(marks.daemon !== null && household.daemons.has(marks.daemon))) continue
    const key = processKey(marks.group, marks.name)
    const startedUnder = startOf.get(key)
    if (startedUnder !== undefined && process.startedAt >= startedUnder) continue
    found.push({ pid: process.pid, key })
  }
  return found.sort((a, b) => a.pid - b.pid)
}

/** Those that belong to no current instance, and not to us: their marks decide. */
export function strangersIn(processes: readonly Relative[], household: Household): readonly Relative[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]))
  return processes.filter(
    (process) => process.pid !== household.daemon && originOf(process, byPid, household) !== 'current',
  )
}

/** Which of ours is the nearest above a process, itself included. */
export function originOf(
  process: Relative,
  processes: ReadonlyMap<number, Relative>,
  { daemon, current }: Pick<Household, 'daemon' | 'current'>,
): 'current' | 'daemon' | 'stranger' {
  if (current.has(process.group)) return 'current'
  const passed = new Set<number>()
  for (let at: Relative | undefined = process; at && !passed.has(at.pid); at = processes.get(at.parent)) {
    if (current.has(at.pid) || current.has(at.group)) return 'current'
    if (at.pid === daemon) return 'daemon'
    // The table was not taken in one moment: a reused pid could make a circle.
    passed.add(at.pid)
  }
  return 'stranger'
}
