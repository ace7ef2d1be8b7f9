import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { documentProblems } from '../support/document.js'
import { type Daemon, readText, startDaemon } from './harness.js'
import { cleanEnv, commandWords, eventually } from './run.js'

const CAT = { command: '/bin/cat', startsecs: 0 }

/** A command of ours that goes on until the test ends, and what it printed so far. */
function watching(daemon: Daemon, ...args: readonly string[]) {
  const [program, ...before] = commandWords('svctl')
  const child: ChildProcess = spawn(program, [...before, '-s', `unix://${daemon.socket}`, ...args], { env: cleanEnv() })
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { out: () => out, err: () => err }
}

test('a program that ends again and again is explained: how it ended, what it wrote, when it is tried again', async () => {
  const daemon = await startDaemon({
    programs: { loop: { command: `/bin/sh -c 'echo "no database at db1" >&2; exit 3'`, startretries: 90 } },
  })
  const document = await eventually('it waits for its next start', async () => {
    const read = JSON.parse((await daemon.svctl('explain', 'loop', '-o', 'json')).stdout)
    return read.state === 'BACKOFF' && read.next !== null && read
  })
  expect(documentProblems(document)).toBe('')
  expect(document).toMatchObject({ verdict: 'failed', lastExit: { code: 3, signal: null } })
  expect(document.next).toMatchObject({ action: 'start', attempts: 91 })
  expect(document.next.atWallMs).toBeGreaterThan(document.lastExit.atWallMs)
  expect(document.stderr.lines).toContain('no database at db1')
  expect((await daemon.svctl('explain', 'loop')).stdout).toMatch(/exited with code 3.*attempt \d+ of 91/s)
})

test('a port that is taken is named, with who has it', async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0)
    })
  })
  onTestFinished(() => void server.close())
  const script = `require('node:net').createServer().listen(${port}, '127.0.0.1')`
  const daemon = await startDaemon({
    programs: { web: { command: `${process.execPath} -e "${script}"`, startretries: 9 } },
  })
  let last = ''
  const document = await eventually(
    'the port is known',
    async () => {
      last = (await daemon.svctl('explain', 'web', '-o', 'json')).stdout
      const read = JSON.parse(last)
      return read.port?.holder ? read : false
    },
    { explain: () => last },
  )
  expect(document.port).toMatchObject({ port, holder: { pid: process.pid, process: null } })
  expect(document.port.holder.command).toMatch(/node/)
  expect(document.advice[0]).toContain(`port ${port} is taken by pid ${process.pid}`)
})

test('events -f tells of a stop and a start, in order, as one line of JSON each', async () => {
  const daemon = await startDaemon({ programs: { cat: CAT, dog: CAT } })
  await daemon.until('cat', 'RUNNING')
  const seen = watching(daemon, 'events', '-f', '-o', 'json', 'cat')
  await eventually('it follows', () => seen.out().includes('RUNNING'))
  await daemon.svctl('restart', 'cat')
  const rows = await eventually('all is told', () => {
    const lines = seen.out().split('\n').slice(0, -1)
    const read = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'process')
    return read.filter(({ to }) => to === 'RUNNING').length === 2 && read
  })
  for (const row of rows) expect(documentProblems(row)).toBe('')
  expect(rows.map(({ to }: { to: string }) => to)).toEqual([
    'STARTING',
    'RUNNING',
    'STOPPING',
    'STOPPED',
    'STARTING',
    'RUNNING',
  ])
  const serials = rows.map(({ serial }: { serial: number }) => serial)
  expect(serials).toEqual([...serials].sort((a, b) => a - b))
  expect(rows[3].exit).toMatchObject({ signal: 'SIGTERM' })
})

test('an accepted file and one with errors are events, too', async () => {
  const daemon = await startDaemon({ programs: { cat: CAT }, env: { SVCTL_CONVERGE: 'manual' } })
  daemon.configure({ programs: { cat: CAT, dog: CAT } })
  await daemon.svctl('apply')
  daemon.configure('what')
  await daemon.svctl('diff')
  const { events } = JSON.parse((await daemon.svctl('events', '-o', 'json')).stdout)
  const told = events.map(({ type, to }: { type: string; to: string }) => `${type} ${to}`)
  expect(told).toContain('revision 2')
  expect(told).toContain('condition ConfigInvalid')
})

