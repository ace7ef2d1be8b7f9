import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { DiffDocument } from '../../src/api/json/diff-document.js'
import type { DiffReport } from '../../src/model/operator.js'
import { fakeDaemon, NO_CHANGES } from '../api/fake-operator.js'
import { changeOf, fieldChange } from '../support/changes.js'
import { documentProblems } from '../support/document.js'
import { svctl } from './svctl-run.js'

const at = { file: '/etc/w.conf', line: 7, column: 9 }
const RESTART = changeOf({
  key: 'web:web',
  effect: 'restart',
  change: 'changed',
  fields: [{ ...fieldChange('command', '/bin/a', '/bin/b | <c> @all'), at }],
  steps: [
    { key: 'web:web', action: 'stop', step: 1, latestMs: 0 },
    { key: 'web:web', action: 'start', step: 2, latestMs: 90_000 },
  ],
  worstMs: 91_000,
})
const REMOVED = changeOf({ key: 'old:old', effect: 'none', change: 'removed' })
const changed = (...processes: DiffReport['processes']) =>
  fakeDaemon({
    diff: { ok: true, report: { ...NO_CHANGES, processes, plan: processes.flatMap(({ steps }) => steps) } },
  })
const invalid = () => fakeDaemon({ diff: { ok: false, classic: '', errors: [] } })

