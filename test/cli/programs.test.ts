import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { info, type ScriptedServer, scriptedServer } from './scripted-server.js'

/* The programs as they are installed: bundled, started by node, spoken to through pipes and a terminal. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'programs-'))
const SUPERVISORCTL = join(dir, 'supervisorctl.js')
const PIDPROXY = join(dir, 'pidproxy.js')

beforeAll(async () => {
  symlinkSync(join(ROOT, 'src/host/native/prebuilt'), join(dir, 'native'))
  for (const [entry, file] of [
    ['src/cli/supervisorctl.ts', SUPERVISORCTL],
    ['src/cli/pidproxy.ts', PIDPROXY],
  ] as const) {
    const bundle = await rolldown({ input: join(ROOT, entry), cwd: ROOT, platform: 'node' })
    await bundle.write({ file, format: 'esm', codeSplitting: false })
    await bundle.close()
  }
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let server: ScriptedServer | null = null
const children: ChildProcessWithoutNullStreams[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await server?.close()
  server = null
})

/** A program under way: what it has said, and how it ends. */
function start(program: string, args: readonly string[], cwd = dir) {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: dir, TERM: 'xterm', LANG: 'C.UTF-8' },
  })
  children.push(child)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (bytes: Buffer) => {
    said.stdout += bytes.toString()
  })
  child.stderr.on('data', (bytes: Buffer) => {
    said.stderr += bytes.toString()
  })
  child.stdin.on('error', () => {})
  const ended = new Promise<{ readonly code: number | null; readonly signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  )
  /** Waits until it has said something, and forgets what came before the end of that. */
  const says = async (text: string): Promise<void> => {
    while (!said.stdout.includes(text)) await new Promise((resolve) => setTimeout(resolve, 5))
    said.stdout = said.stdout.slice(said.stdout.indexOf(text) + text.length)
  }
  return { child, said, ended, says }
}

async function ctl(args: readonly string[], stdin = '') {
  const { child, said, ended } = start(process.execPath, [SUPERVISORCTL, ...args])
  child.stdin.end(stdin)
  return { ...(await ended), ...said }
}

const METHODS = {
  'supervisor.getAllProcessInfo': [info('cat', 'cat', 'RUNNING', 'x')],
  'supervisor.getPID': 7,
  'supervisor.getSupervisorVersion': '4.3.0',
}
const STATUS = 'cat                              RUNNING   x\n'
const endless = (text: string) => (response: ServerResponse) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write(text), 5)
  response.on('close', () => clearInterval(timer))
}

