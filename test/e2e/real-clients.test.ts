import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { freePort } from './free-port.js'
import { startDaemon } from './harness.js'
import { testWith } from './needs.js'
import { cleanEnv, eventually, run } from './run.js'

/*
 * Clients and listeners made for Supervisor, as Debian ships them: its Python modules and its supervisorctl, not a
 * line of them changed.
 */

const PYTHON = '/usr/bin/python3'
const REFERENCE = '/usr/bin/supervisord'
const MANUAL = { SVCTL_CONVERGE: 'manual' }

/** Calls every method; each answer becomes a line of JSON in which every value stands with its type. */
const EVERY_METHOD = `
import json, re, sys, time, xmlrpc.client
from supervisor.xmlrpc import SupervisorTransport
folder, url, user, password = sys.argv[1:5]
server = xmlrpc.client.ServerProxy('http://127.0.0.1', transport=SupervisorTransport(user, password, url))

def typed(value, name=''):
    if isinstance(value, dict):
        # Of 4.2.5 it is the one thing that newer ones answer besides.
        return {key: typed(member, key) for key, member in sorted(value.items()) if key != 'autorestart'}
    if isinstance(value, list):
        return [typed(member) for member in value]
    if name in ('pid', 'start', 'stop', 'now'):
        return [type(value).__name__, value > 0]
    if isinstance(value, str):
        value = value.replace(folder, 'DIR')
        value = re.sub(r'---supervisor-[a-z0-9_]{8}\\.log', '---AUTO', value)
        value = re.sub(r'pid \\d+, uptime [\\d:]+', 'pid N, uptime T', value)
        value = re.sub(r'\\d{4}-\\d\\d-\\d\\d [\\d:,]+', 'DATE', value)
    return [type(value).__name__, value]

def call(name, *params):
    method = server
    for part in name.split('.'):
        method = getattr(method, part)
    try:
        answer = method(*params)
        if name.endswith(('AllProcesses', 'ProcessGroup', 'getAllProcessInfo')) and isinstance(answer, list):
            answer = sorted(answer, key=lambda row: (row['group'], row['name'])) # they end in any order
        answer = typed(answer)
    except xmlrpc.client.Fault as fault:
        answer = ['fault', fault.faultCode, fault.faultString.replace(folder, 'DIR')]
    print(json.dumps([name, list(params), answer]))

def until(name, *states):
    for _ in range(200):
        if server.supervisor.getProcessInfo(name)['statename'] in states:
            return
        time.sleep(0.05)
    sys.exit(name + ' is not ' + ' or '.join(states))

for name in ('talk', 'g:one', 'g:two'):
    until(name, 'RUNNING')
while server.supervisor.readProcessLog('talk', 0, 0) == '':
    time.sleep(0.05)
methods = server.system.listMethods()
call('system.listMethods')
for name in methods:
    call('system.methodSignature', name)
    assert isinstance(server.system.methodHelp(name), str)
s = 'supervisor.'
for name in ('getAPIVersion', 'getVersion', 'getIdentification', 'getState', 'getAllConfigInfo', 'getAllProcessInfo'):
    call(s + name)
assert isinstance(server.supervisor.getPID(), int) and isinstance(server.supervisor.getSupervisorVersion(), str)
call(s + 'getProcessInfo', 'talk')
call(s + 'getProcessInfo', 'nö')
for name in ('readLog', 'readMainLog'):
    assert isinstance(getattr(server.supervisor, name)(0, 0), str)
    call(s + name, 0, -1)
for name in ('readProcessLog', 'readProcessStdoutLog', 'readProcessStderrLog', 'tailProcessLog', 'tailProcessStdoutLog', 'tailProcessStderrLog'):
    call(s + name, 'talk', 0, 1000)
    call(s + name, 'nope', 0, 1000)
for name in ('off', 'off', 'bad', 'nope', 'g:*'):
    call(s + 'startProcess', name)
for name in ('off', 'off', 'nope'):
    call(s + 'stopProcess', name)
call(s + 'stopProcessGroup', 'g')
call(s + 'startProcessGroup', 'g')
call(s + 'startProcessGroup', 'nope')
call(s + 'stopAllProcesses')
call(s + 'startAllProcesses')
for params in (('talk', 'CONT'), ('talk', 18), ('talk', 'NOPE'), ('nope', 'HUP'), ('bad', 'HUP')):
    call(s + 'signalProcess', *params)
call(s + 'signalProcessGroup', 'g', 'CONT')
call(s + 'signalAllProcesses', 'CONT')
call(s + 'sendProcessStdin', 'talk', 'dätä <&> ]]>\\n')
call(s + 'sendProcessStdin', 'bad', 'x')
call(s + 'sendRemoteCommEvent', 'type', 'dätä')
for name in ('clearProcessLog', 'clearProcessLogs'):
    call(s + name, 'g:one')
    call(s + name, 'nope')
call(s + 'clearAllProcessLogs')
call(s + 'reloadConfig')
with open(folder + '/supervisord.conf', 'a') as file:
    file.write('\\n[program:fresh]\\ncommand=/bin/cat\\n')
call(s + 'reloadConfig')
call(s + 'addProcessGroup', 'fresh')
call(s + 'addProcessGroup', 'fresh')
call(s + 'addProcessGroup', 'nope')
until('fresh', 'RUNNING')
call(s + 'removeProcessGroup', 'fresh')
call(s + 'stopProcess', 'fresh')
call(s + 'removeProcessGroup', 'fresh')
call('system.multicall', [
    {'methodName': s + 'getState', 'params': []},
    {'methodName': s + 'getProcessInfo', 'params': ['nope']},
    {'methodName': 'system.multicall', 'params': []},
])
call('supervisor.nope')
call(s + 'getState', 1)
call(s + 'clearLog')
call(s + 'shutdown')
`

