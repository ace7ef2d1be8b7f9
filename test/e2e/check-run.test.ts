import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CheckDocument } from '../../src/cli/svctl/check/document.js'
import type { SmokeProcess } from '../../src/cli/svctl/check/smoke-report.js'
import { type ConfigParts, configText, type Options } from './config-text.js'
import { readText, scratch } from './harness.js'
import { alive, MARK, marked } from './processes.js'
import { cleanEnv, command, commandWords, eventually } from './run.js'

const SLEEP: Options = { command: '/bin/sleep 600', startsecs: 0 }
const ONCE: Options = { command: '/bin/true', startsecs: 0 }

/** Lets a process escape into a session of its own and notes its pid: `runaway FILE [WORD...]`, WORDs before setsid. */
const RUNAWAY = `file=$1; shift; "$@" setsid sh -c 'echo $$ >"$0"; exec sleep 600' "$file" & exec sleep 600`

interface Tried {
  readonly code: number | null
  readonly stderr: string
  readonly findings: string
  readonly processes: Readonly<Record<string, SmokeProcess>>
}

/** A folder with a configuration, and another one for everything that is to be temporary. */
function place(parts: ConfigParts) {
  const { dir, mark } = scratch()
  const temporary = join(dir, 'tmp')
  mkdirSync(temporary)
  writeFileSync(join(dir, 'runaway'), RUNAWAY)
  writeFileSync(join(dir, 'supervisord.conf'), configText(dir, parts).replaceAll('@DIR@', dir))
  const env = { ...cleanEnv(), TMPDIR: temporary, [MARK]: mark }
  const args = (more: readonly string[]) => ['check', '--run', '-c', 'supervisord.conf', '-o', 'json', ...more]
  const left = () => [...readdirSync(temporary), ...marked(mark)]
  return {
    dir,
    left,
    /** Runs the check to its end, after which nothing may be left of it. */
    async check(...more: readonly string[]): Promise<Tried> {
      const ran = await command('svctl', args(['--stable', '200ms', ...more]), { env, cwd: dir })
      expect(left()).toEqual([])
      const document = ran.stdout === '' ? null : (JSON.parse(ran.stdout) as CheckDocument)
      const processes = (document?.run?.processes ?? []).map((one) => [one.name, one] as const)
      return { ...ran, findings: JSON.stringify(document?.findings), processes: Object.fromEntries(processes) }
    },
    /** Starts a check that would take long, and waits for the pid of its runaway. */
    async begin(): Promise<{ readonly svctl: ChildProcess; readonly runaway: number; readonly daemon: number }> {
      const [program, ...before] = commandWords('svctl')
      const svctl = spawn(program, [...before, ...args(['--stable', '10m'])], { cwd: dir, env, stdio: 'ignore' })
      const noted = () => Number(readText(join(dir, 'pid')))
      const runaway = await eventually('the runaway runs', () => noted() > 0 && alive(noted()) && noted())
      const [folder = ''] = readdirSync(temporary)
      return { svctl, runaway, daemon: Number(readText(join(temporary, folder, 'supervisord.pid'))) }
    },
  }
}

/** @param words - before the program that escapes */
function runaway(words = ''): Options {
  return { command: `/bin/sh @DIR@/runaway @DIR@/pid ${words}`, startsecs: 0 }
}

