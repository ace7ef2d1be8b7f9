import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Daemon, replaceFile, scratch, startDaemon } from './harness.js'
import { testWith } from './needs.js'
import { MARK } from './processes.js'
import { cleanEnv, command, commandWords, eventually } from './run.js'

/*
 * What the end-to-end tests of Supervisor ask for, one test for each of its 27, named by the issue of its tracker.
 * `E2E_REFERENCE=1` runs them on Supervisor itself.
 */

const ONCE = { startsecs: 0, startretries: 0, autorestart: false }
const DEBUG = { loglevel: 'debug' }

describe('what a program is given', () => {
  test('#291 has the environment of the start, percent signs and all', async () => {
    const value = 'foo_%s_%_%%_%%%_%2_bar'
    const daemon = await startDaemon({
      env: { SUPERVISOR_TEST: value },
      supervisord: DEBUG,
      programs: { env: { command: 'env', ...ONCE } },
    })
    await says(daemon, `SUPERVISOR_TEST=${value}\n`)
  })

  test('#550 has the environment of [supervisord]', async () => {
    const daemon = await startDaemon({
      supervisord: { environment: 'THIS_SHOULD=BE_IN_CHILD_ENV' },
      programs: { print_env: { command: 'env', ...ONCE } },
    })
    await says(daemon, 'success: print_env entered RUNNING state', 'exited: print_env (exit status 0; expected)')
    // The action and its first argument as one word, as some scripts have it.
    const { stdout } = await daemon.ctl('tail -100000', 'print_env')
    expect(stdout).toContain('THIS_SHOULD=BE_IN_CHILD_ENV\n')
  })

  test('#986 has percent signs where the file has two', async () => {
    const daemon = await startDaemon({
      supervisord: DEBUG,
      programs: { echo: { command: `bash -c "echo 'dhcrelay -a %%h:%%p %%P -i Vlan1000'"`, ...ONCE } },
    })
    await says(daemon, '\ndhcrelay -a %h:%p %P -i Vlan1000\n')
  })

  const FROM = (place: string) => `FOO="set from ${place}"`
  test('#1170a has in its command what [supervisord] sets', async () => {
    const daemon = await startDaemon({
      supervisord: { ...DEBUG, environment: FROM('[supervisord]') },
      programs: { echo: { command: `bash -c "echo '%(ENV_FOO)s'"`, ...ONCE } },
    })
    await says(daemon, '\nset from [supervisord]\n')
  })

  test('#1170b has in its command what its own section sets, before [supervisord]', async () => {
    const daemon = await startDaemon({
      supervisord: { ...DEBUG, environment: FROM('[supervisord]') },
      programs: { echo: { command: `bash -c "echo '%(ENV_FOO)s'"`, environment: FROM('[program]'), ...ONCE } },
    })
    await says(daemon, '\nset from [program]\n')
  })

  test('#1170c has it as a listener, too', async () => {
    const daemon = await startDaemon({
      supervisord: { ...DEBUG, environment: FROM('[supervisord]') },
      more: `[eventlistener:echo]
command=bash -c "echo '%(ENV_FOO)s' >&2"
environment=${FROM('[eventlistener]')}
events=PROCESS_STATE_FATAL
startsecs=0
startretries=0
autorestart=false
`,
    })
    await says(daemon, '\nset from [eventlistener]\n')
  })
})

