import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from './harness.js'
import { createProgram } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'daemonize-'))
afterAll(() => rmSync(folder, { recursive: true }))

let program: string
beforeAll(async () => {
  program = await createProgram(
    folder,
    `
    import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
    import { daemonize, isDaemonChild, reportFailure, reportReady } from '@host/daemonize.ts'
    import { inheritedFileLimit } from '@host/limits.ts'
    const [how, file] = process.argv.slice(2)
    if (!isDaemonChild()) await daemonize(process.argv.slice(2))
    if (how === 'die') process.kill(process.pid, 'SIGKILL')
    if (how === 'exit') process.exit(5)
    if (how === 'fail') { reportFailure('Error: line one\\nFor help, use x -h\\n', 2); process.exit(2) }
    if (how === 'hang') setTimeout(() => {}, 100_000)
    else {
      const [, , , pgrp, session, tty] = readFileSync('/proc/self/stat', 'utf8').replace(/.*\\) /, 'x ').split(' ').map(Number)
      writeFileSync(file, JSON.stringify({
        pid: process.pid, pgrp, session, tty, again: isDaemonChild(), limit: inheritedFileLimit(process.env),
        stdio: [0, 1, 2].map((fd) => readlinkSync('/proc/self/fd/' + fd)),
        ours: Object.keys(process.env).filter((name) => name === 'SVCTL_DAEMON'), kept: process.env.KEPT, cwd: process.cwd(),
      }))
      reportReady()
    }`,
  )
})

const run = (how: string, file = '') =>
  spawnSync('bash', ['-c', 'ulimit -Sn 400; "$@"; exit $?', 'bash', process.execPath, program, how, file], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 10_000,
    env: { ...process.env, KEPT: 'a\tb' },
  })

describe('the command that starts a daemon', () => {
  test('ends with success once the daemon is ready, which is on its own then', () => {
    const file = join(folder, 'state')
    const { status, stdout, stderr } = run('ready', file)
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
    const state = JSON.parse(readFileSync(file, 'utf8'))
    expect(state).toEqual({
      pid: state.pid,
      pgrp: state.pid,
      session: state.pid,
      tty: 0,
      again: true,
      limit: 400,
      stdio: ['/dev/null', '/dev/null', '/dev/null'],
      ours: [],
      kept: 'a\tb',
      cwd: folder,
    })
  })

  test.each([
    ['says what the daemon said, with its status', 'fail', 2, 'Error: line one\nFor help, use x -h\n'],
    ['tells of a daemon that died', 'die', 1, 'Error: the daemon ended before it was ready (SIGKILL)\n'],
    ['tells of a daemon that left', 'exit', 1, 'Error: the daemon ended before it was ready (exit status 5)\n'],
  ])('%s', (_, how, status, stderr) => {
    expect(run(how)).toMatchObject({ status, stdout: '', stderr })
  })

  test('hands a signal on to the daemon that is not ready yet', async () => {
    const { spawn } = await import('node:child_process')
    const child = spawn(process.execPath, [program, 'hang'], { stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (data) => {
      stderr += data
    })
    const closed = new Promise((done) => child.on('close', done))
    const daemon = await until(() => {
      const pid = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
      return pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('hang') && Number(pid)
    })
    child.kill('SIGTERM')
    expect(await closed).toBe(1)
    expect(stderr).toBe('Error: the daemon ended before it was ready (SIGTERM)\n')
    expect(() => process.kill(daemon, 0)).toThrow('ESRCH')
  })
})
