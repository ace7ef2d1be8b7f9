import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { configText, type Options } from './config-text.js'
import { type Daemon, readText, scratch, startDaemon, untilGone } from './harness.js'
import { testInNamespace } from './needs.js'
import { alive, MARK } from './processes.js'
import { cleanEnv, command, commandWords, eventually, ROOT, run } from './run.js'

// The daemon is killed with -9, and everything that its programs have started goes with it, whatever they did to get away.

/** Starts children of the kinds it is told, each of which notes its kind and pid in a file, and stays itself. */
const HOUSEHOLD = `
file=$1; shift
note='echo "$0 $$" >>"$1"; exec sleep 1000'
for kind; do case $kind in
  group) sh -c "$note" group "$file" & ;;
  session) setsid sh -c "$note" session "$file" & ;;
  daemon) (setsid sh -c "$note" daemon "$file" </dev/null >/dev/null 2>&1 &) ;;
  bare) env -i /bin/sh -c "$note" bare "$file" </dev/null >/dev/null 2>&1 & ;;
  below) (setsid sh -c 'env -i /usr/bin/setsid /bin/sh -c "$0" below "$1" & wait' "$note" "$file" </dev/null >/dev/null 2>&1 &) ;;
  worker) (env -i /usr/bin/setsid /bin/sh -c "$note" worker "$file" </dev/null &) ;;
esac; done
exec sleep 1000
`
const KINDS = ['group', 'session', 'daemon', 'bare', 'worker', 'below'] as const
const FILES = { 'household.sh': HOUSEHOLD }

function household(kinds: readonly (typeof KINDS)[number][] = KINDS, more: Options = {}): Options {
  return {
    command: `bash %(here)s/household.sh %(here)s/%(program_name)s.pids ${kinds.join(' ')}`,
    startsecs: 0,
    ...more,
  }
}

/** Waits until all children of a program are there; their pids by kind. */
async function members(
  dir: string,
  program: string,
  kinds: readonly string[] = KINDS,
): Promise<Readonly<Record<string, number>>> {
  const lines = () => readText(join(dir, `${program}.pids`)).match(/^.+ \d+$/gm) ?? []
  await eventually(`all of ${program} are there`, () => lines().length === kinds.length, {
    explain: () => lines().join(),
  })
  const pids: Record<string, number> = Object.fromEntries(
    lines().map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  )
  // Some of them carry no mark of this test.
  onTestFinished(() => {
    for (const pid of Object.values(pids)) kill(pid)
  })
  return pids
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // gone, as it ought to be
  }
}

/** Waits for the guard of a daemon; its pid. */
function guardOf(daemon: number, except = 0): Promise<number> {
  return eventually(`there is a guard of ${daemon}`, () => guards(daemon).find((pid) => pid !== except))
}

function guards(daemon: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && cmdline(pid).startsWith(`svctl-guard\0${daemon}\0`))
}

function cmdline(pid: number): string {
  try {
    return readText(`/proc/${pid}/cmdline`)
  } catch {
    return '' // gone between two looks
  }
}

/** Kills a daemon and waits until its guard has done what it does. */
async function killed(daemon: number): Promise<void> {
  const guard = await guardOf(daemon)
  process.kill(daemon, 'SIGKILL')
  await untilGone(daemon)
  await untilGone(guard)
}

const living = (pids: Readonly<Record<string, number>>) => Object.keys(pids).filter((kind) => alive(pids[kind] ?? 0))

async function untilNobody(pids: Readonly<Record<string, number>>): Promise<void> {
  await eventually('all are gone', () => living(pids).length === 0, { explain: () => living(pids).join() })
}

async function started(daemon: Daemon, program: string): Promise<Readonly<Record<string, number>>> {
  const { pid } = await daemon.until(program, 'RUNNING')
  return { ...(await members(daemon.dir, program)), leader: pid }
}

test('everything that programs have started ends with the daemon, but nothing of those that stay', async () => {
  const programs = { web: household(), keep: household(KINDS, { on_daemon_death: 'keep' }) }
  const daemon = await startDaemon({ programs, files: FILES })
  const [web, keep] = [await started(daemon, 'web'), await started(daemon, 'keep')]
  onTestFinished(() => kill(keep.leader ?? 0))
  await killed(daemon.pid)
  await untilNobody(web)
  expect(living(keep).sort()).toEqual([...KINDS, 'leader'].sort())
})

test('what an instance before has left behind ends, too', async () => {
  const daemon = await startDaemon({ programs: { web: household() }, files: FILES })
  const web = await started(daemon, 'web')
  await daemon.ctl('stop', 'web')
  expect(alive(web.daemon ?? 0)).toBe(true)
  await killed(daemon.pid)
  // Of the others nobody knows any more whose they were: they have neither a living parent nor marks nor a pipe.
  await untilNobody({
    session: web.session ?? 0,
    daemon: web.daemon ?? 0,
    group: web.group ?? 0,
    worker: web.worker ?? 0,
  })
})

