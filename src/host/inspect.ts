import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { LIMIT_NAMES, type LimitName } from '../model/isolation.js'
import type { Inspector, LiveProcess, Marks, Relative, Usage } from '../model/ports.js'
import { MARK_VARIABLE } from './guard-table.js'
import { getLimit } from './native/posix.js'

/** Units of time in /proc/PID/stat, fixed by the kernel's interface whatever its own ticks are. */
const TICK_MS = 10

/**
 * Looks at processes through /proc.
 *
 * @param childFileLimit - soft limit of open files that children are given, as far as the hard one allows
 * @param isGuard - which of our own children is no program
 */
export function createInspector(childFileLimit: number, isGuard: (pid: number) => boolean = () => false): Inspector {
  const pidNamespace = link('/proc/self/ns/pid')
  const limit = getLimit('nofile')
  const openFiles = Math.min(childFileLimit, limit.ok ? limit.value.hard : Infinity)
  return {
    defaults: { uid: process.geteuid?.() ?? 0, directory: process.cwd(), openFiles },
    usage: readUsage,
    live: readLive,
    realPath(path) {
      try {
        return realpathSync(path)
      } catch {
        return null // gone, or a folder on the way is not ours to enter
      }
    },
    processes: () => pids().flatMap((pid) => readRelative(pid) ?? []),
    pids,
    relative: readRelative,
    children: (pid) => readChildren(pid)?.filter((child) => !isGuard(child)) ?? null,
    marks(pid) {
      const marks = readMarks(pid)
      // In a container of its own the same address is another supervisor's.
      return marks !== null && link(`/proc/${pid}/ns/pid`) === pidNamespace ? marks : null
    },
  }
}

function readUsage(pid: number): Usage | null {
  const stat = statFields(pid)
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  if (stat === null || rss === undefined) return null
  return { rssBytes: Number(rss) * 1024, cpuMs: (stat.number(UTIME) + stat.number(STIME)) * TICK_MS }
}

function readLive(pid: number): LiveProcess | null {
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  const limits = readLimits(pid)
  const stat = statFields(pid)
  const directory = link(`/proc/${pid}/cwd`)
  const variables = readEnvironment(pid)
  if (uid === undefined || limits === null || stat === null || directory === null || variables === null) return null
  const { [MARK_VARIABLE]: _, ...environment } = variables
  const oomScoreAdj = Number(read(`/proc/${pid}/oom_score_adj`))
  const { soft: openFiles } = limits.nofile
  return { uid: Number(uid), directory, openFiles, limits, nice: stat.number(NICE), oomScoreAdj, environment }
}

/** What /proc/PID/limits calls them. */
const LIMIT_TITLES: Readonly<Record<LimitName, string>> = {
  nofile: 'open files',
  nproc: 'processes',
  core: 'core file size',
  memlock: 'locked memory',
  as: 'address space',
  fsize: 'file size',
  stack: 'stack size',
  data: 'data size',
  cpu: 'cpu time',
}

function readLimits(pid: number): LiveProcess['limits'] | null {
  const text = read(`/proc/${pid}/limits`)
  if (text === null || text === '') return null
  const amount = (word: string | undefined) => (word === 'unlimited' ? Infinity : Number(word))
  const limitOf = (name: LimitName) => {
    const [, soft, hard] = new RegExp(`^Max ${LIMIT_TITLES[name]}\\s+(\\S+)\\s+(\\S+)`, 'm').exec(text) ?? []
    return { soft: amount(soft), hard: amount(hard) }
  }
  return Object.fromEntries(LIMIT_NAMES.map((name) => [name, limitOf(name)])) as LiveProcess['limits']
}

function readRelative(pid: number): Relative | null {
  const stat = statFields(pid)
  if (stat === null || stat.number(MEMORY) === 0) return null
  return { pid, parent: stat.number(PARENT), group: stat.number(GROUP), startedAt: stat.number(START) }
}

/** One read where the kernel keeps the list, and nothing there for a process with other threads that start some. */
function readChildren(pid: number): readonly number[] | null {
  const text = read(`/proc/${pid}/task/${pid}/children`)
  return text === null ? null : text.split(' ').filter(Boolean).map(Number)
}

/** When a process started, in the units of `Relative`; `null` when there is none. */
export function startOf(pid: number): number | null {
  return statFields(pid)?.number(START) ?? null
}

/** Whether a process sees the same files: in a container the same path is another file. */
export function sharesFiles(pid: number): boolean {
  const mounts = link(`/proc/${pid}/ns/mnt`)
  return mounts !== null && mounts === link('/proc/self/ns/mnt')
}

function readMarks(pid: number): Marks | null {
  const text = read(`/proc/${pid}/environ`)
  // Most processes of a machine have no marks, and reading their variables one by one takes longer than the file.
  if (text === null || !text.includes('SUPERVISOR_PROCESS_NAME=')) return null
  const variables = parseEnvironment(text)
  const { SUPERVISOR_PROCESS_NAME: name, SUPERVISOR_GROUP_NAME: group, SUPERVISOR_SERVER_URL: serverUrl } = variables
  const daemon = variables[MARK_VARIABLE] ?? serverUrl ?? null
  return name === undefined || group === undefined ? null : { group, name, daemon }
}

function readEnvironment(pid: number): Readonly<Record<string, string>> | null {
  const text = read(`/proc/${pid}/environ`)
  return text === null ? null : parseEnvironment(text)
}

function parseEnvironment(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\0').flatMap((pair): readonly (readonly [string, string])[] => {
    const equals = pair.indexOf('=')
    return equals < 1 ? [] : [[pair.slice(0, equals), pair.slice(equals + 1)]]
  })
  return Object.fromEntries(pairs)
}

/** Fields of /proc/PID/stat after the name, the state being 0. @see proc_pid_stat(5) */
const PARENT = 1
const GROUP = 2
const UTIME = 11
const STIME = 12
const NICE = 16
const START = 19
const MEMORY = 20

function statFields(pid: number): { number(field: number): number } | null {
  const text = read(`/proc/${pid}/stat`)
  if (text === null) return null
  // The name may hold blanks and parentheses; nothing after it does.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { number: (field) => Number(fields[field]) }
}

function pids(): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // ended meanwhile, or not ours to look at
  }
}

function link(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // as above
  }
}
