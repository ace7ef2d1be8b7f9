import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Options } from './config-text.js'
import { type Daemon, readText, startDaemon, untilGone } from './harness.js'
import { alive } from './processes.js'
import { eventually } from './run.js'

// The daemon is killed with -9. What happens to its programs, and what the next one does with them.

/** Writes numbered lines, and ends with 7 when it is told to. */
const WRITER: Options = {
  command: `bash -c 'trap "exit 7" USR1; n=0; while :; do for i in {1..10}; do echo "line $((n++))"; done; read -rt 0.01; done'`,
  stdout_logfile: '%(here)s/%(program_name)s.log',
  stdout_logfile_maxbytes: 0,
  startsecs: 0,
  autorestart: true,
}
const STATE_FILE = join('state', 'daemon.json')

/** Whether the kernel has PIDFD_GET_INFO with the status. */
function tellsAfterwards(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  return major > 6 || (major === 6 && minor >= 15)
}

async function kill(daemon: Daemon): Promise<void> {
  daemon.signal('SIGKILL')
  await untilGone(daemon.pid)
}

/** Waits until it is noted that a process is to be left, with this number. */
function noted(daemon: Daemon, pid: number): Promise<boolean> {
  return eventually('it is noted', () => readText(join(daemon.dir, STATE_FILE)).includes(`"pid":${pid},`))
}

test('on_daemon_death=keep: the next daemon goes on with the same processes, and no line is lost', async () => {
  const programs = {
    keep: { ...WRITER, on_daemon_death: 'keep' },
    cat: { command: '/bin/cat', on_daemon_death: 'keep' },
    dies: WRITER,
  }
  const first = await startDaemon({ programs })
  const before = await first.until('keep', 'RUNNING')
  const cat = await first.until('cat', ['RUNNING'])
  const dies = await first.until('dies', 'RUNNING')
  await noted(first, before.pid)
  await noted(first, cat.pid)
  await kill(first)
  await untilGone(dies.pid)
  expect([before.pid, cat.pid].map(alive)).toEqual([true, true])

  const second = await startDaemon({ programs, dir: first.dir })
  expect(await second.process('keep')).toMatchObject({ statename: 'RUNNING', pid: before.pid })
  expect((await second.until('dies', 'RUNNING')).pid).not.toBe(dies.pid)
  // Its input works, too.
  await second.rpc('supervisor.sendProcessStdin', 'cat', 'still there\n')
  await eventually('cat answers', () => readText(cat.stdout_logfile).includes('still there'))
  expect(await second.process('cat')).toMatchObject({ pid: cat.pid, stdout_logfile: cat.stdout_logfile })

  process.kill(before.pid, 'SIGUSR1')
  const after = await second.untilReplaced('keep', before.pid)
  // Before 6.15 a kernel forgets how a process ended once its parent has asked, and that one is not us.
  const status = tellsAfterwards() ? '7' : '(7|-1)'
  expect(second.log()).toMatch(new RegExp(`exited: keep \\(exit status ${status}; not expected\\)`))
  await second.ctl('stop', 'keep')
  const lines = readText(join(second.dir, 'keep.log')).trimEnd().split('\n')
  // The second process begins at 0.
  const numbers = lines.map((line) => Number(/^line (\d+)$/.exec(line)?.[1]))
  const again = numbers.indexOf(0, 1)
  expect(numbers.slice(0, again)).toEqual(Array.from({ length: again }, (_, n) => n))
  expect(again).toBeGreaterThan(100)
  expect(alive(after.pid)).toBe(false)
  await second.stop()
  expect(existsSync(join(second.dir, STATE_FILE))).toBe(false)
})

test('on_daemon_death=keep: what the file says otherwise by now is replaced, what it no longer says is stopped', async () => {
  const keep = { ...WRITER, on_daemon_death: 'keep' }
  const first = await startDaemon({ programs: { same: keep, other: keep, gone: keep } })
  const [same, other, gone] = await Promise.all(['same', 'other', 'gone'].map((name) => first.until(name, 'RUNNING')))
  for (const one of [same, other, gone]) await noted(first, one?.pid ?? 0)
  await kill(first)
  const second = await startDaemon({
    programs: { same: keep, other: { ...keep, environment: 'NEW="1"' } },
    dir: first.dir,
  })
  await second.untilReplaced('other', other?.pid ?? 0)
  await untilGone(gone?.pid ?? 0)
  expect(await second.process('same')).toMatchObject({ pid: same?.pid })
  await second.stop()
})

test('a number that means another process by now is not taken for ours', async () => {
  const programs = { keep: { ...WRITER, on_daemon_death: 'keep' } }
  const first = await startDaemon({ programs })
  const { pid } = await first.until('keep', 'RUNNING')
  await noted(first, pid)
  await kill(first)
  const file = join(first.dir, STATE_FILE)
  const left = JSON.parse(readFileSync(file, 'utf8'))
  left.processes[0].startedAt = String(Number(left.processes[0].startedAt) - 1)
  writeFileSync(file, JSON.stringify(left))
  const second = await startDaemon({ programs, dir: first.dir })
  expect((await second.until('keep', 'RUNNING')).pid).not.toBe(pid)
  // It is no process of ours any more, but one to be told of.
  await eventually('it is told of', () => second.log().includes(`pid ${pid} is left of 'keep'`))
  process.kill(pid, 'SIGKILL')
  await second.stop()
})
