import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConfigDocument } from '../../src/cli/svctl/config.js'
import { fakeDaemon } from '../api/fake-operator.js'
import { loadFile } from '../desired/load.js'
import { documentProblems } from '../support/document.js'
import { svctl } from './svctl-run.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svctl-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (...argv: readonly string[]) =>
  svctl(fakeDaemon().operator, argv, { directory: folder, env: { HOME: '/root', PORT: '80' } })
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

describe('svctl init', () => {
  test.each([
    ['svctl.yaml', []],
    ['supervisord.conf', ['--ini']],
  ])('writes %s, which check finds nothing wrong with', async (name, flags) => {
    const made = await run('init', ...flags, '-o', 'json')
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(documentProblems(JSON.parse(made.out))).toBe('')
    expect(readdirSync(folder)).toEqual([name])
    const checked = JSON.parse((await run('check', '--strict', '--host', '-c', join(folder, name), '-o', 'json')).out)
    expect(checked).toMatchObject({ ok: true, errorCount: 0, warningCount: 0, programs: ['program:hello'] })
  })
  test('tells editors where the schema is', async () => {
    await run('init')
    const [, schema = ''] = /^# yaml-language-server: \$schema=(.*)\n/.exec(read('svctl.yaml')) ?? []
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toMatchObject({ title: 'svctl configuration' })
  })
  test('never replaces a file unasked', async () => {
    write('svctl.yaml', 'mine')
    expect(await run('init')).toMatchObject({ code: 8, out: '' })
    expect(read('svctl.yaml')).toBe('mine')
    expect((await run('init', '--force')).code).toBe(0)
    expect(read('svctl.yaml')).not.toBe('mine')
    expect(readdirSync(folder)).toEqual(['svctl.yaml'])
  })
  test('takes one format', async () => expect((await run('init', '--ini', '--yaml')).code).toBe(2))
})

test('check and config take the file that SVCTL_CONFIG names', async () => {
  await run('init')
  const env = { HOME: '/root', SVCTL_CONFIG: join(folder, 'svctl.yaml') }
  for (const command of ['check', 'config']) {
    const done = await svctl(fakeDaemon().operator, [command, '-o', 'json'], { directory: folder, env })
    expect(JSON.parse(done.out)).toMatchObject({ file: join(folder, 'svctl.yaml') })
  }
})

describe('svctl convert', () => {
  test('prints, or writes with the permissions of the source', async () => {
    write('a.conf', '; secret\n[program:a]\ncommand=x\n')
    chmodSync(join(folder, 'a.conf'), 0o600)
    const text = 'program:\n  # secret\n  a:\n    command: x\n'
    expect(await run('convert', 'a.conf')).toMatchObject({ code: 0, out: text, err: '' })
    expect(await run('convert', 'a.conf', '--to', 'yaml', '--out', 'a.yaml')).toMatchObject({ code: 0 })
    expect(read('a.yaml')).toBe(text)
    expect(statSync(join(folder, 'a.yaml')).mode & 0o777).toBe(0o600)
    expect(await run('convert', 'a.yaml')).toMatchObject({ code: 0, out: '; secret\n[program:a]\ncommand=x\n' })
    const json = JSON.parse((await run('convert', 'a.conf', '-o', 'json')).out)
    expect(json).toMatchObject({ to: 'yaml', out: null, text })
    expect(documentProblems(json)).toBe('')
  })
  test.each([
    ['a file that is there', ['a.conf', '--out', 'there.yaml'], 8],
    ['a name that means the other format', ['a.conf', '--out', 'b.conf'], 2],
    ['the format it has', ['a.conf', '--to', 'ini'], 2],
    ['a file that is not there', ['none.conf'], 6],
    ['a file with mistakes', ['bad.conf'], 6],
    ['what the other format cannot say', ['odd.yaml'], 6],
    ['a folder that is not there', ['a.conf', '--out', 'no/b.yaml'], 2],
  ])('refuses %s', async (_, argv, code) => {
    write('a.conf', '[program:a]\ncommand=x\n')
    write('bad.conf', 'no section\n')
    write('odd.yaml', 'program:\n  a:\n    environment: {A: "s3cret\\r"}\n')
    write('there.yaml', 'mine')
    const files = readdirSync(folder)
    const done = await run('convert', ...argv)
    expect(done).toMatchObject({ code, out: '' })
    expect(done.err).not.toContain('s3cret')
    expect(readdirSync(folder)).toEqual(files)
    expect(read('there.yaml')).toBe('mine')
  })
})

