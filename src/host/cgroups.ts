import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { CgroupBounds, CgroupSupport, Confinement, Controller } from '../model/confinement.js'
import type { ProcessKey } from '../model/names.js'
import { startOf } from './inspect.js'
import { failureOf } from './native/posix.js'

const CONTROLLERS = ['memory', 'cpu', 'pids'] as const satisfies readonly Controller[]

/** Our own cgroup below a delegated one: where programs are bounded beside us, nothing may be in their parent. */
const OWN_LEAF = 'svctl-daemon'

/** Length of the period that a share of CPU time is measured in, microseconds. */
const CPU_PERIOD_US = 100_000

type Base = { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly problem: string }

/**
 * Cgroups of version 2, one for each process that asks, side by side in one folder.
 *
 * @param place - an absolute path, `none`, or `auto` for the cgroup that this process is in, if it is its own to divide
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html, "No Internal Process Constraint", "Delegation"
 */
export function createConfinement(place: string): Confinement {
  let known: { readonly base: Base; readonly support: CgroupSupport } | null = null
  const look = () => {
    if (known === null) {
      const base = findBase(place)
      known = { base, support: base.ok ? prepare(base.folder) : { controllers: [], problem: base.problem } }
    }
    return known
  }
  /** A key holds a colon, which none of the kernel's own files there does. */
  const folderOf = (key: ProcessKey) => {
    const { base } = look()
    return base.ok ? join(base.folder, key) : null
  }
  const leave = (key: ProcessKey) => {
    const folder = folderOf(key)
    if (folder === null) return
    try {
      rmdirSync(folder)
    } catch {
      // Never made, or somebody is still in it.
    }
  }
  return {
    support: () => look().support,
    enclose(key, bounds) {
      const { base, support } = look()
      if (!base.ok) return { ok: false, error: base.problem }
      const folder = join(base.folder, key)
      try {
        makeFolder(folder)
        for (const [file, text] of boundsOf(bounds, support)) writeFileSync(join(folder, file), text)
        return { ok: true, folder }
      } catch (error) {
        return { ok: false, error: `Cannot use the cgroup ${folder}: ${failureOf(error).text}` }
      }
    },
    clear(key) {
      const folder = folderOf(key)
      if (folder === null || !existsSync(folder)) return true
      const empty = /^populated 0$/m.test(read(join(folder, 'cgroup.events')))
      if (empty) leave(key)
      else if (!put(join(folder, 'cgroup.kill'), '1')) killEach(read(join(folder, 'cgroup.procs')))
      return empty
    },
    leave,
    kill({ pid, startedAt }) {
      if (startOf(pid) === startedAt) killEach(String(pid))
    },
  }
}

function findBase(place: string): Base {
  if (place === 'none') return { ok: false, problem: 'cgroups are turned off by cgroup=none' }
  if (place === 'auto') return ownCgroup()
  try {
    makeFolder(place)
  } catch (error) {
    return { ok: false, problem: `Cannot make the cgroup ${place}: ${failureOf(error).text}` }
  }
  if (!existsSync(join(place, 'cgroup.procs')))
    return { ok: false, problem: `${place} is not below a mounted cgroup2 file system` }
  return writable(place)
}

/** The cgroup that we are in, if it was delegated to us. */
function ownCgroup(): Base {
  const path = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup'))?.[1]
  const [, root, mount] = /^\S+ \S+ \S+ (\S+) (\S+) .*? - cgroup2 /m.exec(read('/proc/self/mountinfo')) ?? []
  if (path === undefined || root === undefined || mount === undefined)
    return { ok: false, problem: 'no cgroup2 file system is mounted here' }
  const below = relative(root, path)
  if (below.startsWith('..')) return { ok: false, problem: 'our cgroup is not below the cgroup2 file system here' }
  const own = join(mount, below)
  // A program whose place we have taken may have moved us.
  const folder = basename(own) === OWN_LEAF ? dirname(own) : own
  if (!existsSync(join(folder, 'cgroup.events')))
    return { ok: false, problem: 'we are in the root cgroup, which is not ours to divide: name one by cgroup=/path' }
  return writable(folder)
}

function writable(folder: string): Base {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK)
    return { ok: true, folder }
  } catch (error) {
    return { ok: false, problem: `the cgroup ${folder} is not delegated to us: ${failureOf(error).text}` }
  }
}

/** Turns on what there is for the cgroups below. */
function prepare(folder: string): CgroupSupport {
  const words = (file: string) => read(join(folder, file)).split(/\s+/)
  const offered = CONTROLLERS.filter((name) => words('cgroup.controllers').includes(name))
  const off = offered.filter((name) => !words('cgroup.subtree_control').includes(name))
  if (off.length > 0) {
    if (words('cgroup.procs').includes(String(process.pid))) moveInto(join(folder, OWN_LEAF))
    for (const name of off) put(join(folder, 'cgroup.subtree_control'), `+${name}`)
  }
  const on = CONTROLLERS.filter((name) => words('cgroup.subtree_control').includes(name))
  const missing = CONTROLLERS.filter((name) => !on.includes(name))
  const problem = missing.length === 0 ? '' : `the cgroup ${folder} does not offer ${missing.join(', ')}`
  return { controllers: ['kill', ...on], problem }
}

/** Not its parents: Node tries without end where the kernel makes no folders, such as below /proc. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder)
}

function moveInto(folder: string): void {
  try {
    makeFolder(folder)
  } catch {
    return // then turning controllers on fails, and that is told
  }
  put(join(folder, 'cgroup.procs'), '0')
}

/** Files with what to write to them; `max` is no bound, for a cgroup that was there before. */
function boundsOf(bounds: CgroupBounds, { controllers }: CgroupSupport): readonly (readonly [string, string])[] {
  const { memoryMax, cpuMax, pidsMax } = bounds
  const has = (name: Controller) => controllers.includes(name)
  const share = cpuMax === undefined ? 'max' : String((cpuMax * CPU_PERIOD_US) / 100)
  return [
    ...(has('memory') ? [['memory.max', String(memoryMax ?? 'max')] as const, ['memory.oom.group', '1'] as const] : []),
    ...(has('cpu') ? [['cpu.max', `${share} ${CPU_PERIOD_US}`] as const] : []),
    ...(has('pids') ? [['pids.max', String(pidsMax ?? 'max')] as const] : []),
  ]
}

function killEach(pids: string): void {
  for (const pid of pids.split(/\s+/).map(Number)) {
    if (pid <= 1 || pid === process.pid) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone, or of a user we have no power over; the caller looks again.
    }
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // not there
  }
}

/** @returns whether the kernel took it */
function put(path: string, text: string): boolean {
  try {
    // Such a file is there or is not; it cannot be made.
    writeFileSync(path, text, { flag: 'r+' })
    return true
  } catch {
    return false
  }
}
