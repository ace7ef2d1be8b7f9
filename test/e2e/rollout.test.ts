import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Daemon, startDaemon } from './harness.js'

const MANUAL = { env: { SVCTL_CONVERGE: 'manual' } }
const NAMES = ['w:w_0', 'w:w_1']

/** Two instances of one program; with a `bad` file beside them they end at once when the version is 2. */
const fleet = (version: number) => `[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:w]
command=/bin/sh -c 'test $VERSION = 1 || test ! -e bad || exit 1; exec sleep 1000'
directory=@DIR@
numprocs=2
process_name=%(program_name)s_%(process_num)d
environment=VERSION="${version}"
startsecs=1
startretries=0
`

async function pids(daemon: Daemon): Promise<readonly number[]> {
  const rows = await daemon.status()
  return NAMES.map((name) => rows[name]?.pid ?? 0)
}

test('apply replaces the instances of a program one after the other', async () => {
  const daemon = await startDaemon({ ...MANUAL, config: fleet(1) })
  for (const name of NAMES) await daemon.until(name, 'RUNNING')
  const before = await pids(daemon)
  daemon.configure(fleet(2))
  const run = await daemon.svctl('apply')
  expect(run.code).toBe(0)
  expect(run.stdout.split('\n').filter((line) => /: (stopping|running)/.test(line))).toEqual(
    NAMES.flatMap((name) => [`${name}: stopping`, expect.stringMatching(`^${name}: running, pid \\d+$`)]),
  )
  const after = await pids(daemon)
  expect(after.filter((pid) => before.includes(pid))).toEqual([])
})

test('a rollout halts at the first instance that does not come up, and going back touches no other', async () => {
  const daemon = await startDaemon({ ...MANUAL, config: fleet(1) })
  for (const name of NAMES) await daemon.until(name, 'RUNNING')
  const before = await pids(daemon)
  writeFileSync(join(daemon.dir, 'bad'), '')
  daemon.configure(fleet(2))
  const run = await daemon.svctl('apply')
  expect(run.code).toBe(1)
  expect(run.stdout).toContain('w:w_0: failed, FATAL')
  expect(run.stderr).toMatch(/kept as they were: w:w_1\nto go back: svctl .*rollback 1;/)
  expect((await daemon.svctl('status')).stderr).toContain('RolloutHalted: w:w_0 does not come up')
  expect((await daemon.svctl('rollback', '1')).code).toBe(0)
  const after = await pids(daemon)
  expect(after.slice(1)).toEqual(before.slice(1))
  expect(after[0]).not.toBe(0)
})
