import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Options } from './config-text.js'
import { type Daemon, startDaemon } from './harness.js'
import { eventually } from './run.js'

const CAT: Options = { command: '/bin/cat', startsecs: 0 }
const QUICK: Options = { settle_ms: 50 }

describe('variables from a file', () => {
  const programs = { web: { ...CAT, env_file: 'web.env', environment: 'OWN="1"' }, other: CAT }
  const start = () => startDaemon({ programs, supervisord: QUICK, files: { 'web.env': 'TOKEN=old\nOWN=file\n' } })

  test('an edit restarts the program that uses it, and only that', async () => {
    const daemon = await start()
    const before = await pidsOf(daemon, 'web', 'other')
    expect(variablesOf(before.web)).toMatchObject({ TOKEN: 'old', OWN: '1' })
    writeFileSync(join(daemon.dir, 'web.env'), 'TOKEN=new\n')
    const { pid } = await daemon.untilReplaced('web', before.web ?? 0)
    expect(variablesOf(pid)).toMatchObject({ TOKEN: 'new', OWN: '1' })
    expect((await daemon.process('other')).pid).toBe(before.other)
  })

  test('a file that is bad or gone stops nothing, and its secret is nowhere', async () => {
    const daemon = await start()
    const before = await pidsOf(daemon, 'web', 'other')
    const file = join(daemon.dir, 'web.env')
    writeFileSync(file, 'TOKEN="s3cret\n')
    await eventually('status tells where', async () => (await daemon.svctl('status')).stderr.includes(`${file}:1:7`))
    const runs = [['status'], ['diff'], ['diff', '-c', daemon.configFile]].map((words) => daemon.svctl(...words))
    const told = (await Promise.all(runs)).map(({ stdout, stderr }) => stdout + stderr)
    expect(told.join('') + daemon.log()).not.toContain('s3cret')
    rmSync(file)
    await eventually('status tells of the file', async () => (await daemon.svctl('status')).stderr.includes('ENOENT'))
    expect(await pidsOf(daemon, 'web', 'other')).toEqual(before)
    writeFileSync(file, 'TOKEN=new\n')
    await daemon.untilReplaced('web', before.web ?? 0)
  })
})

test('editing [program-default] restarts exactly those that inherit the option', async () => {
  const programs = { a: CAT, b: CAT, own: { ...CAT, umask: '077' } }
  const parts = (umask: string) => ({ programs, supervisord: QUICK, more: `[program-default]\numask=${umask}\n` })
  const daemon = await startDaemon(parts('022'))
  const before = await pidsOf(daemon, 'a', 'b', 'own')
  daemon.configure(parts('027'))
  await daemon.untilReplaced('a', before.a ?? 0)
  await daemon.untilReplaced('b', before.b ?? 0)
  expect((await daemon.process('own')).pid).toBe(before.own)
})

describe('a configuration that everyone can write', () => {
  const parts = (...names: readonly string[]) => ({
    programs: Object.fromEntries(names.map((name) => [name, CAT])),
    supervisord: QUICK,
  })
  /** With a change in it that is held back. */
  const start = async () => {
    const daemon = await startDaemon({
      ...parts('a'),
      more: '[include]\nfiles=%(here)s/more.conf\n',
      files: { 'more.conf': '' },
    })
    await daemon.until('a', 'RUNNING')
    chmodSync(join(daemon.dir, 'more.conf'), 0o666)
    writeFileSync(join(daemon.dir, 'more.conf'), '[program:b]\ncommand=/bin/cat\nstartsecs=0\n')
    const wanted = `run chmod o-w ${join(daemon.dir, 'more.conf')}`
    await eventually('status names it', async () => (await daemon.svctl('status')).stderr.includes(wanted))
    expect(Object.keys(await daemon.status())).toEqual(['a'])
    return daemon
  }

  test('is held back until nobody else can', async () => {
    const daemon = await start()
    chmodSync(join(daemon.dir, 'more.conf'), 0o644)
    await daemon.until('b', 'RUNNING')
    expect((await daemon.svctl('status')).stderr).toBe('')
  })
  test('is accepted by a person', async () => {
    const daemon = await start()
    expect((await daemon.svctl('apply')).code).toBe(0)
    await daemon.until('b', 'RUNNING')
    expect((await daemon.svctl('status')).stderr).toBe('')
  })
})

async function pidsOf(daemon: Daemon, ...names: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const pairs = await Promise.all(names.map(async (name) => [name, (await daemon.until(name, 'RUNNING')).pid] as const))
  return Object.fromEntries(pairs)
}

function variablesOf(pid: number | undefined): Readonly<Record<string, string>> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
