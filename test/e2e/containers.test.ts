import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Daemon, type DaemonOptions, readText, scratch, startDaemon } from './harness.js'
import { testInNamespace } from './needs.js'
import { alive } from './processes.js'
import { cleanEnv, command, eventually } from './run.js'

const PID_1 = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']

/** The daemon itself, where `unshare` stands before it. */
function insideOf({ pid }: Daemon): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

/** Zombies that wait for `parent`. */
function zombiesOf(parent: number): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      const [state, ppid] = (readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ')
      return state === 'Z' && Number(ppid) === parent
    } catch {
      return false // no process, or gone
    }
  })
}

/** A thousand orphans, and a hundred children of our own that end with a code of their own at the same time. */
const CROWD: DaemonOptions = {
  supervisord: { loglevel: 'debug' },
  programs: {
    orphans: { command: `/bin/sh -c "i=0; while [ $i -lt 1000 ]; do (: &); i=$((i+1)); done; exec cat"` },
    own: {
      command: '/bin/sh -c "exit %(process_num)d"',
      process_name: '%(process_num)d',
      numprocs: 100,
      startsecs: 0,
      autorestart: false,
      stdout_logfile: 'NONE',
      stderr_logfile: 'NONE',
    },
  },
}

async function expectAllReaped(daemon: Daemon, pid: number): Promise<void> {
  const reaped = () => daemon.log().match(/reaped unknown pid/g)?.length ?? 0
  await eventually('every orphan is reaped', () => reaped() >= 1000, { explain: () => `${reaped()} are` })
  const codes = await eventually('all have ended', async () => {
    const own = Object.values(await daemon.status()).filter(({ group }) => group === 'own')
    return own.every(({ statename }) => statename === 'EXITED') && own
  })
  expect(codes.map(({ name, exitstatus }) => [Number(name), exitstatus])).toEqual(
    codes.map(({ name }) => [Number(name), Number(name)]),
  )
  expect(codes).toHaveLength(100)
  expect(zombiesOf(pid)).toEqual([])
}

testInNamespace('--pid', '--mount-proc')(
  'as PID 1, a thousand orphans leave no zombie and every status is right',
  async () => {
    const daemon = await startDaemon({ ...CROWD, prefix: PID_1 })
    const pid = insideOf(daemon)
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\s+\d+\s+1$/m)
    await expectAllReaped(daemon, pid)
    process.kill(pid, 'SIGTERM')
    expect(await daemon.exited()).toBe(0)
  },
)

test('as any other process, the same by being their subreaper', async () => {
  const daemon = await startDaemon(CROWD)
  await expectAllReaped(daemon, daemon.pid)
})

testInNamespace('--pid', '--mount-proc')('behind a shell that becomes it, TERM ends everything in order', async () => {
  const daemon = await startDaemon({
    programs: { cat: { command: '/bin/cat' } },
    prefix: [...PID_1, 'sh', '-c', 'exec "$@"', 'sh'],
  })
  const { pid } = await daemon.until('cat', 'RUNNING')
  expect(pid).toBeLessThan(20)
  process.kill(insideOf(daemon), 'SIGTERM')
  expect(await daemon.exited()).toBe(0)
  expect(daemon.log()).toMatch(/stopped: cat \(terminated by SIGTERM\)/)
})

for (const { name, program, exit_on, code } of [
  { name: 'its code', program: { command: '/bin/sh -c "exit 42"', startsecs: 0, essential: true }, code: 42 },
  {
    name: '128 and its signal',
    program: { command: '/bin/sh -c "kill -KILL $$"', startsecs: 0, essential: true },
    code: 137,
  },
  { name: 'success', program: { command: '/bin/true', startsecs: 0, essential: true }, code: 0 },
  {
    name: '70 where it never ran',
    program: { command: '/nonexistent/x', startretries: 1, autostart: true },
    exit_on: 'fatal',
    code: 70,
  },
  {
    name: 'its code after it gave up',
    program: { command: '/bin/sh -c "exit 3"', startretries: 0 },
    exit_on: 'fatal',
    code: 3,
  },
]) {
  test(`the end of a program is ours, everything else stopped in order: ${name}`, async () => {
    const daemon = await startDaemon({
      supervisord: exit_on ? { exit_on } : {},
      programs: {
        cat: { command: '/bin/cat' },
        // Nothing is decided before the test has seen the daemon.
        main: { autostart: false, autorestart: false, ...program },
      },
    })
    await daemon.until('cat', ['STARTING', 'RUNNING'])
    await daemon.rpc('supervisor.startProcess', 'main', false).catch(() => {})
    expect(await daemon.exited()).toBe(code)
    expect(daemon.log()).toMatch(/stopped: cat \(terminated by SIGTERM\)/)
  })
}