const programs = {
  talk: {
    command: `/bin/sh -c "echo 'hello, wörld <&>'; echo warned >&2; exec cat"`,
    stopsignal: 'INT',
    directory: '/',
  },
  off: { command: '/bin/cat', autostart: false, redirect_stderr: true },
  bad: { command: '/nonexistent', autostart: false },
  one: { command: '/bin/cat' },
  two: { command: '/bin/cat' },
}
const groups = { g: { programs: 'one,two', priority: 5 } }

describe("Python's xmlrpc.client with Supervisor's transport", () => {
  testWith(REFERENCE)(
    'gets from every method the values and types that the original gives',
    async () => {
      const daemon = await startDaemon({ env: MANUAL, programs, groups, files: { 'calls.py': EVERY_METHOD } })
      const ours = lines(await python(daemon.dir, 'calls.py', daemon.dir, `unix://${daemon.socket}`, '', ''))
      expect(await daemon.exited()).toBe(0)

      // The same files again for the original, whose programs have gone by now.
      daemon.configure({ programs, groups })
      const original = spawn(REFERENCE, ['-n', '-c', daemon.configFile], {
        cwd: daemon.dir,
        env: cleanEnv(),
        stdio: 'ignore',
      })
      const ended = () => original.exitCode !== null || original.signalCode !== null
      onTestFinished(async () => {
        original.kill('SIGTERM') // and with it what it started
        await eventually('the original ends', ended, { timeoutMs: 20_000 })
      })
      await eventually('the original answers', () =>
        daemon.rpc('supervisor.getState').then(
          () => true,
          () => false,
        ),
      )
      const theirs = lines(await python(daemon.dir, 'calls.py', daemon.dir, `unix://${daemon.socket}`, '', ''))
      await eventually('the original ends', ended, { timeoutMs: 20_000 })

      expect(ours.length).toBeGreaterThan(100)
      expect(ours).toEqual(theirs)
    },
    120_000,
  )

  testWith(REFERENCE)('is let in with its name and password, and with no other', async () => {
    const script = `
import sys, xmlrpc.client
from supervisor.xmlrpc import SupervisorTransport
for url in sys.argv[1:]:
    for user, password in (('user', 'p:w'), ('user', 'wrong'), ('', '')):
        try:
            server = xmlrpc.client.ServerProxy('http://127.0.0.1', transport=SupervisorTransport(user, password, url))
            print(server.supervisor.getAPIVersion())
        except xmlrpc.client.ProtocolError as error:
            print(error.errcode)
`
    const port = await freePort()
    const daemon = await startDaemon({
      files: { 'auth.py': script },
      more: `[inet_http_server]\nport=127.0.0.1:${port}\nusername=user\npassword=p:w\n`,
    })
    const url = `http://127.0.0.1:${port}`
    expect(await python(daemon.dir, 'auth.py', `unix://${daemon.socket}`, url)).toBe('3.0\n3.0\n3.0\n3.0\n401\n401\n')
    const own = "import xmlrpc.client; print(xmlrpc.client.ServerProxy('%s').supervisor.getState()['statename'])"
    const plain = await run(PYTHON, ['-c', own.replace('%s', `http://user:p%3Aw@127.0.0.1:${port}/RPC2`)])
    expect(plain).toMatchObject({ code: 0, stdout: 'RUNNING\n' })
  })
})

