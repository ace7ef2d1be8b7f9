import { afterEach, beforeEach, expect, test } from 'vitest'
import { getLimit } from '../../src/host/native/posix.js'
import type { Isolation } from '../../src/model/isolation.js'
import { type Bench, createBench, root } from './harness.js'

let bench: Bench
beforeEach(() => {
  bench = createBench({ childFileLimit: 300 })
})
afterEach(() => bench.close())

/** What a script prints when it is started with these options. */
async function printed(script: string, isolation: Isolation): Promise<readonly string[]> {
  const request = bench.request('a', script, { isolation })
  await bench.run(request)
  return bench.log('a.out').trimEnd().split('\n')
}

/** What is in its log of errors when the start fails. */
async function refused(isolation: Isolation, more: object = {}): Promise<string> {
  const { exit } = await bench.run(bench.request('a', 'true', { isolation, ...more }))
  expect(exit?.status.code).toBe(127)
  return bench.log('a.err').split('\n')[0] ?? ''
}

const hardFiles = getLimit('nofile')
const HARD = hardFiles.ok ? hardFiles.value.hard : 0

test.each<[string, Isolation, string, readonly string[]]>([
  ['nothing', {}, 'ulimit -Sn', ['300']],
  ['a soft limit', { limitNofile: { soft: 64, hard: null } }, 'ulimit -Sn; ulimit -Hn', ['64', `${HARD}`]],
  ['both limits', { limitNofile: { soft: 64, hard: 128 } }, 'ulimit -Sn; ulimit -Hn', ['64', '128']],
  ['no core', { limitCore: { soft: 0, hard: 0 } }, 'ulimit -Hc', ['0']],
  ['any core', { limitCore: { soft: 'unlimited', hard: 'unlimited' } }, 'ulimit -Sc', ['unlimited']],
  ['CPU time', { limitCpu: { soft: 60, hard: 90 } }, 'ulimit -St; ulimit -Ht', ['60', '90']],
  ['nice', { nice: 9 }, 'nice', ['9']],
  ['ionice', { ionice: { class: 'best-effort', level: 6 } }, 'ionice -p $$', ['best-effort: prio 6']],
  ['oom_score_adj', { oomScoreAdj: 700 }, 'cat /proc/self/oom_score_adj', ['700']],
  ['session', { session: true }, 'test "$(cut -d" " -f6 /proc/$$/stat)" = $$ && echo own', ['own']],
])('a process is given %s', async (_name, isolation, script, lines) => {
  expect(await printed(script, isolation)).toEqual(lines)
})

test.runIf(HARD > 0 && HARD < 2 ** 30)(
  'a hard limit that may not be raised is named, with the one that is',
  async () => {
    const text = await refused({ limitNofile: { soft: 10, hard: 2 ** 40 } })
    expect(text).toBe(`supervisor: couldn't set limit_nofile to 10:${2 ** 40}: EPERM (the hard limit here is ${HARD})`)
  },
)

test('a cgroup that cannot be joined is named', async () => {
  const text = await refused({ oomScoreAdj: 5 }, { cgroup: '/proc/nonesuch' })
  expect(text).toBe("supervisor: couldn't join the cgroup /proc/nonesuch: ENOENT")
})

test.runIf(root)('a priority that the kernel does not know is named', async () => {
  expect(await refused({ oomScoreAdj: 4000 })).toBe("supervisor: couldn't set oom_score_adj to 4000: EINVAL")
})