describe('text that is not ASCII', () => {
  const BRIDGE = 'The Øresund bridge ends in Malmö'
  /** `len` counts characters, and so does bash. */
  const LISTENER = `echo READY
while read -r line; do
  read -r -N "\${line##*len:}" payload
  printf '%s' "$payload" >&2
  printf 'RESULT 2\\nOKREADY\\n'
done
`

  test('#565 comes through tail -f and the events of a log', async () => {
    const daemon = await startDaemon({
      files: {
        'hello.sh': `n=0\nwhile :; do n=$((n+1)); echo "${BRIDGE} - $n"; sleep 0.2; done\n`,
        'listener.sh': LISTENER,
      },
      programs: { hello: { command: 'sh %(here)s/hello.sh', stdout_events_enabled: true } },
      more: '[eventlistener:listener]\ncommand=bash %(here)s/listener.sh\nevents=PROCESS_LOG\n',
    })
    await says(daemon, 'success: hello entered RUNNING state')
    const tail = await beginCtl(daemon, ['tail', '-f', 'hello'])
    for (const n of [1, 2, 3]) await tail.shows(`${BRIDGE} - ${n}\n`)
    await eventually('the listener heard it', async () =>
      String(await daemon.rpc('supervisor.readProcessStderrLog', 'listener', 0, 0)).includes(`${BRIDGE} - 3`),
    )
  })

  test('#638 and is not UTF-8 either harms nobody', async () => {
    const daemon = await startDaemon({
      supervisord: DEBUG,
      programs: { bad: { command: `bash -c 'echo -e "\\x88"'`, startretries: 0, autorestart: false } },
    })
    await says(daemon, String.raw`Undecodable: b'\x88\n'`, 'received SIGCHLD indicating a child quit')
    expect((await daemon.ctl('pid')).stdout).toBe(`${daemon.pid}\n`)
  })

  test('#664 may be in the name of a program', async () => {
    const daemon = await startDaemon({ supervisord: DEBUG, programs: { test_öäü: { command: '/bin/cat' } } })
    await says(daemon, 'test_öäü entered RUNNING state')
    expect((await daemon.ctl('status')).stdout).toMatch(/^test_öäü\s+RUNNING /)
  })

  test('#835 can be sent to a program', async () => {
    const daemon = await startDaemon({ supervisord: DEBUG, programs: { cat: { command: '/bin/cat' } } })
    await says(daemon, 'cat entered RUNNING state')
    for (const text of [BRIDGE, 'hello']) {
      expect(await daemon.rpc('supervisor.sendProcessStdin', 'cat', text)).toBe(true)
      await says(daemon, text)
    }
  })

  testWith('script')('#836 can be typed to a program in the foreground', async () => {
    const daemon = await startDaemon({ supervisord: DEBUG, programs: { cat: { command: "sed -u 's/^/from cat: /'" } } })
    await says(daemon, 'cat entered RUNNING state')
    const words = [...commandWords('supervisorctl'), '-c', join(daemon.dir, 'client.conf'), 'fg', 'cat']
    const terminal = begin('script', ['--quiet', '--flush', '--echo', 'always', '-c', words.join(' '), '/dev/null'])
    for (const text of ['Hi', 'Hello', BRIDGE]) {
      terminal.type(`${text}\n`)
      await says(daemon, text)
      await terminal.shows(`from cat: ${text}`)
    }
    terminal.type('\x03')
    await terminal.ended()
  })

  const HASH = 'hash=57d94b…381088'
  const LOGGER = { command: `sh -c "n=0; while :; do n=$((n+1)); echo $n - ${HASH}; sleep 0.2; done"` }
  test.each([
    ['#1231a', 'C.UTF-8'],
    ['#1231b', 'oops'],
  ])('%s is followed with LANG=%s', async (_issue, LANG) => {
    const daemon = await startDaemon({ programs: { hello: LOGGER } })
    await says(daemon, 'success: hello entered RUNNING state')
    const tail = await beginCtl(daemon, ['tail', '-f', 'hello'], { LANG })
    for (const n of [1, 2, 3]) await tail.shows(`${n} - ${HASH}\n`)
  })

  test('#1231c is shown with LANG=oops', async () => {
    const daemon = await startDaemon({ programs: { hello: LOGGER } })
    await says(daemon, 'success: hello entered RUNNING state')
    const args = ['-c', join(daemon.dir, 'client.conf'), 'tail', 'hello']
    const tail = await command('supervisorctl', args, { env: { ...cleanEnv(), LANG: 'oops' } })
    expect(tail).toMatchObject({ code: 0, stdout: expect.stringContaining(`1 - ${HASH}\n`) })
  })
})

describe('a listener in a few lines of shell', () => {
  test('#663 is asked again after every OK', async () => {
    const daemon = await startDaemon({
      supervisord: DEBUG,
      files: {
        'listener.sh': `echo READY\nwhile read -r line; do head -c "\${line##*len:}" >&2; printf 'RESULT 2\\nOKREADY\\n'; done\n`,
      },
      more: '[eventlistener:listener]\ncommand=sh %(here)s/listener.sh\nevents=TICK_5\n',
    })
    await eventually(
      'two ticks were answered',
      () => count(daemon.log(), 'OKREADY') >= 2 && count(daemon.log(), 'BUSY -> ACKNOWLEDGED') >= 2,
      { timeoutMs: 40_000, explain: daemon.log },
    )
  })

  test('#733 ends the daemon when a program fails', async () => {
    const { dir, mark } = scratch()
    const file = join(dir, 'supervisord.conf')
    const listen = `while true; do printf "READY\\n"; read line; kill -15 $PPID; printf "RESULT 2\\n"; printf "OK"; done`
    replaceFile(
      file,
      `[supervisord]
loglevel=debug
logfile=${dir}/supervisord.log
pidfile=${dir}/supervisord.pid
[program:nonexistent]
command=%(here)s/nonexistent
startsecs=0
startretries=0
autorestart=false
[eventlistener:fatalexit]
events=PROCESS_STATE_FATAL
command=sh -c '${listen}'
startsecs=0
startretries=0
`,
    )
    const ended = await command('supervisord', ['-n', '-c', file], { env: { ...cleanEnv(), [MARK]: mark } })
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /gave up: nonexistent entered FATAL state[\s\S]*received SIGTERM indicating exit request/,
      ),
    })
  })
})