test('when all have ended, we end as the first that failed; what waits for events does not count', async () => {
  const daemon = await startDaemon({
    supervisord: { exit_on: 'all-exited' },
    programs: {
      a: { command: '/bin/sh -c "exit 0"', startsecs: 0, autostart: false },
      b: { command: '/bin/sh -c "exit 5"', startsecs: 0, autostart: false, autorestart: false },
    },
    more: '[eventlistener:l]\ncommand=/bin/cat\nevents=TICK_60\n',
  })
  await daemon.rpc('supervisor.startProcess', 'b', false)
  await daemon.rpc('supervisor.startProcess', 'a', false).catch(() => {})
  expect(await daemon.exited()).toBe(5)
})

const STUBBORN = `/bin/sh -c "trap '' TERM; echo armed; while :; do sleep 0.05; done"`

test('a shutdown has a budget: what is left when it is over is killed', async () => {
  const daemon = await startDaemon({
    supervisord: { shutdown_timeout: 1 },
    // The sleep of a killed shell would be there for a moment.
    programs: {
      one: { command: STUBBORN, priority: 1, killasgroup: true },
      two: { command: STUBBORN, priority: 2, killasgroup: true },
    },
  })
  await daemon.until('one', 'RUNNING')
  await daemon.until('two', 'RUNNING')
  expect(await daemon.stop()).toBe(0)
  // The one that goes first would have had ten seconds, and the other would have had its turn after that.
  expect(daemon.log()).toMatch(/SIGKILL/)
})

test('a second TERM makes haste', async () => {
  const daemon = await startDaemon({ programs: { stubborn: { command: STUBBORN } } })
  const { pid } = await daemon.until('stubborn', 'RUNNING')
  daemon.signal('SIGTERM')
  await eventually('the shutdown begins', () => daemon.log().includes('waiting for stubborn to die'))
  daemon.signal('SIGINT') // At the same moment: what passes a signal on may pass it on twice.
  await eventually('it is heard', () => daemon.log().includes('received SIGINT'))
  expect(daemon.log()).not.toContain('SIGKILL')
  expect(alive(pid)).toBe(true)
  // Again and again, as a person does who has had enough.
  const impatient = setInterval(() => daemon.signal('SIGTERM'), 100)
  const code = await daemon.exited(5_000).finally(() => clearInterval(impatient))
  expect(code).toBe(0)
  expect(daemon.log()).toMatch(/received SIGTERM again: killing what is left, 1 process/)
})

test('lines of many programs on one stream stay whole, in the styles that were asked for', async () => {
  const writer = (word: string) =>
    `/bin/sh -c "i=0; while [ $i -lt 200 ]; do printf ${word}; printf ' %%d\\\\n' $i; i=$((i+1)); done; exec cat"`
  const log = { stdout_logfile: '/dev/stdout', stdout_logfile_maxbytes: 0, stderr_logfile: 'NONE' }
  const daemon = await startDaemon({
    supervisord: { silent: true },
    programs: {
      plain: { command: writer('plain'), ...log },
      prefixed: { command: writer('words'), ...log, log_prefix: true, log_timestamps: 'iso' },
      json: { command: writer('json'), ...log, log_format: 'json', stdout_logfile: '/proc/self/fd/1' },
      custom: { command: writer('words'), ...log, log_prefix: '[%(program_name)s]', stdout_logfile: '/dev/fd/1' },
    },
  })
  const lines = () => daemon.output().split('\n').slice(0, -1)
  await eventually('all have written', () => lines().length >= 800, { explain: () => `${lines().length} lines` })
  const count = (pattern: RegExp) => lines().filter((line) => pattern.test(line)).length
  expect(count(/^plain \d+$/)).toBe(200)
  expect(count(/^\d{4}-\d\d-\d\dT[\d:.]+Z prefixed \| words \d+$/)).toBe(200)
  expect(count(/^\[custom\] words \d+$/)).toBe(200)
  const objects = lines().filter((line) => line.startsWith('{'))
  expect(objects.map((line) => JSON.parse(line).msg)).toEqual(Array.from({ length: 200 }, (_, i) => `json ${i}`))
  expect(JSON.parse(objects[0] ?? '')).toMatchObject({ group: 'json', name: 'json', stream: 'stdout' })
})

test('our own lines follow, in the file and on standard output', async () => {
  const daemon = await startDaemon({ supervisord: { log_format: 'json' }, programs: { cat: { command: '/bin/cat' } } })
  const lines = daemon
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'info', name: 'supervisord', msg: `supervisord started with pid ${daemon.pid}` }),
  )
  expect(daemon.output()).toContain(daemon.log().split('\n')[0])
})

