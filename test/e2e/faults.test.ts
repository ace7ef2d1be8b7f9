import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Daemon, startDaemon } from './harness.js'
import { testWith } from './needs.js'
import { alive, descriptors } from './processes.js'
import { eventually } from './run.js'

/** The conditions that `svctl status` shows now, by type. */
async function conditions(daemon: Daemon): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await daemon.svctl('status', '-o', 'json')
  const document = JSON.parse(stdout) as { readonly conditions: readonly { type: string; message: string }[] }
  return Object.fromEntries(document.conditions.map(({ type, message }) => [type, message]))
}

const untilCondition = (daemon: Daemon, type: string) =>
  eventually(`${type} is shown`, async () => (await conditions(daemon))[type], { explain: daemon.log })

const untilNone = (daemon: Daemon) =>
  eventually('no condition is left', async () => Object.keys(await conditions(daemon)).length === 0, {
    explain: daemon.log,
  })

const untilLogged = (daemon: Daemon, pattern: RegExp, log = daemon.log) =>
  eventually(`the log has ${pattern}`, () => pattern.exec(log()) ?? undefined, { explain: log })

const count = (text: string, pattern: RegExp) => text.split('\n').filter((line) => pattern.test(line)).length

/** A command that says `tick` again and again until a file is there, then waits. @param first - what it does before */
const ticking = ({ first = '', until = 'never' } = {}) =>
  `/bin/sh -c "${first}until [ -e ${until} ]; do echo tick; sleep 0.05; done; exec cat"`

/** Allows the daemon not one descriptor more than it has. @returns takes that back */
function starve(pid: number): () => void {
  const [, hard = ''] = /^Max open files +\S+ +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? []
  const open = descriptors(pid)
  let free = 0
  while (open[free] !== undefined) free++
  const limit = (soft: string | number) => execFileSync('prlimit', ['--pid', String(pid), `--nofile=${soft}:${hard}`])
  limit(free)
  return () => void limit(hard)
}

