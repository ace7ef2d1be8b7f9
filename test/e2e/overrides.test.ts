import { describe, expect, test } from 'vitest'
import { documentProblems } from '../support/document.js'
import type { Options } from './config-text.js'
import { type Daemon, startDaemon } from './harness.js'
import { eventually } from './run.js'

const CAT: Options = { command: '/bin/cat', startsecs: 0 }
const WEB: Options = { ...CAT, numprocs: 2, process_name: '%(program_name)s_%(process_num)02d' }

async function names(daemon: Daemon): Promise<readonly string[]> {
  return Object.keys(await daemon.status()).sort()
}

describe('hold', () => {
  test('with an end: down until then, then up again by itself', async () => {
    const daemon = await startDaemon({ programs: { cat: CAT } })
    const { pid } = await daemon.until('cat', 'RUNNING')
    const held = await daemon.svctl('hold', 'cat', '--for', '1s', '--reason', 'new disk')
    expect(held).toMatchObject({ code: 0, stdout: 'cat: held\n' })
    expect((await daemon.svctl('status', '-o', 'wide')).stdout).toMatch(/held by svctl hold.*until .*: new disk/)
    expect((await daemon.svctl('wait', 'cat', '--for=running', '--timeout', '10s')).code).toBe(0)
    expect((await daemon.process('cat')).pid).not.toBe(pid)
  })

  test('without one: waiting for it to run ends at once, release starts it', async () => {
    const daemon = await startDaemon({ programs: { cat: CAT } })
    await daemon.until('cat', 'RUNNING')
    await daemon.ctl('stop', 'cat')
    const waited = await daemon.svctl('wait', 'cat', '--timeout', '60s')
    expect(waited).toMatchObject({ code: 1, stderr: expect.stringMatching(/held by stop over XML-RPC/) })
    expect((await daemon.svctl('release', 'cat')).code).toBe(0)
    await daemon.until('cat', 'RUNNING')
  })
})

describe('scale', () => {
  test('2, 4, 1, file: the first one is never touched, and the file has the last word', async () => {
    const daemon = await startDaemon({ programs: { web: WEB }, env: { USER: 'alice' } })
    const { pid } = await daemon.until('web:web_00', 'RUNNING')
    expect((await daemon.svctl('scale', 'web=4')).code).toBe(0)
    expect(await names(daemon)).toEqual([0, 1, 2, 3].map((n) => `web:web_0${n}`))
    expect((await daemon.svctl('diff')).code).toBe(0)
    const shown = await daemon.svctl('status')
    expect(shown.stderr).toMatch(/web: numprocs 4 by svctl scale.*, file says 2/)
    expect((await daemon.svctl('history')).stdout).toMatch(/\* +2 .* svctl scale web=4 \(.*alice\) /)
    expect((await daemon.svctl('scale', 'web=1')).code).toBe(0)
    expect(await names(daemon)).toEqual(['web:web_00'])
    daemon.configure({ programs: { web: { ...WEB, numprocs: 3 } } })
    await eventually('the file counts', async () => (await names(daemon)).length === 3)
    expect((await daemon.process('web:web_00')).pid).toBe(pid)
    expect((await daemon.svctl('status')).stderr).toBe('')
    expect(daemon.log()).toMatch(/numprocs of web: the file says 3 now, so 1 by svctl scale.* has ended/)
  })

  test('a program whose processes have one name cannot be scaled', async () => {
    const daemon = await startDaemon({ programs: { cat: CAT } })
    const run = await daemon.svctl('scale', 'cat=2')
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/process_num/) })
  })
})

describe('drift', () => {
  test('a process that a former instance left behind is found, one of the current instance is not', async () => {
    const command = `/bin/sh -c "setsid sleep 300 & exec cat"`
    const daemon = await startDaemon({ programs: { parent: { ...CAT, command } } })
    const { pid } = await daemon.until('parent', 'RUNNING')
    const drift = async () => {
      const { code, stdout } = await daemon.svctl('drift', '-o', 'json')
      return { code, document: JSON.parse(stdout) }
    }
    expect(await drift()).toMatchObject({ code: 0, document: { items: [], live: { leftovers: [] } } })
    await daemon.svctl('restart', 'parent')
    await daemon.untilReplaced('parent', pid)
    const { code, document } = await drift()
    expect(documentProblems(document)).toBe('')
    expect({ code, left: document.live.leftovers }).toEqual({
      code: 1,
      left: [{ pid: expect.any(Number), name: 'parent' }],
    })
    for (const { pid: left } of document.live.leftovers) process.kill(left, 'SIGKILL')
  })

  test('a program that changes folder and variables itself differs, but only --strict counts that', async () => {
    const command = `/bin/sh -c "cd / && TOKEN=correct-horse EXTRA=1 exec cat"`
    const daemon = await startDaemon({ programs: { cat: { ...CAT, command, environment: 'TOKEN="hunter2"' } } })
    await daemon.until('cat', 'RUNNING')
    await eventually('the shell is gone', async () => /changed TOKEN/.test((await daemon.svctl('drift')).stdout))
    const run = await daemon.svctl('drift')
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/differs from its spec.*changed TOKEN; added EXTRA/s)
    expect(run.stdout).not.toMatch(/hunter2|correct-horse/)
    expect((await daemon.svctl('drift', '--strict')).code).toBe(1)
  })

  test('a task that ended badly and is not started again is drift, and waiting for it ends', async () => {
    const daemon = await startDaemon({
      programs: { task: { command: '/bin/false', startsecs: 0, autorestart: false } },
    })
    await daemon.until('task', 'EXITED')
    const drift = await daemon.svctl('drift')
    expect(drift).toMatchObject({ code: 1, stdout: expect.stringMatching(/task: exited: exited with status 1/) })
    const waited = await daemon.svctl('wait', 'task', '--for=completed', '--timeout', '60s')
    expect(waited.code).toBe(1)
  })
})

test('status tells what processes use and how they ended', async () => {
  const daemon = await startDaemon({ programs: { cat: CAT } })
  const { pid } = await daemon.until('cat', 'RUNNING')
  process.kill(pid, 'SIGKILL')
  await daemon.untilReplaced('cat', pid)
  const document = JSON.parse((await daemon.svctl('status', '-o', 'json')).stdout)
  expect(documentProblems(document)).toBe('')
  const [row] = document.processes
  expect(row.lastExit).toMatchObject({ signal: 'SIGKILL', code: null })
  expect(row.usage.rssBytes).toBeGreaterThan(100_000)
})

test('with remember_holds=always holds and scales outlive the daemon', async () => {
  const parts = { programs: { cat: CAT, web: WEB }, supervisord: { remember_holds: 'always' } }
  const daemon = await startDaemon(parts)
  await daemon.until('cat', 'RUNNING')
  await daemon.svctl('hold', 'cat', '--reason', 'new disk')
  await daemon.svctl('scale', 'web=3')
  await daemon.stop()
  const next = await startDaemon({ ...parts, env: { SVCTL_STATE_DIRECTORY: `${daemon.dir}/state` } })
  await next.until('web:web_02', 'RUNNING')
  expect(await next.process('cat')).toMatchObject({ statename: 'STOPPED', pid: 0 })
  expect(next.log()).not.toMatch(/spawned: 'cat'/)
  expect((await next.svctl('status', '-o', 'wide')).stdout).toMatch(/cat .*held by svctl hold.*: new disk/)
})