test('logs -f of two programs loses no line while both logs are rotated, and takes in one that comes later', async () => {
  const counter = (name: string) =>
    `/bin/sh -c 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo "${name} $i of many lines"; [ $((i %% 20)) = 0 ] && sleep 0.02; done; exec cat'`.replaceAll(
      ' ;',
      ';',
    )
  const writer = (name: string) => ({
    command: counter(name),
    startsecs: 0,
    autostart: false,
    stdout_logfile_maxbytes: 2000,
    stdout_logfile_backups: 50,
  })
  const programs = { one: writer('one'), two: writer('two') }
  const daemon = await startDaemon({ programs })
  const seen = watching(daemon, 'logs', '-f', 'one', 'two', 'late')
  await eventually('it follows', () => seen.err().includes('late'))
  await daemon.svctl('start', 'one', 'two')
  daemon.configure({ programs: { ...programs, late: { ...writer('late'), autostart: true } } })
  const linesOf = (name: string) =>
    seen
      .out()
      .split('\n')
      .filter((line) => line.trimStart().startsWith(`${name} `))
  await eventually('all lines are there', () => ['one', 'two', 'late'].every((name) => linesOf(name).length >= 300), {
    explain: () => `${linesOf('one').length} ${linesOf('two').length} ${linesOf('late').length}\n${seen.err()}`,
  })
  for (const name of ['one', 'two', 'late']) {
    const numbers = linesOf(name).map((line) => Number(/(\d+) of many lines$/.exec(line)?.[1]))
    expect(numbers).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
  }
  expect(seen.err()).not.toMatch(/cut before/)
})

test('logs --since leaves out what was there before, and says that it cannot know how old that is', async () => {
  const daemon = await startDaemon({
    files: { 'cat.log': 'of a former life\n' },
    programs: { cat: { ...CAT, stdout_logfile: '%(here)s/cat.log' } },
  })
  await daemon.until('cat', 'RUNNING')
  await daemon.rpc('supervisor.sendProcessStdin', 'cat', 'new\n')
  const logs = (...args: readonly string[]) => daemon.svctl('logs', 'cat', '--stdout', ...args)
  await eventually('it is logged', async () => (await logs()).stdout === 'cat | of a former life\ncat | new\n')
  const since = await logs('--since', '1h')
  expect(since).toMatchObject({ code: 0, stdout: 'cat | new\n' })
  expect(since.stderr).toMatch(/not known exactly/)
  expect((await logs('--lines', '1')).stdout).toBe('cat | new\n')
})

test('logs --since goes on from rotated files to the one in use', async () => {
  const daemon = await startDaemon({
    files: { 'cat.log.1': 'of a former life\n' },
    programs: { cat: { ...CAT, stdout_logfile: '%(here)s/cat.log', stdout_logfile_maxbytes: 30 } },
  })
  await daemon.until('cat', 'RUNNING')
  const logs = (...args: readonly string[]) => daemon.svctl('logs', 'cat', '--stdout', ...args)
  for (let line = 1; line <= 7; line++) {
    await daemon.rpc('supervisor.sendProcessStdin', 'cat', `line number ${line}\n`)
    await eventually(`line ${line} is logged`, () =>
      ['', '.1'].some(
        (name) =>
          existsSync(`${daemon.dir}/cat.log${name}`) &&
          readText(`${daemon.dir}/cat.log${name}`).includes(`number ${line}\n`),
      ),
    )
  }
  expect(readText(`${daemon.dir}/cat.log.3`)).toBe('of a former life\n')
  const since = await logs('--since', '60s')
  expect(since.stdout).toBe([1, 2, 3, 4, 5, 6, 7].map((line) => `cat | line number ${line}\n`).join(''))
})

test('logs names programs without a log, and refuses names that nothing has', async () => {
  const daemon = await startDaemon({
    programs: { cat: { ...CAT, stdout_logfile: 'NONE', stderr_logfile: '/dev/null' } },
  })
  const run = await daemon.svctl('logs')
  expect(run).toMatchObject({ code: 0, stdout: '' })
  expect(run.stderr.match(/cat: keeps no log/g)).toHaveLength(2)
  expect((await daemon.svctl('logs', 'nosuch')).code).toBe(2)
})
