import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createConfinement } from '../../src/host/cgroups.js'
import { startOf } from '../../src/host/inspect.js'
import { createBench, root, until } from './harness.js'

const KEY = 'web:web'

/** A new folder in a cgroup2 file system that takes one; `null` where the machine has none for us. */
function delegated(): string | null {
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .*? - cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'))?.[1]
  if (!root || mount === undefined) return null
  const folder = join(mount, `svctl-test-${process.pid}`)
  try {
    mkdirSync(folder)
    rmdirSync(folder)
    return folder
  } catch {
    return null
  }
}

const place = delegated()
const list = process.env.SVCTL_TEST_SKIPS
if (place === null && list) appendFileSync(list, 'cgroups\tno cgroup2 file system that this user may divide\n')

describe.runIf(place !== null)('in a cgroup of its own', () => {
  test('a process starts, and all of it is killed, sessions and environments whatever', async () => {
    const folder = place ?? ''
    const bench = createBench()
    const confinement = createConfinement(folder)
    onTestFinished(() => {
      bench.close()
      rmdirSync(folder)
    })
    expect(confinement.support().controllers).toContain('kill')
    const enclosed = confinement.enclose(KEY, { cpuMax: 50 })
    expect(enclosed).toEqual({ ok: true, folder: join(folder, KEY) })
    const script = '(setsid env -i sleep 100 &); exec sleep 100'
    const spawned = bench.host.spawn(bench.request('a', script, { cgroup: join(folder, KEY) }))
    const members = () =>
      readFileSync(join(folder, KEY, 'cgroup.procs'), 'utf8')
        .trim()
        .split('\n')
    await until(() => members().length === 2)
    expect(members()).toContain(String(spawned.ok && spawned.pid))
    await until(() => confinement.clear(KEY))
    expect(existsSync(join(folder, KEY))).toBe(false)
    expect(confinement.clear(KEY)).toBe(true)
  })
})

test('bounds are written where there are controllers; what is not asked for is unbounded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of [
    ['cgroup.procs', ''],
    ['cgroup.controllers', 'cpuset cpu memory\n'],
    ['cgroup.subtree_control', 'cpu memory\n'],
  ] as const)
    writeFileSync(join(folder, file), text)
  const confinement = createConfinement(folder)
  expect(confinement.support()).toEqual({
    controllers: ['kill', 'memory', 'cpu'],
    problem: `the cgroup ${folder} does not offer pids`,
  })
  const read = (file: string) => readFileSync(join(folder, KEY, file), 'utf8')
  confinement.enclose(KEY, { memoryMax: 5_000_000, cpuMax: 150, pidsMax: 7 })
  expect(read('memory.max')).toBe('5000000')
  expect(read('memory.oom.group')).toBe('1')
  expect(read('cpu.max')).toBe('150000 100000')
  expect(existsSync(join(folder, KEY, 'pids.max'))).toBe(false)
  confinement.enclose(KEY, {})
  expect(read('memory.max')).toBe('max')
  expect(read('cpu.max')).toBe('max 100000')
})

test.each([
  ['none', 'cgroups are turned off by cgroup=none'],
  ['/proc/nonesuch/x', 'Cannot make the cgroup /proc/nonesuch/x: [Errno 2] No such file or directory'],
  [tmpdir(), `${tmpdir()} is not below a mounted cgroup2 file system`],
])('cgroup=%s is no place for cgroups, and says so', (text, problem) => {
  const confinement = createConfinement(text)
  expect(confinement.support()).toEqual({ controllers: [], problem })
  expect(confinement.enclose(KEY, {})).toEqual({ ok: false, error: problem })
  expect(confinement.clear(KEY)).toBe(true)
})

test('only the very process that was seen is killed', async () => {
  const bench = createBench()
  onTestFinished(() => bench.close())
  const spawned = bench.host.spawn(bench.request('a', 'exec sleep 100'))
  const pid = spawned.ok ? spawned.pid : 0
  const startedAt = startOf(pid) ?? 0
  const confinement = createConfinement('none')
  confinement.kill({ pid, startedAt: startedAt - 1 })
  expect(startOf(pid)).toBe(startedAt)
  confinement.kill({ pid, startedAt })
  expect((await bench.exitOf(pid)).status.signal).toBe(9)
})