describe('a full disk', () => {
  testWith('unshare', 'mount')('costs counted bytes, blocks nobody, and is over when there is space', async () => {
    const wait = (file: string) => `until [ -e ${file} ]; do sleep 0.05; done`
    const flood = `${wait('flood')}; head -c 400000 /dev/zero | tr '\\0' x; : > wrote; ${wait('go')}; echo end; exec cat`
    const daemon = await startDaemon({
      prefix: [
        ...['unshare', '--mount', '/bin/sh', '-ec'],
        'mkdir -p full; mount -t tmpfs -o size=256k none full; mkdir full/logs; exec "$@"',
        'sh',
      ],
      supervisord: { logfile: 'full/supervisord.log' },
      programs: {
        flood: {
          command: `/bin/sh -c "${flood}"`,
          stdout_logfile: 'full/logs/flood.log',
          stdout_logfile_maxbytes: 0,
          startsecs: 0,
        },
        other: { command: ticking({ until: 'go' }), stdout_logfile: 'other.log' },
      },
    })
    const full = `/proc/${daemon.pid}/root${daemon.dir}/full`
    writeFileSync(join(full, 'ballast'), Buffer.alloc(100_000))
    writeFileSync(join(daemon.dir, 'flood'), '')
    // Its pipe holds 64 KiB: it gets this far only if somebody takes what the disk does not.
    await eventually('the program has written everything', () => existsSync(join(daemon.dir, 'wrote')))
    expect(await untilCondition(daemon, 'LogsLosing')).toContain('flood.log (ENOSPC)')
    const size = statSync(join(full, 'logs/flood.log')).size
    const ticks = statSync(join(daemon.dir, 'other.log')).size
    await eventually('others go on', () => statSync(join(daemon.dir, 'other.log')).size > ticks)
    expect((await daemon.process('flood')).statename).toBe('RUNNING')

    unlinkSync(join(full, 'ballast'))
    writeFileSync(join(daemon.dir, 'go'), '')
    const log = () => readFileSync(join(full, 'supervisord.log'), 'utf8')
    const [, lost] = await untilLogged(daemon, /writing log '.*flood.log' again, (\d+) bytes/, log)
    expect(Number(lost) + size).toBe(400_000)
    expect(statSync(join(full, 'logs/flood.log')).size).toBe(size + 4)
    await untilNone(daemon)
    expect(count(log(), /cannot write log '.*flood/)).toBeLessThanOrEqual(1)
    expect(await daemon.stop()).toBe(0)
  })
})

describe('a log', () => {
  const start = async () => {
    const daemon = await startDaemon({
      programs: { a: { command: ticking(), stdout_logfile: 'logs/a.log', startsecs: 0 } },
      // What Supervisor refuses to read is a folder that is not there at the start.
      prefix: ['/bin/sh', '-c', 'mkdir -p logs; exec "$@"', 'sh'],
    })
    const path = join(daemon.dir, 'logs/a.log')
    const grows = (what: string) =>
      eventually(what, () => (existsSync(path) ? statSync(path).size > 10 : false), { explain: daemon.log })
    await grows('the log is written')
    return { daemon, path, grows }
  }

  test('that is removed or replaced is made anew', async () => {
    const { daemon, path, grows } = await start()
    unlinkSync(path)
    await grows('there is a log again')
    await untilLogged(daemon, /log '.*a\.log' was removed while it was open and has been made anew/)
    writeFileSync(`${path}.new`, '')
    renameSync(`${path}.new`, path)
    await grows('the new file is written')
    expect(await conditions(daemon)).toEqual({})
  })

  test('whose folder goes away is missed, and goes on when it is back; so do starts', async () => {
    const { daemon, grows } = await start()
    rmSync(join(daemon.dir, 'logs'), { recursive: true })
    expect(await untilCondition(daemon, 'LogsLosing')).toContain('a.log (ENOENT)')
    const { pid } = await daemon.process('a')
    process.kill(pid, 'SIGKILL')
    expect(await untilCondition(daemon, 'StartsFailing')).toMatch(/^a cannot be started \(.*ENOENT/)
    mkdirSync(join(daemon.dir, 'logs'))
    await daemon.untilReplaced('a', pid)
    await grows('the log is written again')
    await untilNone(daemon)
    expect(count(daemon.log(), /cannot write log/)).toBe(1)
    await untilLogged(daemon, /all processes can be started again/)
  })

  test('on a FIFO that nobody reads holds nobody up, and goes on when it is read', async () => {
    const daemon = await startDaemon({
      prefix: ['/bin/sh', '-c', 'mkfifo fifo; exec "$@"', 'sh'],
      programs: { a: { command: ticking({ first: 'yes | head -c 3000000; ' }), stdout_logfile: 'fifo' } },
    })
    expect(await untilCondition(daemon, 'LogsLosing')).toContain('fifo (EAGAIN)')
    for (let i = 0; i < 20; i++) await daemon.rpc('supervisor.getState')
    const reader = execFileSync('/bin/sh', ['-c', 'cat "$0" >/dev/null & echo $!', join(daemon.dir, 'fifo')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await untilLogged(daemon, /writing log '.*fifo' again, \d+ bytes of output were lost/)
    await untilNone(daemon)
    process.kill(Number(reader))
  })
})

describe('a lack', () => {
  testWith('prlimit')('of descriptors turns clients away and delays starts; nothing else', async () => {
    const daemon = await startDaemon({
      programs: {
        stays: { command: '/bin/cat' },
        dies: { command: '/bin/cat', startsecs: 0 },
      },
    })
    const { pid } = await daemon.until('dies', 'RUNNING')
    const stays = await daemon.until('stays', 'RUNNING')
    // A connection that ends meanwhile leaves a number below the limit.
    const feed = await eventually('clients are turned away', async () => {
      const feed = starve(daemon.pid)
      return daemon.rpc('supervisor.getState').then(
        () => false as const,
        () => feed,
      )
    })
    process.kill(pid, 'SIGKILL')
    await untilLogged(daemon, /spawnerr: too many open files to spawn 'dies'/)
    feed()
    expect((await conditions(daemon)).StartsFailing).toContain("too many open files to spawn 'dies'")
    await daemon.until('dies', 'RUNNING')
    await untilLogged(daemon, /all processes can be started again/)
    expect((await daemon.process('stays')).pid).toBe(stays.pid)
    expect(daemon.log()).not.toContain('bug')
  })

  testWith('prlimit', 'setpriv')('of processes delays starts', async () => {
    const uid = 54_321
    const daemon = await startDaemon({
      owner: uid,
      prefix: ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'],
      programs: { a: { command: '/bin/cat', startsecs: 0, autostart: false } },
    })
    const as = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--']
    const limit = (processes: string) =>
      execFileSync('/usr/bin/env', [...as, 'prlimit', '--pid', String(daemon.pid), `--nproc=${processes}:`])
    const [, hard = ''] = /^Max processes +\S+ +(\S+)/m.exec(readFileSync(`/proc/${daemon.pid}/limits`, 'utf8')) ?? []
    limit('1')
    expect((await daemon.ctl('start', 'a')).stdout).toContain('a: ERROR (spawn error)')
    expect(await untilCondition(daemon, 'StartsFailing')).toContain('Too many processes in process table')
    limit(hard)
    await daemon.until('a', 'RUNNING')
    await untilNone(daemon)
  })
})

test('a daemon that did not run for a while kills nobody by mistake and starts nothing twice', async () => {
  const daemon = await startDaemon({
    programs: {
      slow: { command: '/bin/sh -c "trap \'sleep 0.3; exit 0\' TERM; while :; do sleep 0.05; done"', stopwaitsecs: 1 },
      crashes: { command: '/bin/sleep 0.2', startsecs: 0, autorestart: true },
      stays: { command: '/bin/cat' },
    },
  })
  const { pid } = await daemon.until('stays', 'RUNNING')
  await daemon.until('slow', 'RUNNING')
  await daemon.rpc('supervisor.stopProcess', 'slow', false)
  daemon.signal('SIGSTOP')
  const startedMs = performance.now()
  await eventually('a while has passed', () => performance.now() - startedMs > 2_000)
  daemon.signal('SIGCONT')
  await daemon.until('slow', 'STOPPED')
  expect(daemon.log()).not.toMatch(/killing 'slow' .* with SIGKILL/)
  expect((await daemon.process('stays')).pid).toBe(pid)
  await untilLogged(daemon, /exited: crashes/)
  const crashing = await daemon.until('crashes', 'RUNNING')
  expect(alive(crashing.pid)).toBe(true)
  expect(await daemon.stop()).toBe(0)
})
