import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { documentProblems } from '../support/document.js'
import type { Options } from './config-text.js'
import { type Daemon, readText, startDaemon } from './harness.js'
import { eventually, ROOT } from './run.js'

// `svctl upgrade`: another version of the program in the place of the running one.

/** Writes numbered lines, ten at a time. */
const WRITER: Options = {
  command: `bash -c 'n=0; while :; do for i in {1..10}; do echo "line $((n++)) of %(program_name)s"; done; read -rt 0.005; done'`,
  process_name: '%(program_name)s%(process_num)d',
  startsecs: 0,
  stdout_logfile: '%(here)s/%(program_name)s%(process_num)d.log',
  stdout_logfile_maxbytes: 0,
}

/** An installation of its own, so that a test can install something else over it. */
function installed(): { readonly bundle: string; install(change: (code: string) => string): void } {
  const folder = mkdtempSync(join(tmpdir(), 'svctl-installed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const bundle = join(folder, 'dist', 'supervisord.js')
  const original = readFileSync(bundle, 'utf8')
  return {
    bundle,
    install(change) {
      writeFileSync(`${bundle}.new`, change(original))
      renameSync(`${bundle}.new`, bundle)
    },
  }
}

/** Puts a line before everything that the bundle does. */
const beginningWith = (line: string) => (code: string) => code.replace('\n', `\n${line}\n`)

/** Takes effect once it takes over, not when it is asked whether it could. */
const WHEN_TAKING_OVER = 'process.env.SVCTL_HANDED !== undefined && process.env.SVCTL_HANDED_CHECK === undefined'

const BY_LOAD = { timeout: 60_000 }

async function running(daemon: Daemon): Promise<void> {
  const up = async () => Object.values(await daemon.status()).every(({ statename }) => statename === 'RUNNING')
  await eventually('all run', up)
}

async function pids(daemon: Daemon): Promise<Readonly<Record<string, number>>> {
  return Object.fromEntries(Object.entries(await daemon.status()).map(([name, { pid }]) => [name, pid]))
}

async function upgraded(daemon: Daemon): Promise<Readonly<Record<string, unknown>>> {
  const { code, stdout, stderr } = await daemon.svctl('upgrade', '-o', 'json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const document = JSON.parse(stdout)
  expect(documentProblems(document)).toBe('')
  return document
}

describe('an upgrade', () => {
  test('under load loses no line, no process and no client', BY_LOAD, async () => {
    const daemon = await startDaemon({ programs: { w: { ...WRITER, numprocs: 10 } }, bundle: installed().bundle })
    await running(daemon)
    const before = await pids(daemon)
    let [asking, answers] = [true, 0]
    const client = (async () => {
      for (; asking; answers++) expect(await daemon.rpc('supervisor.getPID')).toBe(daemon.pid)
    })()
    for (let serial = 1; serial <= 5; serial++) {
      expect(await upgraded(daemon)).toMatchObject({ phase: 'done', serial, processes: 10, pid: daemon.pid })
    }
    asking = false
    await client
    expect(answers).toBeGreaterThan(5)
    expect(await pids(daemon)).toEqual(before)

    await daemon.ctl('stop', 'all')
    for (let n = 0; n < 10; n++) {
      const lines = readText(join(daemon.dir, `w${n}.log`))
        .trimEnd()
        .split('\n')
      const wrong = lines.findIndex((line, at) => line !== `line ${at} of w`)
      // The last one may have been cut by the stop.
      expect([-1, lines.length - 1]).toContain(wrong)
      expect(lines.length).toBeGreaterThan(1000)
    }
    await daemon.stop()
  })

  test('goes on with whatever was under way', BY_LOAD, async () => {
    const echo = `bash -c 'echo READY; while read -r head; do n=\${head##*len:}; read -rN "$n" body; echo "$head $body" >>%(here)s/events; printf "RESULT 2\\nOKREADY\\n"; done'`
    const daemon = await startDaemon({
      programs: {
        // In the middle of a captured text, until it is told to go on.
        speaker: {
          command: `bash -c 'trap "printf ond--; printf \\"<!--XSUPERVISOR:END-->\\"" USR1; printf "a<!--XSUPERVISOR:BEGIN-->sec"; while :; do sleep 0.05; done'`,
          stdout_capture_maxbytes: '1MB',
          stopasgroup: true,
        },
        // Reads nothing before it is told to.
        deaf: {
          command: `bash -c 'trap "exec cat" USR1; while :; do sleep 0.05; done'`,
          stdout_logfile: '%(here)s/deaf.log',
          stopasgroup: true,
        },
        // Goes once it may.
        slow: {
          command: `bash -c 'trap "until [ -e gone ]; do sleep 0.05; done; exit 0" TERM; while :; do sleep 0.05; done'`,
          directory: '%(here)s',
          stopwaitsecs: 100,
        },
        held: { command: '/bin/cat' },
      },
      more: `[eventlistener:l]\ncommand=${echo}\nevents=PROCESS_COMMUNICATION,PROCESS_STATE_STOPPED\n`,
    })
    for (const name of ['speaker', 'deaf', 'slow', 'held', 'l']) await daemon.until(name, 'RUNNING')
    await daemon.ctl('stop', 'held')
    const text = 'x'.repeat(200_000)
    await daemon.rpc('supervisor.sendProcessStdin', 'deaf', text)
    await daemon.rpc('supervisor.stopProcess', 'slow', false)
    const before = await pids(daemon)

    await upgraded(daemon)
    expect(await pids(daemon)).toEqual(before)
    expect(await daemon.process('slow')).toMatchObject({ statename: 'STOPPING' })
    writeFileSync(join(daemon.dir, 'gone'), '')
    await daemon.rpc('supervisor.signalProcess', 'speaker', 'USR1')
    await daemon.rpc('supervisor.signalProcess', 'deaf', 'USR1')
    await daemon.until('slow', 'STOPPED')
    await eventually('all input has arrived', () => readText(join(daemon.dir, 'deaf.log')).length === text.length)
    await eventually('the listener has heard of it', () => {
      const events = readText(join(daemon.dir, 'events'))
      return events.includes('second--') && events.includes('processname:slow')
    })
    expect(await daemon.process('held')).toMatchObject({ statename: 'STOPPED' })
    expect(await daemon.svctl('drift')).toMatchObject({ code: 0 })
    await daemon.stop()
  })

  test('is refused when the installed version cannot take over', BY_LOAD, async () => {
    const { bundle, install } = installed()
    const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat' } }, bundle })
    const before = await pids(daemon)
    install(beginningWith('throw new Error("not a good day")'))
    const { code, stderr } = await daemon.svctl('upgrade')
    expect({ code, stderr }).toEqual({ code: 8, stderr: expect.stringContaining('not a good day') })
    rmSync(bundle)
    expect(await daemon.svctl('upgrade')).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('Cannot find module'),
    })
    install((code) => code)
    const native = join(bundle, '..', 'native', `posix-linux-${process.arch}.node`)
    rmSync(native)
    writeFileSync(native, '')
    expect(await daemon.svctl('upgrade')).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('says no (status 2): Error: cannot load the native part'),
    })
    expect(await pids(daemon)).toEqual(before)
    await daemon.stop()
  })

  test('is refused in plain words while another one is under way', BY_LOAD, async () => {
    const { bundle, install } = installed()
    const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat' } }, bundle })
    install(beginningWith('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'))
    const given = await daemon.svctl('upgrade', '--timeout', '100ms')
    expect(given).toMatchObject({ code: 124, stdout: expect.stringContaining('still checking') })
    const { code, stderr } = await daemon.svctl('upgrade')
    expect(code).toBe(8)
    expect(stderr).toMatch(/^svctl: Not upgraded, another upgrade is under way: for \d+ s .* try again after that\n$/)
    // Who is asked goes with who asks.
    expect(await daemon.stop()).toBe(0)
  })

  test('is refused while the daemon shuts down', BY_LOAD, async () => {
    const slow = { command: `bash -c 'trap "" TERM; while :; do read -rt 0.05; done'`, stopwaitsecs: 60, startsecs: 0 }
    const daemon = await startDaemon({ programs: { slow } })
    const { pid } = await daemon.until('slow', 'RUNNING')
    daemon.signal('SIGTERM')
    await eventually('it shuts down', () => daemon.log().includes('waiting for slow to die'))
    const { code, stderr } = await daemon.svctl('upgrade')
    expect({ code, stderr }).toEqual({ code: 8, stderr: 'svctl: Not upgraded: the daemon is shutting down\n' })
    process.kill(pid, 'SIGKILL')
    expect(await daemon.exited()).toBe(0)
  })

  test('while the file is broken goes on with what was accepted, and says so', BY_LOAD, async () => {
    const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat' } }, bundle: installed().bundle })
    const before = await pids(daemon)
    daemon.configure({ programs: { cat: { command: '/bin/cat', numprocs: 'many' } } })
    await eventually('it is noticed', async () => (await daemon.svctl('status')).stderr.includes('ConfigInvalid'))
    const { code, stdout, stderr } = await daemon.svctl('upgrade')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('has taken over') })
    expect(stderr).toContain('warning: the file cannot be used as it is now')
    expect(stderr).toMatch(/supervisord\.conf:\d+:\d+: error /)
    expect(await pids(daemon)).toEqual(before)
    await daemon.stop()
  })

  for (const [how, line] of [
    ['throws', `if (${WHEN_TAKING_OVER}) throw new Error('broken after all')`],
    ['ends', `if (${WHEN_TAKING_OVER}) process.exit(3)`],
  ] as const) {
    test(`falls back to the old version when the new one ${how} while it comes up`, BY_LOAD, async () => {
      const { bundle, install } = installed()
      const daemon = await startDaemon({ programs: { w: { ...WRITER, numprocs: 2 } }, bundle })
      await running(daemon)
      const before = await pids(daemon)
      install(beginningWith(line))
      const { code, stdout, stderr } = await daemon.svctl('upgrade', '-o', 'json')
      expect({ code, stderr }).toEqual({ code: 8, stderr: expect.stringContaining('did not come up') })
      expect(JSON.parse(stdout)).toMatchObject({
        phase: 'fell-back',
        reason: how === 'throws' ? 'broken after all' : 'it ended with status 3',
      })
      expect(await pids(daemon)).toEqual(before)
      install((code) => code)
      expect(await upgraded(daemon)).toMatchObject({ phase: 'done', serial: 2 })
      expect(await pids(daemon)).toEqual(before)
      await daemon.ctl('stop', 'all')
      for (const n of [0, 1]) {
        const lines = readText(join(daemon.dir, `w${n}.log`))
          .trimEnd()
          .split('\n')
        expect([-1, lines.length - 1]).toContain(lines.findIndex((text, at) => text !== `line ${at} of w`))
      }
      await daemon.stop()
    })
  }
})
