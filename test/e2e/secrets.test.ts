import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from './free-port.js'
import { startDaemon } from './harness.js'
import { cleanEnv, command } from './run.js'

/** Told nowhere: whatever is printed or sent is searched for it. */
const CANARY = 'canary5ecret'

/** The configuration with secrets in every place that takes one. `n` makes them other secrets. */
function configWith(n: number, port: number, more = ''): string {
  const secret = `${CANARY}${n}`
  return `[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
childlogdir=@DIR@
loglevel=blather
environment=GLOBAL_TOKEN="${secret}"
[unix_http_server]
file=@DIR@/s.sock
[inet_http_server]
port=127.0.0.1:${port}
username=ann
password=${secret}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
username=ann
password=${secret}
[program:plain]
command=cat
environment=DB_PASSWORD="${secret}",HARMLESS="${secret}"
startsecs=0
[program:filed]
command=cat
env_file=@DIR@/vars.env
startsecs=0
[program:inherits]
command=cat
environment=COPIED="%(ENV_DAEMON_SECRET)s"
startsecs=0
[program:fails]
command=/nonexistent/program
environment=DB_PASSWORD="${secret}"
autostart=false
${more}`
}

const COMMANDS: readonly (readonly string[])[] = [
  ['diff', '-o', 'markdown'],
  ['diff', '-o', 'patch'],
  ['start', 'fails'],
  ['explain', 'fails'],
  ['apply', '-o', 'json'],
  ['show-revision', '1'],
  ['rollback', '-o', 'json'],
]

const DOCUMENTS = [
  'status?usage=1',
  'diff?patch=1',
  'drift?live=1',
  'revisions',
  'revisions?n=1',
  'events',
  'explain?name=plain',
]
const PATHS: readonly string[] = [...DOCUMENTS.map((name) => `/api/v1/${name}`), '/', '/tail.html?processname=plain']

test('no secret of a configuration is told by any command, interface, log or list of processes', async () => {
  const port = await freePort()
  const files = { 'vars.env': `FROM_FILE=${CANARY}1\n` }
  const daemon = await startDaemon({
    config: configWith(1, port),
    files,
    env: { SVCTL_CONVERGE: 'manual', DAEMON_SECRET: `${CANARY}1` },
  })
  await daemon.until('plain', 'RUNNING')
  const leaks: string[] = []
  const search = (where: string, text: string) => {
    const at = text.indexOf(CANARY)
    if (at >= 0) leaks.push(`${where}: ${text.slice(Math.max(0, at - 60), at + CANARY.length)}`)
  }

  daemon.configure(configWith(2, port))
  writeFileSync(join(daemon.dir, 'vars.env'), `FROM_FILE=${CANARY}2\n`)
  let answered = 0
  for (const words of COMMANDS) {
    const { stdout, stderr, code } = await daemon.svctl(...words)
    if (code === 0 || code === 1) answered++
    search(`svctl ${words.join(' ')}`, stdout + stderr)
  }
  // A command that does not work tells nothing, either; most of them have to.
  expect(answered).toBe(COMMANDS.length)

  for (const words of [['avail'], ['update'], ['maintail']]) {
    const { stdout, stderr } = await daemon.ctl(...words)
    search(`supervisorctl ${words.join(' ')}`, stdout + stderr)
  }
  for (const method of ['getAllConfigInfo', 'getAllProcessInfo', 'reloadConfig'])
    search(method, JSON.stringify(await daemon.rpc(`supervisor.${method}`)))
  for (const path of PATHS) search(path, await get(daemon.socket, path))

  // Mistakes on the very lines that hold secrets.
  for (const [what, more] of [
    ['a bad environment', `[program:bad]\ncommand=cat\nenvironment=DB_PASSWORD="${CANARY}3",oops\n`],
    ['a bad expansion', `[program:bad]\ncommand=cat\nenvironment=DB_PASSWORD="${CANARY}3%(nosuch)s"\n`],
    ['half a password', `[inet_http_server:x]\nport=127.0.0.1:1\npassword=${CANARY}3\n`],
    ['a hash that is none', `[inet_http_server:x]\nport=127.0.0.1:1\nusername=a\npassword={SCRYPT}${CANARY}3\n`],
    ['a password in an unknown option', `[program:bad]\ncommand=cat\npasword=${CANARY}3\nstartsecs=x\n`],
  ] as const) {
    daemon.configure(configWith(2, port, more))
    for (const path of ['/api/v1/diff', '/api/v1/status']) search(`${what}: ${path}`, await get(daemon.socket, path))
    const { stdout, stderr } = await command('svctl', ['check', '-c', daemon.configFile, '-o', 'json'])
    search(`${what}: svctl check`, stdout + stderr)
  }

  const refused = await command(
    'svctl',
    ['-s', `http://127.0.0.1:${port}`, '-u', 'ann', '-p', `${CANARY}9`, 'status'],
    { env: cleanEnv() },
  )
  search('a wrong password', refused.stdout + refused.stderr)
  const odd = await command('svctl', ['-s', `http://ann:${CANARY}9@127.0.0.1:1`, 'status'], { env: cleanEnv() })
  search('a password in a URL', odd.stdout + odd.stderr)

  search('activity log', daemon.log())
  search('standard output', daemon.output())
  search('process title', readFileSync(`/proc/${daemon.pid}/cmdline`, 'utf8'))
  expect(leaks).toEqual([])
})

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject).end()
  })
}
