import { expect, test } from 'vitest'
import type { Isolation } from '../../src/model/isolation.js'
import { configOf, errorsOf } from './load.js'

const PROGRAM = '[program:web]\ncommand=/bin/cat\n'

function specOf(lines: string) {
  const spec = configOf(`[supervisord]\n${PROGRAM}${lines}`).groups[0]?.processes[0]
  if (spec === undefined) throw new Error('no process')
  return spec
}

const MB = 1024 ** 2

test.each<[string, Isolation]>([
  ['limit_nofile=1024', { limitNofile: { soft: 1024, hard: null } }],
  ['limit_nofile=1024:4096', { limitNofile: { soft: 1024, hard: 4096 } }],
  ['limit_nproc= 10 : unlimited', { limitNproc: { soft: 10, hard: 'unlimited' } }],
  ['limit_core=unlimited', { limitCore: { soft: 'unlimited', hard: null } }],
  ['limit_core=0:0', { limitCore: { soft: 0, hard: 0 } }],
  ['limit_memlock=64KB', { limitMemlock: { soft: 65_536, hard: null } }],
  ['limit_as=1GB:UNLIMITED', { limitAs: { soft: 1024 * MB, hard: 'unlimited' } }],
  ['limit_fsize=1MB', { limitFsize: { soft: MB, hard: null } }],
  ['limit_stack=8MB:64MB', { limitStack: { soft: 8 * MB, hard: 64 * MB } }],
  ['limit_data=1MB', { limitData: { soft: MB, hard: null } }],
  ['limit_cpu=60:90', { limitCpu: { soft: 60, hard: 90 } }],
  ['nice=-20', { nice: -20 }],
  ['nice=0', { nice: 0 }],
  ['ionice=idle', { ionice: { class: 'idle', level: 0 } }],
  ['ionice=best-effort', { ionice: { class: 'best-effort', level: 4 } }],
  ['ionice=Realtime:7', { ionice: { class: 'realtime', level: 7 } }],
  ['oom_score_adj=-1000', { oomScoreAdj: -1000 }],
  ['session=true', { session: true }],
  ['session=false', {}],
  ['kill_leftovers=true', { killLeftovers: true }],
  ['kill_leftovers=false', {}],
  ['memory_max=512MB', { memoryMax: 512 * MB }],
  ['memory_max=1\nmemory_max_action=restart', { memoryMax: 1 }],
  ['memory_max=1\nmemory_max_action=stop', { memoryMax: 1, memoryMaxAction: 'stop' }],
  ['cpu_max=50%', { cpuMax: 50 }],
  ['cpu_max=2', { cpuMax: 200 }],
  ['cpu_max=0.5', { cpuMax: 50 }],
  ['pids_max=100', { pidsMax: 100 }],
])('%j is read', (lines, wanted) => {
  const bare = specOf('')
  expect(specOf(lines)).toEqual({ ...bare, ...wanted })
})

test.each([
  ['limit_nofile=', 'limit_nofile as a limit: ""', 'SOFT or SOFT:HARD'],
  ['limit_nofile=4096:1024', 'as a limit: "4096:1024"', 'the second not the lower one'],
  ['limit_nofile=unlimited:5', 'as a limit', 'SOFT:HARD'],
  ['limit_nofile=1:2:3', 'as a limit', 'SOFT:HARD'],
  ['limit_nofile=-1', 'as a limit', 'SOFT:HARD'],
  ['limit_nofile=5MB', 'as a limit', 'SOFT:HARD'],
  ['limit_cpu=1h', 'as a limit', 'SOFT:HARD'],
  ['nice=20', 'Cannot use 20 for nice', 'write -20 to 19'],
  ['nice=low', 'nice as a whole number: "low"', 'whole number'],
  ['ionice=idle:3', 'ionice as a priority at disks: "idle:3"', 'idle, best-effort:0 to 7'],
  ['ionice=best-effort:8', 'as a priority at disks', 'idle, best-effort:0 to 7'],
  ['oom_score_adj=1001', 'Cannot use 1001', 'write -1000 to 1000'],
  ['kill_mode=all', 'kill_mode as one of its words: "all"', 'one of process, group, tree, cgroup'],
  ['memory_max=0', 'Cannot use 0 for memory_max', 'write 1 or more'],
  ['memory_max=1\nmemory_max_action=die', 'memory_max_action as one of its words', 'restart, stop, log'],
  ['cpu_max=0', 'cpu_max as a share of CPU time: "0"', '50% or 2'],
  ['cpu_max=-5%', 'as a share of CPU time', '50% or 2'],
  ['pids_max=0', 'Cannot use 0 for pids_max', 'write 1 or more'],
  ['kill_mode=process\nstopasgroup=true', 'kill_mode=process and stopasgroup=true', 'remove stopasgroup'],
  ['kill_mode=group\nkillasgroup=false', 'kill_mode=group and killasgroup=false', 'remove killasgroup'],
  ['kill_mode=tree\nkill_leftovers=false', 'kill_mode=tree leaves nothing behind', 'remove one'],
])('%j is refused, with its line and what to write', (lines, message, help) => {
  const [error, ...more] = errorsOf(`[supervisord]\n${PROGRAM}${lines}`)
  expect(more).toEqual([])
  expect(error?.message).toContain(message)
  expect(error?.help).toContain(help)
  expect(error?.at?.line).toBeGreaterThanOrEqual(4)
})

test.each([
  ['kill_mode=process', 'process', false],
  ['kill_mode=process\nstopasgroup=false', 'process', false],
  ['kill_mode=group', 'group', true],
  ['kill_mode=group\nstopasgroup=true\nkillasgroup=true', 'group', true],
  ['kill_mode=tree', 'tree', false],
  ['kill_mode=cgroup', 'cgroup', false],
])('%j is what stopasgroup and killasgroup say, too', (lines, killMode, asGroup) => {
  expect(specOf(lines)).toMatchObject({ killMode, stopAsGroup: asGroup, killAsGroup: asGroup })
})

test('[supervisord] cgroup is a path, none or auto, which is the default', () => {
  const daemonOf = (line: string) => configOf(`[supervisord]\n${line}\n`).daemon
  expect(daemonOf('')).not.toHaveProperty('cgroup')
  expect(daemonOf('cgroup=auto')).not.toHaveProperty('cgroup')
  expect(daemonOf('cgroup=none').cgroup).toBe('none')
  expect(daemonOf('cgroup=/sys/fs/cgroup/x').cgroup).toBe('/sys/fs/cgroup/x')
  expect(errorsOf('[supervisord]\ncgroup=x/y\n')[0]?.message).toBe('Cannot use "x/y" as the place of cgroups')
})