describe("Supervisor's childutils", () => {
  testWith(REFERENCE)('serve a listener that restarts what an event names, with a password', async () => {
    const script = `
import os
from supervisor import childutils
rpc = childutils.getRPCInterface(os.environ)
while True:
    headers, payload = childutils.listener.wait()
    facts, data = childutils.eventdata(payload + '\\n')
    if headers['eventname'] == 'PROCESS_STATE_EXITED' and not int(facts['expected']):
        name = facts['groupname'] + ':' + facts['processname']
        state = rpc.supervisor.getProcessInfo(name)['statename']
        if state == 'EXITED':
            rpc.supervisor.startProcess(name)
            rpc.supervisor.sendRemoteCommEvent('restarted', name)
    childutils.listener.ok()
`
    const port = await freePort()
    const daemon = await startDaemon({
      files: { 'restarter.py': script },
      programs: { crasher: { command: '/bin/sh -c "sleep 1.2; exit 3"', autorestart: false } },
      more: `[inet_http_server]
port=127.0.0.1:${port}
username=user
password=p:w
[eventlistener:restarter]
command=${PYTHON} -u restarter.py
directory=%(here)s
events=PROCESS_STATE_EXITED
environment=SUPERVISOR_SERVER_URL="http://127.0.0.1:${port}",SUPERVISOR_USERNAME="user",SUPERVISOR_PASSWORD="p:w"
`,
    })
    const { pid } = await daemon.until('crasher', 'RUNNING')
    await daemon.untilReplaced('crasher', pid)
    expect(daemon.log()).toContain('WARN exited: crasher (exit status 3; not expected)')
    expect(daemon.log()).not.toContain('exited: restarter')
  })
})

describe("Debian's supervisorctl", () => {
  testWith(REFERENCE)(
    'prints what ours prints, and ends as ours ends',
    async () => {
      const daemon = await startDaemon({ env: MANUAL, programs: { ...programs, talk: { command: 'cat' } }, groups })
      for (const name of ['talk', 'g:one', 'g:two']) await daemon.until(name, 'RUNNING')
      const theirs = (words: readonly string[]) =>
        run('/usr/bin/supervisorctl', ['-c', join(daemon.dir, 'client.conf'), ...words])
      for (const words of CTL_ACTIONS) {
        const [{ code, stdout }, ours] = [await theirs(words), await daemon.ctl(...words)]
        expect({ words, code: ours.code, stdout: steady(ours.stdout) }).toEqual({ words, code, stdout: steady(stdout) })
      }
      daemon.configure({ programs: { ...programs, fresh: { command: 'cat' } }, groups })
      expect(await theirs(['update'])).toMatchObject({
        code: 0,
        stdout: 'talk: stopped\ntalk: updated process group\nfresh: added process group\n',
      })
      expect((await theirs(['shutdown'])).stdout).toBe('Shut down\n')
      expect(await daemon.exited()).toBe(0)
    },
    120_000,
  )
})

/** Each can be done twice with the same outcome. */
const CTL_ACTIONS: readonly (readonly string[])[] = [
  ['status'],
  ['status', 'g:*', 'talk'],
  ['status', 'nope'],
  ['avail'],
  ['pid'],
  ['pid', 'nope'],
  ['restart', 'talk'],
  ['restart', 'g:'],
  ['start', 'talk'],
  ['start', 'bad'],
  ['start', 'nope'],
  ['stop', 'off'],
  ['stop', 'nope:*'],
  ['signal', 'CONT', 'talk', 'g:*'],
  ['signal', 'NOPE', 'talk'],
  ['tail', 'talk'],
  ['tail', 'nope'],
  ['clear', 'talk', 'g:one'],
  ['clear', 'nope'],
  ['reread'],
  ['update'],
  ['add', 'talk'],
  ['add', 'nope'],
  ['remove', 'talk'],
  ['remove', 'nope'],
  ['help'],
  ['nonsense'],
]

/** Runs a script of the folder to its end; its standard output. */
async function python(dir: string, script: string, ...args: readonly string[]): Promise<string> {
  const ended = await run(PYTHON, [join(dir, script), ...args], { cwd: dir, timeoutMs: 50_000 })
  if (ended.code !== 0) throw new Error(`${script} ended with ${ended.code ?? ended.signal}\n${ended.stderr}`)
  return ended.stdout
}

function lines(text: string): readonly unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

/** Text without what differs from one moment to the next. */
function steady(text: string): string {
  return text.replace(/pid \d+, uptime [\d:]+/g, 'pid N, uptime T')
}
