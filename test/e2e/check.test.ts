import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { documentProblems } from '../support/document.js'
import { command, type RunOptions } from './run.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'svctl-check-'))
  mkdirSync(join(dir, 'conf.d'))
  writeFileSync(join(dir, 'conf.d/web.conf'), '[program:web]\ncommand=/bin/cat\nstdout_logfile=NONE\n')
  write('good.conf', '[include]\nfiles=conf.d/*.conf\n')
  write('missing.conf', '[program:gone]\ncommand=/no/such/program\n')
  write('typo.conf', '[program:web]\ncommand=/bin/cat\nautostrat=true\n')
  write('bad.conf', '[program:web]\ncommand=/bin/cat\nstartsecs=soon\n')
  write('syntax.conf', 'what is this\n')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function write(name: string, text: string): void {
  const head = `[supervisord]
logfile=${dir}/s.log
pidfile=${dir}/s.pid
[unix_http_server]
file=${dir}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`
  writeFileSync(join(dir, name), head + text)
  chmodSync(join(dir, name), 0o600)
}

const check = (args: readonly string[], options: RunOptions = {}) =>
  command('svctl', ['check', ...args], { cwd: dir, ...options })

for (const { args, code, says } of [
  { args: ['-c', 'good.conf'], code: 0, says: 'read: good.conf, conf.d/web.conf\n' },
  { args: ['-c', 'good.conf', '--host', '--strict'], code: 0, says: 'good: 1 program, 1 process' },
  { args: ['-c', 'missing.conf'], code: 0, says: 'good: 1 program' },
  { args: ['-c', 'missing.conf', '--host'], code: 1, says: 'missing.conf:9:9: error HOST_NO_COMMAND' },
  { args: ['-c', 'typo.conf'], code: 0, says: 'did you mean autostart' },
  { args: ['-c', 'typo.conf', '--strict'], code: 6, says: 'typo.conf:10:1: error CONFIG_UNKNOWN_OPTION' },
  { args: ['-c', 'bad.conf', '--host'], code: 6, says: 'bad.conf:10:11: error CONFIG_BAD_NUMBER' },
  { args: ['-c', 'syntax.conf', '-o', 'github'], code: 6, says: '::error file=syntax.conf,line=8,col=1,' },
  { args: ['-c', 'nowhere.conf'], code: 6, says: 'error CONFIG_NOT_FOUND' },
])
  test(`svctl check ${args.join(' ')}: ${code}`, async () => {
    const ran = await check(args)
    expect(ran.stderr).toBe('')
    expect(ran.stdout).toContain(says)
    expect(ran.code).toBe(code)
  })

for (const args of [
  ['-c', 'good.conf', '--only', 'web'],
  ['-c', '-', '--run'],
  ['-c', 'good.conf', '--timeout', 'soon', '--run'],
  ['-c', 'good.conf', '-o', 'xml'],
  ['good.conf'],
])
  test(`svctl check ${args.join(' ')} is a mistake of the command line: 2`, async () => {
    const ran = await check(args)
    expect(ran.stdout).toBe('')
    expect(ran.stderr).toContain('svctl check --help')
    expect(ran.code).toBe(2)
  })

test('a configuration on standard input', async () => {
  const ran = await check(['-c', '-', '-o', 'json'], { stdin: '[supervisord]\n[program:a]\ncommand=/bin/cat\n' })
  expect(ran.code).toBe(0)
  expect(JSON.parse(ran.stdout)).toMatchObject({ file: `${dir}/<stdin>`, programs: ['program:a'] })
})

test('json and yaml are one document of the schema', async () => {
  const json = JSON.parse((await check(['-c', 'missing.conf', '--host', '-o', 'json'])).stdout)
  expect(documentProblems(json)).toBe('')
  expect(json).toMatchObject({ ok: false, depths: ['file', 'host'], files: [`${dir}/missing.conf`] })
  expect(parse((await check(['-c', 'missing.conf', '--host', '-o', 'yaml'])).stdout)).toEqual(json)
})