describe('supervisorctl', () => {
  test('exits with the status of its action', async () => {
    server = await scriptedServer(METHODS)
    expect(await ctl(['-s', server.url, 'status'])).toEqual({ code: 0, signal: null, stdout: STATUS, stderr: '' })
    expect(await ctl(['-s', server.url, 'status', 'nosuch'])).toMatchObject({ code: 4 })
    expect(await ctl(['-s', 'unix:///nosuch', 'pid'])).toMatchObject({
      code: 7,
      stdout: 'unix:///nosuch no such file\n',
    })
  })

  test('is a shell when there is no action, reading lines from a pipe without showing them', async () => {
    server = await scriptedServer(METHODS)
    writeFileSync(join(dir, 'x.conf'), `[supervisorctl]\nserverurl=${server.url}\nprompt=mine\n`)
    expect(await ctl(['-c', 'x.conf'], 'nosuch\n\npid')).toEqual({
      code: 0,
      signal: null,
      stdout: `${STATUS}mine> *** Unknown syntax: nosuch\nmine> mine> 7\nmine> \n`,
      stderr: '',
    })
  })

  for (const { name, args, stderr } of [
    { name: 'a wrong option', args: ['--nosuch'], stderr: 'Error: option --nosuch not recognized\n' },
    {
      name: 'a missing file',
      args: ['-c', 'gone.conf', 'pid'],
      stderr: 'Error: could not find config file gone.conf\n',
    },
    {
      name: 'a file without the section',
      args: ['-c', 'empty.conf', 'pid'],
      stderr: 'Error: .ini file does not include supervisorctl section\n',
    },
    {
      name: 'a file that is none',
      args: ['-c', 'garbage.conf', 'pid'],
      stderr: "Error: File contains no section headers.\nfile: 'garbage.conf', line: 1\n'nothing here\\n'\n",
    },
  ]) {
    test(`${name} is told of on standard error, with exit status 2`, async () => {
      writeFileSync(join(dir, 'empty.conf'), '[supervisord]\n')
      writeFileSync(join(dir, 'garbage.conf'), 'nothing here\n')
      const help = `For help, use ${SUPERVISORCTL} -h\n`
      expect(await ctl(args)).toEqual({ code: 2, signal: null, stdout: '', stderr: stderr + help })
    })
  }

  test('Ctrl-C ends tail -f with exit status 0', async () => {
    server = await scriptedServer({}, { streams: { '/logtail/x/stdout': endless('line\n') } })
    const { child, ended, says } = start(process.execPath, [SUPERVISORCTL, '-s', server.url, 'tail', '-f', 'x'])
    await says('line\n')
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 0, signal: null })
  })

  test('Ctrl-C ends a command that waits, as the signal does', async () => {
    const silent = start(process.execPath, [
      '-e',
      `require('net').createServer(()=>console.log('called')).listen('${dir}/silent')`,
    ])
    while (!existsSync(`${dir}/silent`)) await new Promise((resolve) => setTimeout(resolve, 5))
    const { child, ended } = start(process.execPath, [SUPERVISORCTL, '-s', `unix://${dir}/silent`, 'stop', 'x'])
    await silent.says('called')
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: null, signal: 'SIGINT' })
  })

  test('Ctrl-C leaves a shell that reads from a pipe, with a new line', async () => {
    server = await scriptedServer(METHODS)
    const { child, said, ended, says } = start(process.execPath, [SUPERVISORCTL, '-s', server.url])
    await says('supervisor> ')
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(said.stdout).toBe('\n')
  })

  test('a reader that has enough ends tail -f without a complaint', async () => {
    server = await scriptedServer({}, { streams: { '/logtail/x/stdout': endless('line\n') } })
    const line = `${process.execPath} ${SUPERVISORCTL} -s ${server.url} tail -f x | head -2; echo "\${PIPESTATUS[0]}"`
    const { said, ended } = start('bash', ['-c', line])
    expect(await ended).toMatchObject({ code: 0 })
    expect(said).toEqual({ stdout: '==> Press Ctrl-C to exit <==\nline\n141\n', stderr: '' })
  })

  const terminal = spawnSync('script', ['--version']).status === 0
  test.skipIf(!terminal)('on a terminal lines are edited, completed, and kept in the history file', async () => {
    server = await scriptedServer(METHODS)
    const history = join(dir, 'history')
    writeFileSync(history, 'version\n')
    const line = `${process.execPath} ${SUPERVISORCTL} -s ${server.url} -r ${history}`
    const { child, ended, says } = start('script', ['-qec', line, '/dev/null'])
    await says('supervisor> ')
    child.stdin.write('\u001b[A\r')
    await says('4.3.0\r\n')
    await says('supervisor> ')
    child.stdin.write('pi\t')
    await says('d ')
    child.stdin.write('\r')
    await says('7\r\n')
    await says('supervisor> ')
    child.stdin.write('status c\t')
    await says('at ')
    child.stdin.write('\r')
    await says('RUNNING')
    await says('supervisor> ')
    child.stdin.write('\u0003')
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(readFileSync(history, 'utf8')).toBe('version\npid \nstatus cat \n')
  })
})

describe('pidproxy', () => {
  test('hands a signal on to the process of the pid file', async () => {
    writeFileSync(
      join(dir, 'real.sh'),
      `#!/bin/sh\ntrap 'echo got USR1' USR1\ntrap 'echo got TERM; exit 0' TERM\necho $$ > real.pid\necho "ready $*"\nwhile :; do sleep 0.05; done\n`,
    )
    chmodSync(join(dir, 'real.sh'), 0o755)
    const { child, ended, says } = start(process.execPath, [PIDPROXY, 'real.pid', 'real.sh', '1', '2 3'])
    await says('ready 1 2 3\n')
    child.kill('SIGUSR1')
    await says('got USR1\n')
    writeFileSync(join(dir, 'kept.pid'), readFileSync(join(dir, 'real.pid')))
    for (const bad of ['abc', '0', '-1', '']) {
      writeFileSync(join(dir, 'real.pid'), bad)
      child.kill('SIGHUP')
      await says("Can't read child pidfile real.pid!\n")
    }
    writeFileSync(join(dir, 'real.pid'), readFileSync(join(dir, 'kept.pid')))
    child.kill('SIGTERM')
    await says('got TERM\n')
    expect(await ended).toEqual({ code: 0, signal: null })
  })

  test('ends with its command', async () => {
    const { ended } = start(process.execPath, [PIDPROXY, 'x.pid', '/bin/false'])
    expect(await ended).toEqual({ code: 0, signal: null })
  })

  test('says what it cannot run', async () => {
    const { said, ended } = start(process.execPath, [PIDPROXY, 'x.pid', 'nosuch'])
    expect(await ended).toEqual({ code: 127, signal: null })
    expect(said.stderr).toBe(`pidproxy: cannot run ${dir}/nosuch: spawn ${dir}/nosuch ENOENT\n`)
  })

  test('shows how it is used', async () => {
    const { said, ended } = start(process.execPath, [PIDPROXY, 'x.pid'])
    expect(await ended).toEqual({ code: 1, signal: null })
    expect(said.stdout).toContain(`Usage: ${PIDPROXY} <pidfile name> <command> [<cmdarg1> ...]\n`)
  })
})
