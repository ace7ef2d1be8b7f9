import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Options } from './config-text.js'
import { readText, startDaemon } from './harness.js'
import { alive } from './processes.js'
import { eventually } from './run.js'

const CAT: Options = { command: '/bin/cat', startsecs: 0 }
/** An edit waits for a verb. */
const MANUAL = { env: { SVCTL_CONVERGE: 'manual' } }

describe('supervisorctl triggers the pipeline with the output of the original', () => {
  test('reread only reports, update accepts', async () => {
    const daemon = await startDaemon({ ...MANUAL, programs: { keep: CAT, change: CAT, gone: CAT } })
    const before = await daemon.until('keep', 'RUNNING')
    expect(await daemon.ctl('reread')).toMatchObject({ code: 0, stdout: 'No config updates to processes\n' })
    daemon.configure({ programs: { keep: CAT, change: { ...CAT, environment: 'N="1"' }, fresh: CAT } })
    const report = 'change: changed\nfresh: available\ngone: disappeared\n'
    expect((await daemon.ctl('reread')).stdout).toBe(report)
    expect((await daemon.ctl('reread')).stdout).toBe(report)
    expect(Object.keys(await daemon.status()).sort()).toEqual(['change', 'gone', 'keep'])
    const update = await daemon.ctl('update')
    expect(update.code).toBe(0)
    expect(update.stdout).toBe(
      'gone: stopped\ngone: removed process group\n' +
        'change: stopped\nchange: updated process group\n' +
        'fresh: added process group\n',
    )
    await daemon.until('fresh', 'RUNNING')
    expect((await daemon.process('keep')).pid).toBe(before.pid)
    expect(await daemon.ctl('update')).toMatchObject({ code: 0, stdout: '' })
  })

  test('add and remove take one group', async () => {
    const daemon = await startDaemon({ ...MANUAL, programs: { a: CAT } })
    await daemon.until('a', 'RUNNING')
    daemon.configure({ programs: { a: CAT, b: CAT, c: CAT } })
    await daemon.ctl('reread')
    expect((await daemon.ctl('add', 'b')).stdout).toBe('b: added process group\n')
    expect((await daemon.ctl('add', 'b')).stdout).toBe('ERROR: process group already active\n')
    expect(await daemon.ctl('add', 'x')).toMatchObject({ code: 1, stdout: 'ERROR: no such process/group: x\n' })
    await daemon.until('b', 'RUNNING')
    expect(await daemon.ctl('remove', 'b')).toMatchObject({
      code: 1,
      stdout: 'ERROR: process/group still running: b\n',
    })
    await daemon.ctl('stop', 'b')
    expect(await daemon.ctl('remove', 'b')).toMatchObject({ code: 0, stdout: 'b: removed process group\n' })
    expect(Object.keys(await daemon.status())).toEqual(['a'])
  })

  test('update of a broken file changes nothing and fails', async () => {
    const daemon = await startDaemon({ ...MANUAL, programs: { a: CAT } })
    const before = await daemon.until('a', 'RUNNING')
    daemon.configure({ programs: { a: { ...CAT, stopsignal: 'TREM' } } })
    const update = await daemon.ctl('update')
    expect(update.code).toBe(1)
    expect(update.stdout).toMatch(/^error: .*CANT_REREAD: value 'TREM' is not a valid signal name/)
    expect((await daemon.process('a')).pid).toBe(before.pid)
  })

  test('start, stop, restart, signal, pid, clear, version and status', async () => {
    const daemon = await startDaemon({ programs: { cat: CAT } })
    const { pid } = await daemon.until('cat', 'RUNNING')
    expect(await daemon.ctl('start', 'cat')).toMatchObject({ code: 0, stdout: 'cat: ERROR (already started)\n' })
    expect(await daemon.ctl('pid', 'cat')).toMatchObject({ code: 0, stdout: `${pid}\n` })
    expect((await daemon.ctl('pid')).stdout).toBe(`${daemon.pid}\n`)
    expect((await daemon.ctl('restart', 'cat')).stdout).toBe('cat: stopped\ncat: started\n')
    expect((await daemon.process('cat')).pid).not.toBe(pid)
    expect((await daemon.ctl('signal', 'CONT', 'cat')).stdout).toBe('cat: signalled\n')
    expect((await daemon.ctl('clear', 'cat')).stdout).toBe('cat: cleared\n')
    expect((await daemon.ctl('version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const status = await daemon.ctl('status')
    expect(status.code).toBe(0)
    expect(status.stdout).toMatch(/^cat {30}RUNNING {3}pid \d+, uptime 0:00:0\d\n$/)
    expect(await daemon.ctl('status', 'nope')).toMatchObject({ code: 4, stdout: 'nope: ERROR (no such process)\n' })
    expect((await daemon.ctl('stop', 'cat')).stdout).toBe('cat: stopped\n')
    expect((await daemon.ctl('status')).code).toBe(3)
  })

  test('shutdown ends the daemon and every program', async () => {
    const daemon = await startDaemon({ programs: { cat: CAT } })
    const { pid } = await daemon.until('cat', 'RUNNING')
    expect(await daemon.ctl('shutdown')).toMatchObject({ code: 0, stdout: 'Shut down\n' })
    expect(await daemon.exited()).toBe(0)
    expect(alive(pid)).toBe(false)
    expect(readText(join(daemon.dir, 'supervisord.pid'))).toBe('')
  })
})

describe('HUP and reload reconcile instead of restarting everything', () => {
  for (const how of ['HUP', 'reload'] as const)
    test(`${how} accepts the file and restarts nothing that did not change`, async () => {
      const daemon = await startDaemon({ ...MANUAL, programs: { keep: CAT, change: CAT } })
      const before = { keep: await daemon.until('keep', 'RUNNING'), change: await daemon.until('change', 'RUNNING') }
      daemon.configure({ programs: { keep: CAT, change: { ...CAT, environment: 'N="1"' }, fresh: CAT } })
      if (how === 'HUP') daemon.signal('SIGHUP')
      else expect(await daemon.ctl('reload')).toMatchObject({ code: 0, stdout: 'Restarted supervisord\n' })
      await eventually('fresh runs and change is replaced', async () => {
        const rows = await daemon.status()
        return (
          rows.fresh?.statename === 'RUNNING' &&
          rows.change?.statename === 'RUNNING' &&
          rows.change.pid !== before.change.pid
        )
      })
      expect((await daemon.process('keep')).pid).toBe(before.keep.pid)
    })

  test('HUP with a broken file keeps everything', async () => {
    const daemon = await startDaemon({ ...MANUAL, programs: { keep: CAT } })
    const { pid } = await daemon.until('keep', 'RUNNING')
    daemon.configure('[supervisord]\nthis is no option\n')
    daemon.signal('SIGHUP')
    await eventually('status tells of it', async () => /:2:\d+: error/.test((await daemon.svctl('status')).stderr))
    expect((await daemon.process('keep')).pid).toBe(pid)
  })
})

describe('USR2', () => {
  test('opens the logs again, so that rotation by rename works', async () => {
    const daemon = await startDaemon({
      programs: {
        talk: {
          command: '/bin/sh -c "while :; do echo line; sleep 0.02; done"',
          startsecs: 0,
          stdout_logfile: '%(here)s/talk.log',
        },
      },
    })
    await eventually('the program wrote', () => readText(join(daemon.dir, 'talk.log')) !== '')
    renameSync(join(daemon.dir, 'talk.log'), join(daemon.dir, 'talk.old'))
    renameSync(join(daemon.dir, 'supervisord.log'), join(daemon.dir, 'supervisord.old'))
    daemon.signal('SIGUSR2')
    await eventually('the program writes to a new file', () =>
      readText(join(daemon.dir, 'talk.log')).includes('line\n'),
    )
    await eventually('the activity log is there again', () => existsSync(join(daemon.dir, 'supervisord.log')))
    expect(readText(join(daemon.dir, 'supervisord.old')) + daemon.log()).toMatch(
      /INFO received SIGUSR2 indicating log reopen request\n.*INFO supervisord logreopen\n/,
    )
    const { pid } = await daemon.process('talk')
    process.kill(pid, 'SIGSTOP')
    const old = readText(join(daemon.dir, 'talk.old'))
    process.kill(pid, 'SIGCONT')
    const size = readText(join(daemon.dir, 'talk.log')).length
    await eventually('it goes on in the new file', () => readText(join(daemon.dir, 'talk.log')).length > size)
    expect(readText(join(daemon.dir, 'talk.old'))).toBe(old)
  })
})