test('another daemon with programs of the same names keeps all of them', async () => {
  const programs = { web: household() }
  const one = await startDaemon({ programs, files: FILES })
  const other = await startDaemon({ programs, files: FILES })
  const [ofOne, ofOther] = [await started(one, 'web'), await started(other, 'web')]
  await killed(one.pid)
  await untilNobody(ofOne)
  expect(living(ofOther).sort()).toEqual([...KINDS, 'leader'].sort())
  await killed(other.pid)
  await untilNobody(ofOther)
})

/** Starts a daemon without a server in a folder; its pid. */
function startWithout(dir: string, mark: string, more: Options = {}): number {
  const text = configText(dir, { programs: { web: household(KINDS, more) } }).replace(/\[unix_http_server\][^[]*/, '')
  writeFileSync(join(dir, 'supervisord.conf'), text)
  writeFileSync(join(dir, 'household.sh'), HOUSEHOLD)
  const [program = '', ...words] = commandWords('supervisord')
  const env = { ...cleanEnv(), [MARK]: mark }
  const child = spawn(program, [...words, '-n', '-c', join(dir, 'supervisord.conf')], { env, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

test('daemons without a server, whose programs have the same names', async () => {
  const start = async () => {
    const { dir, mark } = scratch()
    return { pid: startWithout(dir, mark), web: await members(dir, 'web') }
  }
  const [one, other] = [await start(), await start()]
  await killed(one.pid)
  await untilNobody(one.web)
  expect(living(other.web).sort()).toEqual([...KINDS].sort())
  await killed(other.pid)
  await untilNobody(other.web)
})

test('a program that a daemon without a server has left running on purpose is spared by the guard of another', async () => {
  const [kept, ending] = [scratch(), scratch()]
  const pids = {
    keeping: startWithout(kept.dir, kept.mark, { on_daemon_death: 'keep' }),
    other: startWithout(ending.dir, ending.mark),
  }
  const [keep, web] = [await members(kept.dir, 'web'), await members(ending.dir, 'web')]
  process.kill(pids.keeping, 'SIGKILL')
  await untilGone(pids.keeping)
  await killed(pids.other)
  await untilNobody(web)
  expect(living(keep).sort()).toEqual([...KINDS].sort())
})

test('a daemon in the background', async () => {
  const { dir, mark } = scratch()
  writeFileSync(join(dir, 'supervisord.conf'), configText(dir, { programs: { web: household() } }))
  writeFileSync(join(dir, 'household.sh'), HOUSEHOLD)
  const env = { ...cleanEnv(), [MARK]: mark }
  expect(await command('supervisord', ['-c', join(dir, 'supervisord.conf')], { env, cwd: dir })).toMatchObject({
    code: 0,
  })
  const web = await members(dir, 'web')
  await killed(Number(readText(join(dir, 'supervisord.pid'))))
  await untilNobody(web)
})

test('after an upgrade the same guard goes on, and knows programs of before and after', async () => {
  const programs = { before: household(), after: household(KINDS, { autostart: false }) }
  const daemon = await startDaemon({ programs, files: FILES })
  const before = await started(daemon, 'before')
  const guard = await guardOf(daemon.pid)
  expect(await daemon.svctl('upgrade')).toMatchObject({ code: 0 })
  await daemon.ctl('start', 'after')
  const after = await started(daemon, 'after')
  expect(guards(daemon.pid)).toEqual([guard])
  await killed(daemon.pid)
  await untilNobody({ ...before, ...after })
  await untilNobody(after)
})

test('a guard that is killed is replaced, and one that is not needed is not there', async () => {
  const daemon = await startDaemon({
    programs: {
      keep: { command: 'sleep 1000', startsecs: 0, on_daemon_death: 'keep' },
      web: household(KINDS, { autostart: false }),
    },
    files: FILES,
  })
  await daemon.until('keep', 'RUNNING')
  expect(guards(daemon.pid)).toEqual([])
  await daemon.ctl('start', 'web')
  const web = await started(daemon, 'web')
  const first = await guardOf(daemon.pid)
  kill(first)
  const second = await guardOf(daemon.pid, first)
  expect(daemon.log()).toMatch(new RegExp(`there is no guard beside us \\(pid ${first} was ended by signal 9\\)`))
  expect(daemon.log()).not.toMatch(new RegExp(`reaped unknown pid (${first}|${second})`))
  expect(await daemon.svctl('drift')).toMatchObject({ code: 0 })
  await killed(daemon.pid)
  await untilNobody(web)
})

/** Kills the daemon of `$@` while its guard is stopped, gives the program's pid to another process, and says how that fares. */
const NUMBERS_GO_ROUND = `
"$@" -n -c supervisord.conf &
daemon=$!
until guard=$(pgrep -x svctl-guard) && program=$(pgrep -x cat); do sleep 0.05; done
kill -STOP "$guard"
kill -KILL "$daemon"
while kill -0 "$program"; do sleep 0.05; done
echo $((program - 1)) >/proc/sys/kernel/ns_last_pid
sleep 1000 &
[ $! = "$program" ] || echo "pid $!, not $program"
kill -CONT "$guard"
until grep -q '^State:.Z' "/proc/$guard/status"; do sleep 0.05; [ -e "/proc/$guard" ] || break; done
kill -0 "$program" && echo lives
`

testInNamespace('--pid', '--mount-proc')('a stranger who has the pid of a program by now is spared', async () => {
  const { dir } = scratch()
  writeFileSync(join(dir, 'supervisord.conf'), configText(dir, { programs: { cat: { command: 'cat' } } }))
  const words = ['--pid', '--fork', '--mount-proc', '--kill-child', 'bash', '-c', NUMBERS_GO_ROUND, 'bash']
  const ran = await run('unshare', [...words, ...commandWords('supervisord')], { env: cleanEnv(), cwd: dir })
  expect(ran.stdout).toMatch(/^lives$/m)
})

test('a daemon that stops in order takes its guard along, which ends nobody', async () => {
  const daemon = await startDaemon({ programs: { web: household(['daemon']) }, files: FILES })
  const web = await members(daemon.dir, 'web', ['daemon'])
  const guard = await guardOf(daemon.pid)
  daemon.signal('SIGTERM')
  expect(await daemon.exited()).toBe(0)
  await untilGone(guard)
  // As ever: what a program has left is ended by `kill_leftovers` alone.
  expect(living(web)).toEqual(['daemon'])
})

test('an installation whose guard cannot be run does without, and says so once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'svctl-installed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  chmodSync(join(folder, 'dist', 'native', `guard-linux-${process.arch}`), 0o644)
  const daemon = await startDaemon({
    programs: { cat: { command: '/bin/cat', startsecs: 0 } },
    bundle: join(folder, 'dist', 'supervisord.js'),
  })
  await eventually('it is said', () => /INFO .*no guard can be started: EACCES/.test(daemon.log()))
  await daemon.ctl('restart', 'cat')
  await daemon.until('cat', 'RUNNING')
  expect(daemon.log().match(/no guard/g)).toHaveLength(1)
  await daemon.stop()
})

test('what slipped is ended by the next start, before it starts anything; what is not ours is told of', async () => {
  const kinds = ['group', 'session', 'daemon'] as const
  const programs = { web: household(kinds), keep: household(kinds, { on_daemon_death: 'keep' }) }
  const first = await startDaemon({ programs, files: FILES })
  const web = await members(first.dir, 'web', kinds)
  const keep = { ...(await members(first.dir, 'keep', kinds)), leader: (await first.until('keep', 'RUNNING')).pid }
  await eventually('it is noted', () =>
    readText(join(first.dir, 'state/daemon.json')).includes(`"pid":${keep.leader},`),
  )
  const stranger = (name: string, url = `unix://${first.socket}`) => {
    const marks = { SUPERVISOR_ENABLED: '1', SUPERVISOR_GROUP_NAME: name, SUPERVISOR_PROCESS_NAME: name }
    const child = spawn('sleep', ['1000'], { env: { ...cleanEnv(), ...marks, SUPERVISOR_SERVER_URL: url } })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child.pid ?? 0
  }
  const strangers = { unknown: stranger('other'), elsewhere: stranger('web', 'unix:///nowhere.sock') }

  const guard = await guardOf(first.pid)
  process.kill(guard, 'SIGSTOP')
  first.signal('SIGKILL')
  await untilGone(first.pid)
  process.kill(guard, 'SIGKILL')
  expect(living(web).sort()).toEqual([...kinds].sort())

  rmSync(join(first.dir, 'web.pids'))
  const second = await startDaemon({ programs, dir: first.dir, files: FILES })
  await second.until('web', 'RUNNING')
  await untilNobody(web)
  await members(second.dir, 'web', kinds)
  const log = second.log()
  const line = new RegExp(`killing what the daemon before \\(pid ${first.pid}\\) left behind: pid ([\\d, ]+) of 'web'`)
  const named = line.exec(log)?.[1]?.split(', ').map(Number) ?? []
  expect(named).toEqual(expect.arrayContaining(Object.values(web)))
  expect(log.indexOf('killing what')).toBeLessThan(log.lastIndexOf("spawned: 'web'"))
  expect(await second.process('keep')).toMatchObject({ pid: keep.leader })
  expect(living(keep).sort()).toEqual([...kinds, 'leader'].sort())
  expect(living(strangers)).toEqual(Object.keys(strangers))
  await eventually('it is told of', () => second.log().includes(`pid ${strangers.unknown} is left of 'other'`))
  await killed(second.pid)
  kill(keep.leader)
})