describe('svctl check --run', () => {
  test('everything comes up and the one-shot completes; logs, sockets and servers are left alone', async () => {
    const here = place({
      supervisord: { logfile: '@DIR@/missing/s.log', user: 'root' },
      programs: {
        web: { ...SLEEP, stdout_logfile: '@DIR@/missing/web.log', stderr_logfile: '/dev/stderr' },
        once: ONCE,
      },
      groups: { all: { programs: 'web' } },
      more: '[inet_http_server]\nport=127.0.0.1:1\n',
    })
    const { code, processes, stderr } = await here.check()
    expect(code, stderr).toBe(0)
    expect(processes['all:web']).toMatchObject({ program: 'web', result: 'up', stderrTail: [] })
    expect(processes.once).toMatchObject({ result: 'completed', detail: 'exited with status 0' })
    expect(readdirSync(here.dir).sort()).toEqual(['runaway', 'supervisord.conf', 'tmp'])
  })

  test('what fails is shown with its last lines, from the log that has them', async () => {
    const talks = (end: string): Options => ({
      command: `/bin/sh -c "i=0; while [ $i -lt 12 ]; do i=$((i+1)); echo line $i >&2; done; ${end}"`,
      startsecs: 0,
      autorestart: true,
    })
    const { code, processes } = await place({
      programs: {
        dies: talks('exit 3'),
        mixed: { ...talks('exit 0'), redirect_stderr: true },
        absent: { command: '/nonexistent/program', startretries: 0 },
        web: SLEEP,
      },
    }).check()
    expect(code).toBe(1)
    const tail = Array.from({ length: 10 }, (_, i) => `line ${i + 3}`)
    expect(processes.dies).toMatchObject({ result: 'failed', detail: expect.stringContaining('3'), stderrTail: tail })
    expect(processes.mixed).toMatchObject({ result: 'failed', detail: expect.stringContaining('0'), stderrTail: tail })
    expect(processes.absent).toMatchObject({ result: 'failed', detail: expect.stringContaining('/nonexistent') })
    expect(processes.web).toMatchObject({ result: 'up' })
  })

  test('a start that fails is tried again, and one that takes its time is waited for', async () => {
    const again = '/bin/sh -c "[ -e @DIR@/tried ] || { touch @DIR@/tried; exit 1; }; exec sleep 600"'
    const { code, processes } = await place({ programs: { again: { command: again, startsecs: 1 } } }).check()
    expect(code).toBe(0)
    expect(processes.again).toMatchObject({ result: 'up' })
    expect(processes.again?.durationMs).toBeGreaterThan(1900)
  })

  test('what is not up in time has failed', async () => {
    const slow: Options = { ...SLEEP, startsecs: 60 }
    const { code, processes } = await place({ programs: { slow, web: SLEEP } }).check('--timeout', '2s')
    expect(code).toBe(1)
    expect(processes.slow).toMatchObject({ result: 'failed', detail: expect.stringContaining('STARTING') })
    expect(processes.web).toMatchObject({ result: 'up' })
  })

  test('--only starts what it names, autostart or not; a name that is not there is a mistake of the caller', async () => {
    const here = place({
      programs: { web: SLEEP, off: { ...SLEEP, autostart: false }, bad: { command: '/bin/false', startsecs: 0 } },
    })
    const some = await here.check('--only', 'web,off')
    expect(some.code).toBe(0)
    expect(some.processes).toMatchObject({
      web: { result: 'up' },
      off: { result: 'up' },
      bad: { result: 'not-started' },
    })
    const none = await here.check('--only', 'wbe')
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('did you mean web?')
  })

  test('--set changes variables and commands; what it misspells is a mistake of the caller, a bad value is the file’s', async () => {
    const here = place({
      programs: { web: { command: '/bin/false', environment: 'PORT="80",KEEP="%(here)s"', startsecs: 0 } },
    })
    const wants = 'program.web.command=/bin/sh -c "test $PORT = 0 -a $KEEP = $PWD && exec sleep 600"'
    expect(await here.check('--set', wants, '--set', 'program.web.environment.PORT=0')).toMatchObject({ code: 0 })
    const misspelt = await here.check('--set', 'program.web.comand=x')
    expect(misspelt.code).toBe(2)
    expect(misspelt.stderr).toContain('did you mean command?')
    expect((await here.check('--set', 'program.wbe.command=x')).code).toBe(2)
    expect((await here.check('--set', 'program.web.startsecs=soon')).code).toBe(6)
  })

  test('event listeners hear of the other programs, and FastCGI programs get their socket', async () => {
    const ears = [
      'import { writeFileSync } from "node:fs"',
      'process.stdout.write("READY\\n")',
      'process.stdin.on("data", (data) => String(data).includes("processname:once") && writeFileSync("heard", ""))',
    ]
    const here = place({
      // Stays up only after the listener has heard of the one that ended.
      programs: { once: ONCE, waits: { command: '/bin/sh -c "sleep 0.5; test -e heard && exec sleep 600"' } },
      more: [
        `[eventlistener:ears]\ncommand=${process.execPath} ears.mjs\nevents=PROCESS_STATE_EXITED\nstartsecs=0`,
        '[fcgi-program:worker]\nsocket=unix://@DIR@/missing/worker.sock\nstartsecs=0',
        'command=/bin/sh -c "test -S /proc/self/fd/0 && exec sleep 600"\n',
      ].join('\n'),
    })
    writeFileSync(join(here.dir, 'ears.mjs'), ears.join('\n'))
    const { code, processes } = await here.check()
    expect(code).toBe(0)
    expect(processes).toMatchObject({ ears: { result: 'up' }, worker: { result: 'up' }, waits: { result: 'up' } })
  })

  test('a daemon that cannot start says why', async () => {
    const { code, findings } = await place({ supervisord: { minfds: 2_000_000_000 }, programs: { web: SLEEP } }).check()
    expect(code).toBe(1)
    expect(findings).toContain('minimum number of file descriptors')
  })

  test('a file that cannot be used is 6', async () => {
    expect((await place({ programs: { web: { ...SLEEP, startsecs: 'soon' } } }).check()).code).toBe(6)
  })
})

describe('svctl check --run leaves nothing behind', () => {
  for (const { name, words, end, code } of [
    { name: 'interrupted', words: 'env -i', end: 'SIGINT', code: 130 },
    { name: 'terminated', words: 'env -i', end: 'SIGTERM', code: 130 },
    { name: 'killed with -9', words: 'env -i', end: 'SIGKILL', code: null },
  ] as const) {
    test(`when it is ${name}, not even what took to a session and an environment of its own`, async () => {
      const here = place({ programs: { runaway: runaway(words), web: SLEEP } })
      const { svctl, runaway: pid } = await here.begin()
      svctl.kill(end)
      await eventually('svctl ends', () => svctl.exitCode !== null || svctl.signalCode !== null)
      expect(svctl.exitCode).toBe(code)
      await eventually('nothing is left', () => !alive(pid) && here.left().length === 0)
    })
  }

  test('when its daemon is killed, whatever still carries its mark', async () => {
    const here = place({ programs: { runaway: runaway(), web: SLEEP } })
    const { svctl, runaway: pid, daemon } = await here.begin()
    process.kill(daemon, 'SIGKILL')
    await eventually('svctl ends', () => svctl.exitCode !== null)
    expect(svctl.exitCode).not.toBe(0)
    expect(alive(pid)).toBe(false)
    expect(here.left()).toEqual([])
  })
})