describe('svctl config', () => {
  const LAYERED = `[supervisord]
environment=ALL="1"
[include]
files=conf.d/*.conf
[program-default]
startsecs=7
[template:t]
environment=FROM="template",BOTH="template"
stopsignal=INT
[program:web]
extends=t
command=run --port %(ENV_PORT)s %%
process_name=%(program_name)s_%(process_num)d
numprocs=2
environment=BOTH="web"
env_file=web.env
stdout_logfile=%(here)s/%(process_num)d.log
`
  const lay = () => {
    mkdirSync(join(folder, 'conf.d'))
    write('a.conf', LAYERED)
    write('conf.d/api.conf', '[program:api]\ncommand=api\n')
    write('web.env', 'FILED=secret\n')
  }
  const json = async (...argv: readonly string[]): Promise<ConfigDocument> => {
    const done = await run('config', '-c', 'a.conf', '-o', 'json', ...argv)
    const document = JSON.parse(done.out)
    expect(documentProblems(document)).toBe('')
    return document
  }

  test('says what counts and which line of which file makes it so', async () => {
    lay()
    const { files, sections } = await json('web', '--show-secrets')
    expect(files).toEqual([join(folder, 'a.conf'), join(folder, 'conf.d/api.conf')])
    const [web] = sections
    expect(web).toMatchObject({ section: 'program:web', processes: ['web:web_0', 'web:web_1'] })
    const rows = Object.fromEntries(web?.options.map((row) => [row.option, row]) ?? [])
    const file = join(folder, 'a.conf')
    expect(rows.command).toMatchObject({ value: 'run --port 80 %', at: { file, line: 12 }, from: null })
    expect(rows.startsecs).toMatchObject({ value: 7, at: { line: 6 }, from: 'program-default' })
    expect(rows.stopsignal).toMatchObject({ value: 'INT', at: { line: 9 }, from: 'template:t' })
    expect(rows.stdout_logfile).toMatchObject({
      value: null,
      perProcess: { 'web:web_0': join(folder, '0.log'), 'web:web_1': join(folder, '1.log') },
    })
    expect(rows['environment.BOTH']).toMatchObject({ value: 'web', at: { line: 15 } })
    expect(rows['environment.FROM']).toMatchObject({ value: 'template', from: 'template:t' })
    expect(rows['environment.FILED']).toMatchObject({ value: 'secret', at: { line: 16 } })
    expect(rows).not.toHaveProperty('environment.ALL')
    expect(rows).not.toHaveProperty('priority')
  })
  test('adds defaults, and what all programs get, with --effective', async () => {
    lay()
    const [web] = (await json('web', '--effective', '--show-secrets')).sections
    const rows = Object.fromEntries(web?.options.map((row) => [row.option, row]) ?? [])
    expect(rows.priority).toMatchObject({ value: 999, at: null })
    expect(rows.killasgroup).toMatchObject({ value: null, note: 'the value of stopasgroup' })
    expect(rows['environment.ALL']).toMatchObject({ value: '1', from: 'supervisord' })
  })
  test('hides secrets unless asked', async () => {
    write(
      'a.conf',
      '[supervisord]\n[program:a]\ncommand=x\nenvironment=A="s3cret"\n[inet_http_server]\nport=1\nusername=u\npassword=s3cret\n',
    )
    for (const flags of [[], ['-o', 'json'], ['--effective', '--show-origin']])
      expect((await run('config', '-c', 'a.conf', ...flags)).out).not.toContain('s3cret')
    expect((await run('config', '-c', 'a.conf', '--show-secrets')).out).toContain('A: s3cret')
  })
  test.each([
    ['api', ['program:api']],
    ['program:web', ['program:web']],
    ['web:web_1', ['program:web']],
    ['web:*', ['program:web']],
    ['supervisord', ['supervisord']],
  ])('shows the part that %s names', async (name, found) => {
    lay()
    expect((await json(name)).sections.map(({ section }) => section)).toEqual(found)
  })
  test('a name that is none is a mistake, and so is a bad file', async () => {
    lay()
    expect(await run('config', '-c', 'a.conf', 'wbe')).toMatchObject({ code: 2, out: '' })
    write('a.conf', '[supervisord]\n[program:x]\n')
    expect(await run('config', '-c', 'a.conf')).toMatchObject({ code: 6, out: '' })
  })
  test.each([[], ['--effective'], ['--effective', '--show-origin']])(
    'what it prints is read as the same configuration: %j',
    async (...flags) => {
      lay()
      write('web.env', 'FILED="100%"\n')
      const environment = { HOME: '/root', PORT: '80' }
      const before = loadFile(join(folder, 'a.conf'), { environment })
      const { out } = await run('config', '-c', 'a.conf', '--show-secrets', ...flags)
      write('flat.yaml', out)
      const after = loadFile(join(folder, 'flat.yaml'), { environment })
      if (!before.ok || !after.ok) throw new Error(JSON.stringify([before, after]))
      for (const part of ['servers', 'rpcInterfaces', 'groups', 'numprocs'] as const)
        expect(after.value[part]).toEqual(before.value[part])
      expect(after.value.daemon.environment).toEqual(before.value.daemon.environment)
    },
  )
})