describe('what diff prints', () => {
  test('the place of each value, the steps and the longest time', async () => {
    const { out } = await svctl(changed(RESTART, REMOVED).operator, ['diff'])
    expect(out).toContain('~ web  restart, steps 1 and 2, at most 1 min 31 s\n')
    expect(out).toContain('    command  /bin/a → /bin/b | <c> @all  /etc/w.conf:7\n')
    expect(out).toContain('1 restart, 1 without effect now, 2 of 4 untouched; over after 1 min 31 s at most\n')
  })

  test('instances that are replaced in turn', async () => {
    const rows = [0, 1, 2].map((n) =>
      changeOf({
        ...RESTART,
        key: `w:w_${n}`,
        program: 'w',
        steps: RESTART.steps.map((step) => ({ ...step, step: step.step + 2 * n })),
      }),
    )
    const { out } = await svctl(changed(...rows).operator, ['diff'])
    expect(out).toContain('~ w:w_0 … w:w_2 (3)  restart 3 processes, one by one, steps 1 to 6, at most')
  })

  test('names for scripts', async () => {
    const run = await svctl(changed(RESTART, REMOVED).operator, ['diff', '-o', 'names'])
    expect(run).toMatchObject({ code: 1, out: 'web\nold\n' })
  })

  test('nothing in a Markdown cell can end it, become markup or call people', async () => {
    const { out } = await svctl(changed(RESTART).operator, ['diff', '-o', 'markdown'])
    const row = out.split('\n').find((line) => line.includes('bin/b')) ?? ''
    expect(row.replaceAll(/<\/?code>|<br>/g, '')).not.toMatch(/[<>@`*]/)
    expect(row.split('|')).toHaveLength(8)
  })

  test('json is the document of the schema', async () => {
    const { out } = await svctl(changed(RESTART, REMOVED).operator, ['diff', '-o', 'json'])
    expect(documentProblems(JSON.parse(out))).toBe('')
  })

  test('a patch is asked for and printed as it is, without secrets', async () => {
    const patch = [
      { op: 'replace', path: '/groups/web/processes/web/environment/TOKEN', value: 'hunter2' },
      { op: 'add', path: '/groups/n', value: { processes: { n: { environment: { KEY: 'hunter3' } } } } },
      { op: 'replace', path: '/groups/web/processes/web/command', value: '/bin/b' },
    ] as const
    const daemon = fakeDaemon({ diff: { ok: true, report: { ...NO_CHANGES, processes: [RESTART], patch } } })
    const run = await svctl(daemon.operator, ['diff', '-o', 'patch'])
    expect(run.requests).toEqual(['GET /api/v1/diff?patch=1'])
    expect(JSON.parse(run.out)).toEqual([
      { ...patch[0], value: '<hidden>' },
      { ...patch[1], value: { processes: { n: { environment: { KEY: '<hidden>' } } } } },
      patch[2],
    ])
    const named = await svctl(daemon.operator, ['diff', '-o', 'patch', 'web'])
    expect(JSON.parse(named.out)).toHaveLength(2)
  })

  test('secrets are refused where there may be a network', async () => {
    const run = await svctl(changed(RESTART).operator, ['diff', '--show-secrets'])
    expect(run).toMatchObject({ code: 8, out: '' })
    expect(run.err).toContain('on the unix socket only')
  })
})

describe('exit status', () => {
  const nothing = () => fakeDaemon()
  for (const { name, daemon, argv, code } of [
    { name: 'changes', daemon: changed(RESTART), argv: [], code: 1 },
    { name: 'Terraform: no change', daemon: nothing(), argv: ['--detailed-exitcode'], code: 0 },
    { name: 'Terraform: changes', daemon: changed(RESTART), argv: ['--detailed-exitcode'], code: 2 },
    { name: 'Terraform: an error', daemon: invalid(), argv: ['--detailed-exitcode'], code: 1 },
    { name: 'Terraform: an unknown name', daemon: nothing(), argv: ['--detailed-exitcode', 'nope'], code: 1 },
    { name: 'changes are fine', daemon: changed(RESTART), argv: ['--exit-zero'], code: 0 },
    { name: 'changes are fine, errors are not', daemon: invalid(), argv: ['--exit-zero'], code: 6 },
    { name: 'a restart is not wanted', daemon: changed(RESTART), argv: ['--fail-on=stop,restart'], code: 1 },
    { name: 'only a removal is not wanted', daemon: changed(RESTART), argv: ['--fail-on=remove'], code: 0 },
    { name: 'a removal of what does not run', daemon: changed(REMOVED), argv: ['--fail-on', 'remove'], code: 1 },
    { name: 'an effect that does not exist', daemon: changed(RESTART), argv: ['--fail-on=reboot'], code: 2 },
    { name: 'two rules', daemon: changed(RESTART), argv: ['--exit-zero', '--detailed-exitcode'], code: 2 },
    { name: 'two things to compare', daemon: changed(RESTART), argv: ['--rev', '1', '-c', 'x'], code: 2 },
    { name: 'one file offline', daemon: changed(RESTART), argv: ['--offline', 'x'], code: 2 },
  ])
    test(`${name}: diff ${argv.join(' ')} is ${code}`, async () => {
      expect((await svctl(daemon.operator, ['diff', ...argv])).code).toBe(code)
    })
})

describe('--offline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'svctl-diff-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  }
  const offline = (from: string, to: string, ...more: readonly string[]) =>
    svctl(fakeDaemon().operator, ['diff', '--offline', join(folder, from), join(folder, to), ...more])
  const document = async (from: string, to: string) =>
    JSON.parse((await offline(from, to, '-o', 'json')).out) as DiffDocument
  const MAIN = '[supervisord]\n[include]\nfiles=conf.d/*.conf\n'

  test('two folders: what would happen if all of the old one ran, asking no daemon', async () => {
    write({
      'a/supervisord.conf': MAIN,
      'a/conf.d/w.conf': '[program:web]\ncommand=/bin/a\nautostart=false\n[program:gone]\ncommand=/bin/cat\n',
      'b/supervisord.conf': MAIN,
      'b/conf.d/w.conf': '[program:web]\ncommand=/bin/b\nautostart=false\nstopwaitsecs=5\n',
    })
    const run = await offline('a', 'b')
    expect(run).toMatchObject({ code: 1, requests: [] })
    expect(run.out).toContain('~ web   restart, steps 1 and 2, at most 6 s\n')
    expect(run.out).toContain(`command       /bin/a → /bin/b  ${folder}/b/conf.d/w.conf:2\n`)
    expect(run.out).toContain(`- gone  stop, step 1, at most 10 s  ${folder}/a/conf.d/w.conf:4\n`)
    expect(run.out).not.toContain('to apply')
    expect(documentProblems(await document('a', 'b'))).toBe('')
  })

  test('where the folders are, who the users are and what the daemon is told are no difference', async () => {
    const text =
      '[program:web]\ncommand=%(here)s/web %(ENV_ONLY_THERE)s\nuser=nobody-here\nstdout_logfile=/no/such/folder/log\n'
    write({ 'c/one/supervisord.conf': MAIN + text, 'c/two/supervisord.conf': MAIN + text })
    expect(await offline('c/one', 'c/two')).toMatchObject({ code: 0, err: '' })
    write({ 'c/two/supervisord.conf': MAIN + text.replace('nobody-here', 'someone-else') })
    const { processes } = await document('c/one', 'c/two')
    expect(processes[0]?.fields).toMatchObject([{ field: 'uid', from: 'nobody-here', to: 'someone-else' }])
  })

  test('snippets, as a folder or one by one, are included in an empty main file', async () => {
    write({
      'd/old/x.conf': '[program:x]\ncommand=/bin/x\n',
      'd/new/x.conf': '[program:x]\ncommand=/bin/x\n',
      'd/new/y.yaml': 'program:\n  y:\n    command: /bin/y\n',
    })
    expect((await offline('d/old', 'd/new', '-o', 'names')).out).toBe('y\n')
    expect((await offline('d/old/x.conf', 'd/new/y.yaml', '-o', 'names')).out).toBe('y\nx\n')
  })

  test('a folder with two main files has to be told which', async () => {
    write({ 'e/one.conf': '[supervisord]\n', 'e/two.conf': '[supervisord]\n' })
    const run = await offline('e', 'e')
    expect(run.code).toBe(6)
    expect(run.err).toContain('one.conf and two.conf have [supervisord]')
  })

  test('mistakes are told of the file where it is', async () => {
    write({
      'f/old/supervisord.conf': MAIN,
      'f/new/supervisord.conf': `${MAIN}[program:x]\ncommand=x\nstartsecs=soon\n`,
    })
    const run = await offline('f/old', 'f/new')
    expect(run.code).toBe(6)
    expect(run.err).toContain(`${folder}/f/new/supervisord.conf:6:11: error CONFIG_BAD_NUMBER`)
  })

  test('files that both sides read from elsewhere are told', async () => {
    write({ 'g/old/supervisord.conf': '[supervisord]\n[include]\nfiles=/etc/nothing-here/*.conf\n' })
    const run = await offline('g/old', 'g/old')
    expect(run.code).toBe(0)
    expect(run.err).toContain('/etc/nothing-here/*.conf leads out of the folder')
  })
})
