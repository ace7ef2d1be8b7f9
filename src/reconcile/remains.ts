import { type ProcessKey, processKey } from '../model/names.js'
import type { Inspector, Relative } from '../model/ports.js'
import { type Household, originOf } from './leftovers.js'

/** A process that has ended, and who was below it when it was told to. */
export interface Ended {
  readonly key: ProcessKey
  readonly pid: number
  /** Start by pid. */
  readonly known: ReadonlyMap<number, number>
}

/** Everything below a process. */
export function descendantsOf(pid: number, processes: readonly Relative[]): readonly Relative[] {
  const children = new Map<number, Relative[]>()
  for (const process of processes) {
    const siblings = children.get(process.parent)
    if (siblings === undefined) children.set(process.parent, [process])
    else siblings.push(process)
  }
  const found = new Map<number, Relative>()
  const queue = [pid]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const child of children.get(at) ?? []) {
      // The table was not taken in one moment: a reused pid could make a circle.
      if (found.has(child.pid) || child.pid === pid) continue
      found.set(child.pid, child)
      queue.push(child.pid)
    }
  }
  return [...found.values()]
}

/**
 * What is left of a process that has just ended: members of its group, orphans handed to us that carry its marks,
 * processes that were below it when it was told to stop, and whatever is below these.
 *
 * @param household - `current` without the process that has ended
 */
export function remainsOf(
  { key, pid, known }: Ended,
  household: Pick<Household, 'daemon' | 'current'>,
  inspector: Pick<Inspector, 'processes' | 'marks'>,
): readonly Relative[] {
  const processes = inspector.processes()
  const byPid = new Map(processes.map((process) => [process.pid, process]))
  const carriesMarks = (process: Relative) => {
    const marks = inspector.marks(process.pid)
    return marks !== null && processKey(marks.group, marks.name) === key
  }
  const successor = [...household.current].find(([, each]) => each === key)?.[0]
  const successorAt = successor === undefined ? Infinity : (byPid.get(successor)?.startedAt ?? Infinity)
  const left = processes.filter((process) => {
    if (process.pid === household.daemon || process.startedAt >= successorAt) return false
    const origin = originOf(process, byPid, household)
    if (origin === 'current') return false
    if (process.group === pid || known.get(process.pid) === process.startedAt) return true
    return origin === 'daemon' && carriesMarks(process)
  })
  const all = new Set([...left, ...left.flatMap((process) => descendantsOf(process.pid, processes))])
  return [...all].sort((a, b) => a.pid - b.pid)
}

/** For the activity log: `pid 7, 8`. */
export function pidList(processes: readonly Relative[]): string {
  return `pid ${processes.map(({ pid }) => pid).join(', ')}`
}