test('a signal that comes before the code is loaded is not lost', async () => {
  const { dir } = scratch()
  const [preload, config] = [join(dir, 'early.cjs'), join(dir, 'a.conf')]
  // The launcher is about to read the code.
  writeFileSync(
    preload,
    `const vm = require('node:vm')
vm.Script = class extends vm.Script { constructor(...all) { process.kill(process.pid, 'SIGTERM'); super(...all) } }`,
  )
  writeFileSync(config, `[supervisord]\nnodaemon=true\nlogfile=${dir}/log\npidfile=${dir}/pid\n`)
  const env = { ...cleanEnv(), NODE_OPTIONS: `--require ${preload}`, SVCTL_STATE_DIRECTORY: 'none' }
  expect(await command('supervisord', ['-c', config], { env, cwd: dir })).toMatchObject({ code: 0, signal: null })
  expect(readText(join(dir, 'log'))).toContain('received SIGTERM indicating exit request')
})

for (const [logfile, env, times] of [
  ['/dev/stdout', {}, 1],
  ['/dev/stderr', {}, 1],
  ['/dev/stdout', { SVCTL_CONVERGE: 'manual' }, 2],
] as const)
  test(`our own lines appear ${times === 1 ? 'once' : 'twice, to the letter,'} with logfile=${logfile}`, async () => {
    const daemon = await startDaemon({ supervisord: { logfile, logfile_maxbytes: 0 }, programs: {}, env })
    expect(await daemon.stop()).toBe(0)
    expect(daemon.output().match(/received SIGTERM/g)).toHaveLength(times)
  })

testInNamespace('--mount')(
  'a user without a name, on a read-only root, has what can be had and is told the rest',
  async () => {
    const readOnly = 'mount --make-rprivate / && mount --bind . . && mount -o remount,bind,ro / && cd / && exec "$@"'
    const setpriv = ['--reuid=12345', '--regid=12345', '--clear-groups', '--bounding-set=-all', '--no-new-privs']
    const nobody = ['env', '-u', 'HOME', '-u', 'SVCTL_STATE_DIRECTORY', 'setpriv', ...setpriv]
    const daemon = await startDaemon({
      owner: 12345,
      prefix: ['unshare', '--mount', '--fork', '--kill-child', 'sh', '-c', readOnly, 'sh', ...nobody],
      config: `[supervisord]
childlogdir=/
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:cat]
command=/bin/cat
`,
    })
    await daemon.until('cat', 'RUNNING')
    expect(daemon.output()).toMatch(/WARN no activity log but this one: cannot open '\/supervisord.log' \(EROFS\)/)
    expect(daemon.output()).toMatch(/CRIT could not write pidfile \/supervisord.pid/)
    expect(daemon.output()).toMatch(/WARN no log for stdout of 'cat': cannot make a file in '\/' \(EROFS\)/)
    expect(daemon.output()).toMatch(/INFO history and holds end with this daemon: there is no state directory/)
    expect(await daemon.svctl('status')).toMatchObject({ code: 0, stderr: '' })
    expect((await daemon.svctl('healthcheck')).code).toBe(0)
    await daemon.rpc('supervisor.shutdown')
    expect(await daemon.exited()).toBe(0)
  },
)

test('healthcheck is 0 or 1, and its paths 200 or 503', async () => {
  const daemon = await startDaemon({
    programs: {
      cat: { command: '/bin/cat', startsecs: 0 },
      broken: { command: '/bin/false', autostart: false, startretries: 0 },
      once: { command: '/bin/true', startsecs: 0 },
    },
  })
  const probe = (path: string) =>
    new Promise((resolve, reject) => {
      const request = get({ socketPath: daemon.socket, path }, async (response) =>
        resolve([response.statusCode, Buffer.concat(await response.toArray()).toString()]),
      )
      request.on('error', reject)
    })
  await daemon.until('once', 'EXITED')
  expect(await daemon.svctl('healthcheck')).toMatchObject({ code: 0, stdout: 'ready: 3 checked\n' })
  expect(await probe('/readyz')).toEqual([200, 'ok\n'])
  await daemon.rpc('supervisor.startProcess', 'broken', false).catch(() => {})
  await daemon.until('broken', 'FATAL')
  const failed = await daemon.svctl('healthcheck')
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^broken: FATAL, .*too quickly/) })
  expect(await probe('/healthz')).toEqual([503, failed.stdout])
  expect(await probe('/livez')).toEqual([200, 'ok\n'])
})

test('healthcheck of a daemon that hangs or is gone is 1', async () => {
  const daemon = await startDaemon({ programs: {} })
  daemon.signal('SIGSTOP')
  expect((await daemon.svctl('healthcheck', '--live', '--timeout', '1s')).code).toBe(1)
  daemon.signal('SIGCONT')
  await daemon.stop()
  expect((await daemon.svctl('healthcheck', '--live')).code).toBe(1)
})
