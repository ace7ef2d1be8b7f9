import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configText, type Options } from './config-text.js'
import { startDaemon } from './harness.js'
import { command, eventually } from './run.js'

const CAT: Options = { command: '/bin/cat', startsecs: 0 }
const MANUAL = { env: { SVCTL_CONVERGE: 'manual' } }

describe('svctl diff and apply', () => {
  test('diff is 0 when the file is what is accepted and 1 when not; apply makes it so', async () => {
    const daemon = await startDaemon({ ...MANUAL, programs: { keep: CAT, change: CAT } })
    const before = await daemon.until('keep', 'RUNNING')
    expect((await daemon.svctl('diff')).code).toBe(0)
    daemon.configure({ programs: { keep: CAT, change: { ...CAT, environment: 'N="1"' }, fresh: CAT } })
    const diff = await daemon.svctl('diff')
    expect(diff.code).toBe(1)
    expect(diff.stdout).toMatch(/change/)
    expect(diff.stdout).toMatch(/fresh/)
    expect((await daemon.svctl('apply')).code).toBe(0)
    await daemon.until('fresh', 'RUNNING')
    expect((await daemon.svctl('diff')).code).toBe(0)
    expect((await daemon.process('keep')).pid).toBe(before.pid)
  })

  test('a file not yet in place is compared with -c and not accepted', async () => {
    const daemon = await startDaemon({ programs: { keep: CAT } })
    await daemon.until('keep', 'RUNNING')
    const next = join(daemon.dir, 'next.conf')
    writeFileSync(next, configText(daemon.dir, { programs: { keep: CAT, fresh: CAT } }))
    const diff = await daemon.svctl('diff', '-c', next)
    expect(diff.code).toBe(1)
    expect(diff.stdout).toMatch(/fresh/)
    expect(Object.keys(await daemon.status())).toEqual(['keep'])
  })

  test('the values of secrets are not shown', async () => {
    const secret = (value: string) => ({ programs: { a: { ...CAT, environment: `DB_PASSWORD="${value}"` } } })
    const daemon = await startDaemon({ ...MANUAL, ...secret('hunter2') })
    await daemon.until('a', 'RUNNING')
    daemon.configure(secret('correct-horse'))
    const diff = await daemon.svctl('diff')
    expect(diff.code).toBe(1)
    expect(diff.stdout + diff.stderr).not.toMatch(/hunter2|correct-horse/)
    const asked = await daemon.svctl('diff', '--show-secrets')
    expect(asked.stdout).toContain('environment.DB_PASSWORD  hunter2 → correct-horse')
  })

  test('the command that diff prints applies exactly what it shows, and nothing newer', async () => {
    const daemon = await startDaemon({ ...MANUAL, programs: { a: CAT } })
    await daemon.until('a', 'RUNNING')
    daemon.configure({ programs: { a: { ...CAT, environment: 'N="1"' } } })
    const diff = await daemon.svctl('diff')
    const line = readFileSync(daemon.configFile, 'utf8')
      .split('\n')
      .findIndex((text) => text.startsWith('environment'))
    expect(diff.stdout).toContain(`environment.N  (unset) → <hidden>  ${daemon.configFile}:${line + 1}\n`)
    const rev = /to apply: svctl .*apply --rev (\S+)\n/.exec(diff.stdout)?.[1] ?? ''
    daemon.configure({ programs: { a: { ...CAT, environment: 'N="2"' } } })
    expect((await daemon.svctl('apply', '--rev', rev)).code).toBe(8)
    daemon.configure({ programs: { a: { ...CAT, environment: 'N="1"' } } })
    expect((await daemon.svctl('apply', '--rev', rev)).code).toBe(0)
  })
})

describe('svctl status and drift', () => {
  test('status in every form', async () => {
    const daemon = await startDaemon({ programs: { cat: CAT } })
    const { pid } = await daemon.until('cat', 'RUNNING')
    const plain = await daemon.svctl('status')
    expect(plain.code).toBe(0)
    expect(plain.stdout).toMatch(/cat\s+.*RUNNING/)
    expect((await daemon.svctl('status', '-o', 'wide')).stdout).toMatch(/cat\s+.*RUNNING/)
    expect(JSON.stringify(JSON.parse((await daemon.svctl('status', '-o', 'json')).stdout))).toContain(String(pid))
    expect((await daemon.svctl('status', '-o', 'yaml')).stdout).toContain(String(pid))
  })

  test('drift is 0 when every process is where it should be, 1 when one is not; a hold is no drift', async () => {
    const daemon = await startDaemon({
      programs: { cat: CAT, dog: CAT, bad: { command: '/nonexistent/foo', startretries: 0, autostart: false } },
    })
    await daemon.until('cat', 'RUNNING')
    await daemon.until('dog', 'RUNNING')
    expect((await daemon.svctl('drift')).code).toBe(0)
    await daemon.ctl('stop', 'dog')
    const held = await daemon.svctl('drift')
    expect(held.code).toBe(0)
    expect(held.stdout).toMatch(/dog/)
    daemon.configure({ programs: { cat: CAT, dog: CAT, bad: { command: '/nonexistent/foo', startretries: 0 } } })
    await eventually('bad is tried', async () => (await daemon.status()).bad?.statename === 'FATAL')
    const drift = await daemon.svctl('drift')
    expect(drift.code).toBe(1)
    expect(drift.stdout).toMatch(/bad/)
  })
})

describe('exit codes of svctl', () => {
  for (const args of [
    ['--nope'],
    ['status', '--nope'],
    ['nope'],
    ['diff', '-c'],
    ['status', '-o', 'pdf'],
    ['apply', '--timeout', 'soon'],
  ])
    test(`a mistake in the flags is 2: svctl ${args.join(' ')}`, async () => {
      const daemon = await startDaemon({ programs: { cat: CAT } })
      const run = await daemon.svctl(...args)
      expect(run.code).toBe(2)
      expect(run.stderr).not.toBe('')
    })

  test('an invalid file is 6, and every error is shown', async () => {
    const daemon = await startDaemon({ ...MANUAL, programs: { cat: CAT } })
    daemon.configure({ programs: { cat: { ...CAT, startsecs: 'soon', stopsignal: 'TREM' } } })
    for (const verb of ['diff', 'apply']) {
      const run = await daemon.svctl(verb)
      expect(run.code).toBe(6)
      expect(run.stderr).toMatch(/soon/)
      expect(run.stderr).toMatch(/TREM/)
    }
  })

  for (const verb of ['status', 'diff', 'apply', 'drift'])
    test(`no daemon is 7: svctl ${verb}`, async () => {
      const run = await command('svctl', ['-s', 'unix:///nonexistent/s.sock', verb])
      expect(run.code).toBe(7)
      expect(run.stderr).not.toBe('')
    })
})

test('a daemon that is stopped is told of, by its pid, and soon', async () => {
  const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat' } } })
  await daemon.until('cat', 'RUNNING')
  daemon.signal('SIGSTOP')
  const runs = await Promise.all(
    [['status'], ['logs'], ['history', '-o', 'json'], ['explain', 'cat']].map((words) =>
      daemon.svctl(...words, '--timeout', '500ms'),
    ),
  )
  daemon.signal('SIGCONT')
  const said = `svctl: unix://${daemon.socket} did not answer within 0.5 s: pid ${daemon.pid} has it open, but is stopped; kill -CONT ${daemon.pid} lets it go on\n`
  for (const run of runs) expect(run).toMatchObject({ code: 7, stderr: said })
  expect((await daemon.svctl('status', '--timeout', '0')).code).toBe(2)
})