describe('the commands', () => {
  test('#1054 avail tells of a program in use', async () => {
    const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat', startsecs: 0 } } })
    await says(daemon, 'cat entered RUNNING state')
    expect((await daemon.ctl('avail')).stdout).toMatch(/^cat\s+in use\s+auto/)
  })

  test('#1224 the activity log may be the standard output', async () => {
    const daemon = await startDaemon({
      supervisord: { logfile: '/dev/stdout', logfile_maxbytes: 0 },
      programs: { cat: { command: '/bin/cat', startsecs: 0 } },
    })
    await says(daemon, 'cat entered RUNNING state')
  })

  test.each([
    ['supervisord', ['supervisord -- run a set of applications', '-l/--logfile FILENAME -- use FILENAME as']],
    ['supervisorctl', ['supervisorctl -- control applications', '-i/--interactive -- start an interactive']],
  ])('#1251 %s -? prints its usage', async (name, texts) => {
    const { code, stdout } = await command(name, ['-?'])
    expect(code).toBe(0)
    for (const text of texts) expect(stdout).toContain(text)
  })

  test('#1298 tail -f writes into a pipe', async () => {
    const daemon = await startDaemon({
      programs: { spew: { command: `sh -c 'n=0; while :; do n=$((n+1)); echo more spewage $n; sleep 0.05; done'` } },
    })
    await says(daemon, 'success: spew entered RUNNING state')
    const words = [...commandWords('supervisorctl'), '-c', join(daemon.dir, 'client.conf'), 'tail', '-f', 'spew']
    const pipe = begin('/bin/sh', ['-c', `${words.join(' ')} | /bin/cat -u`])
    await pipe.shows('spewage 2')
  })

  test.each([
    [[], '\n'],
    [['1', '2'], '1 2\n'],
  ])('#1418 pidproxy runs a command with the arguments %j', async (args, output) => {
    const { dir } = scratch()
    expect((await command('pidproxy', [join(dir, 'no.pid'), '/bin/echo', ...args])).stdout).toBe(output)
  })

  test.each([
    ['a: "supervisor" by default', {}, [], 'supervisor'],
    ['b: that of the file', { identifier: 'from_file' }, [], 'from_file'],
    ['c: that of -i before that of the file', { identifier: 'from_file' }, ['-i', 'from_line'], 'from_line'],
  ])('#1483%s identifies the daemon', async (_case, supervisord, args, identifier) => {
    const daemon = await startDaemon({ supervisord, args })
    expect(await daemon.rpc('supervisor.getIdentification')).toBe(identifier)
  })

  test('#1578 echo_supervisord_conf prints a sample', async () => {
    expect(await command('echo_supervisord_conf', [])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Sample supervisor config file'),
    })
  })

  test('#1596 a client may hang up and come back', async () => {
    const daemon = await startDaemon({})
    for (let n = 0; n < 2; n += 1) expect(await askAndHangUp(daemon.socket)).toContain('supervisor.addProcessGroup')
    expect(await daemon.rpc('supervisor.getState')).toEqual({ statecode: 1, statename: 'RUNNING' })
  })
})

/** A program under way, and what it wrote so far. */
interface Begun {
  /** Waits for a text, or a match, in what it wrote. */
  shows(wanted: string | RegExp): Promise<unknown>
  type(text: string): void
  /** Waits until it ended by itself. */
  ended(): Promise<unknown>
}

/** Starts a program that does not end by itself; it is ended with the test. */
function begin(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Begun {
  const child = spawn(program, args, {
    env: { ...cleanEnv(), ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let seen = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      seen += text
    })
  }
  const gone = () => child.exitCode !== null || child.signalCode !== null
  onTestFinished(() => {
    if (!gone() && child.pid) process.kill(-child.pid, 'SIGKILL') // with the other end of its pipe
  })
  const explain = () => `--- written so far\n${seen}`
  return {
    shows: (wanted) =>
      eventually(
        `${program} shows ${wanted}`,
        () => (typeof wanted === 'string' ? seen.includes(wanted) : wanted.test(seen)),
        {
          explain,
        },
      ),
    type: (text) => void child.stdin.write(text),
    ended: () => eventually(`${program} ends`, gone, { explain, timeoutMs: 5_000 }),
  }
}

async function beginCtl(
  daemon: Daemon,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Begun> {
  const [program, ...before] = commandWords('supervisorctl')
  return begin(program, [...before, '-c', join(daemon.dir, 'client.conf'), ...args], env)
}

/** Waits until the daemon has written these to its standard output, in this order. */
async function says(daemon: Daemon, ...texts: readonly string[]): Promise<void> {
  await eventually(
    `supervisord says ${texts.join(', then ')}`,
    () => texts.reduce((from, text) => (from < 0 ? -1 : after(daemon.output(), text, from)), 0) >= 0,
    { explain: daemon.output },
  )
}

/** Where `text` ends in `whole`, looked for from `from`; -1 when it is not there. */
function after(whole: string, text: string, from: number): number {
  const at = whole.indexOf(text, from)
  return at < 0 ? -1 : at + text.length
}

function count(whole: string, text: string): number {
  return whole.split(text).length - 1
}

/** One call on a connection that is cut as soon as the answer begins to make sense. */
function askAndHangUp(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = '<methodCall><methodName>system.listMethods</methodName></methodCall>'
    const socket = connect(path, () =>
      socket.write(`POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    )
    let seen = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      seen += text
      if (!seen.includes('</methodResponse>') && !seen.includes('addProcessGroup')) return
      socket.destroy()
      resolve(seen)
    })
    socket.on('error', reject)
  })
}
