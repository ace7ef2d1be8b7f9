import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choose } from '../../src/cli/svctl/check/choose.js'
import { isolate } from '../../src/cli/svctl/check/isolate.js'
import { setOptions } from '../../src/cli/svctl/check/set-options.js'
import { createTrial } from '../../src/cli/svctl/check/trial.js'
import { readDocument } from '../../src/config/read.js'
import { interpret } from '../../src/desired/load.js'
import type { ProcessSpec } from '../../src/model/spec.js'
import { configOf, filesOf, processesOf, requestFor, TWO_USERS } from '../desired/load.js'
import { specOf } from '../support/specs.js'

const FILE = '/etc/x/supervisord.conf'

describe('--set', () => {
  /** Reads a text with options set. */
  function withSets(text: string, ...sets: readonly string[]) {
    const [request, files] = [requestFor(FILE), filesOf({ [FILE]: text })]
    const document = readDocument(request, files)
    if (!document.ok) throw new Error('does not read')
    const set = setOptions(document.value, sets)
    return set.ok ? interpret(set.document, request, files, TWO_USERS) : set.message
  }
  function processOf(text: string, ...sets: readonly string[]): ProcessSpec | undefined {
    const read = withSets(text, ...sets)
    if (typeof read === 'string' || !read.ok) throw new Error(JSON.stringify(read))
    return Object.values(processesOf(read.value))[0]
  }
  const file = (more = '') => `[supervisord]\n[program:a.b]\ncommand=x\n${more}`

  for (const { name, more = '', sets, wanted } of [
    {
      name: 'replaces a value, and the last one counts',
      sets: ['program.a.b.command=y', 'program.a.b.command=z %(program_name)s = 1'],
      wanted: { command: 'z a.b = 1' },
    },
    { name: 'takes names of options in any case', sets: ['program.a.b.StartSecs=7'], wanted: { startSecs: 7 } },
    {
      name: 'adds a variable where there is none',
      sets: ['program.a.b.environment.PORT=0'],
      wanted: { environment: { PORT: '0' } },
    },
    {
      name: 'replaces one variable and leaves the others, whatever ends their line',
      more: 'environment=PORT="80",HOME_="%(ENV_HOME)s", # "odd\n',
      sets: ['program.a.b.environment.PORT=%(here)s "\\'],
      wanted: { environment: { PORT: '/etc/x "\\', HOME_: '/root' } },
    },
    {
      name: 'replaces a whole environment',
      more: 'environment=PORT="80"\n',
      sets: ['program.a.b.environment=X="1"'],
      wanted: { environment: { X: '1' } },
    },
  ])
    test(name, () => expect(processOf(file(more), ...sets)).toMatchObject(wanted))

  test('any value of a variable arrives as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const read = processOf(file(), `program.a.b.environment.V=${value.replaceAll('%', '%%')}`)
        expect(read?.environment).toEqual({ V: value })
      }),
    )
  })

  test('a bad value is told at its place in --set', () => {
    const read = withSets(file(), 'program.a.b.startsecs=soon')
    expect(read).toMatchObject({
      ok: false,
      errors: [
        {
          code: 'CONFIG_BAD_NUMBER',
          at: { file: '--set', line: 1, column: 23 },
          excerpt: 'program.a.b.startsecs=soon',
        },
      ],
    })
  })

  for (const [set, told] of [
    ['program.a.b', '--set takes section.option=value, got "program.a.b"'],
    ['program.a.b.comand=x', '[program:a.b] does not have: "comand"; did you mean command?'],
    ['program.a.c.command=x', 'no section of the configuration: "program.a.c.command"; did you mean program.a.b?'],
    ['program.a.b.environment.A-B=x', 'does not have: "environment.a-b"'],
    ['nonsense=x', 'no section of the configuration: "nonsense"'],
  ] as const)
    test(`refuses ${set}`, () => expect(withSets(file(), set)).toContain(told))
})

describe('--only', () => {
  const specs = [specOf({ name: 'web' }), specOf({ name: 'w_1', program: 'w', group: 'all', autostart: false })]
  for (const { only, names } of [
    { only: [], names: ['web'] },
    { only: ['web'], names: ['web'] },
    { only: ['w'], names: ['w_1'] },
    { only: ['all'], names: ['w_1'] },
    { only: ['all:*'], names: ['w_1'] },
    { only: ['web', 'all:w_1'], names: ['web', 'w_1'] },
    { only: ['all:w_1, web'], names: ['web', 'w_1'] },
  ])
    test(`${only.join() || 'nothing given'} starts ${names.join(' and ')}`, () => {
      const choice = choose(only, specs)
      expect(choice.ok && specs.filter(choice.has).map(({ name }) => name)).toEqual(names)
    })
  test('a name that means nothing is refused', () => {
    expect(choose(['web', 'al'], specs)).toEqual({
      ok: false,
      message: '--only names no program: "al"; did you mean all?',
    })
  })
})

describe('isolation', () => {
  const config = configOf(`[supervisord]
logfile=/var/log/s.log
user=nobody
[inet_http_server]
port=127.0.0.1:9001
[unix_http_server]
file=/var/run/s.sock
[program:a]
command=a
user=nobody
stdout_logfile=/var/log/a.log
stderr_syslog=true
[program:b]
command=b
serverurl=http://localhost:9001
redirect_stderr=true
[fcgi-program:c]
command=c
socket=unix:///var/run/c.sock
socket_owner=nobody
[fcgi-program:d]
command=d
socket=tcp://127.0.0.1:9000
[eventlistener:e]
command=e
events=EVENT
`)
  const moved = (uid: number) => isolate(config, { folder: '/F', uid, starts: () => true })

  test('nothing but a TCP socket of a FastCGI program is outside of the folder', () => {
    const { daemon, servers, groups } = moved(0)
    expect(daemon.state.directory).toBe('none')
    const text = JSON.stringify([{ ...daemon, state: null, environment: null }, servers, groups])
    expect(text.match(/(?:\/var|\/dev|\/tmp|localhost|:9001|"auto")[^"]*/g)).toBeNull()
    const logs = groups.flatMap(({ processes }) => processes).flatMap(({ stdout, stderr }) => [stdout, stderr])
    expect(new Set(logs.map((log) => JSON.stringify(log.logfile))).size).toBe(10)
    expect(logs.every(({ syslog }) => !syslog)).toBe(true)
    expect(processesOf(moved(0))['d:d']?.socket?.url).toBe('tcp://127.0.0.1:9000')
  })

  test('what programs are given stays as it is', () => {
    const given = ({ command, environment, directory, umask, startSecs }: ProcessSpec) => [
      command,
      environment,
      directory,
      umask,
      startSecs,
    ]
    const all = (one: typeof config) => one.groups.flatMap(({ processes }) => processes.map(given))
    expect(all(moved(1000))).toEqual(all(config))
  })

  test('what programs listen at is somewhere else, equal for equal ones', () => {
    const listening = configOf(`[supervisord]
[program:a]
command=a
listen=80,unix:///var/run/a.sock,[::1]:80
listen_owner=nobody
[program:b]
command=b
listen=80
`)
    const specs = processesOf(isolate(listening, { folder: '/F', uid: 1000, starts: () => true }))
    expect(specs['a:a']?.listen).toMatchObject({
      addresses: ['tcp://127.0.0.1:0', 'unix:///F/l1.sock', 'tcp://127.0.0.3:0'],
      owner: null,
    })
    expect(specs['b:b']?.listen?.addresses).toEqual(['tcp://127.0.0.1:0'])
  })

  test('users are changed by root only', () => {
    expect(moved(0).daemon.user).toBe('nobody')
    expect(processesOf(moved(0))['a:a']?.uid).toBe(65_534)
    expect(moved(1000).daemon.user).toBeNull()
    expect(processesOf(moved(1000))['a:a']?.uid).toBeNull()
    expect(processesOf(moved(1000))['c:c']?.socket?.owner).toBeNull()
  })
})

describe('a trial', () => {
  const patience = { timeoutMs: 10_000, stableMs: 1_000 }
  const trialOf = (...specs: readonly ProcessSpec[]) =>
    createTrial(new Map(specs.map((spec) => [spec.name, spec])), patience)
  type Row = Parameters<ReturnType<typeof createTrial>['look']>[0][number]
  const row = (name: string, state: Row['state'], exitStatus: number | null = null) =>
    ({ name, state, exitStatus, why: '' }) as Row

  test('ends when everything has been up for long enough', () => {
    const trial = trialOf(specOf({ name: 'a' }), specOf({ name: 'b' }))
    trial.look([row('a', 'RUNNING'), row('b', 'STARTING')], 100)
    expect(trial.endMs()).toBe(10_000)
    trial.look([row('a', 'RUNNING'), row('b', 'RUNNING')], 9_500)
    expect(trial.endMs()).toBe(10_500)
    expect(trial.verdict('a')).toEqual({ result: 'up', detail: '', atMs: 100 })
  })

  test('watches the others a little longer once one has failed', () => {
    const trial = trialOf(specOf({ name: 'a' }), specOf({ name: 'b' }), specOf({ name: 'c' }))
    trial.look([row('a', 'FATAL'), row('b', 'STARTING'), row('c', 'BACKOFF')], 300)
    expect(trial.endMs()).toBe(1_300)
    expect(['a', 'b', 'c'].map((name) => trial.verdict(name).result)).toEqual(['failed', 'not-started', 'failed'])
    trial.look([row('a', 'FATAL'), row('b', 'RUNNING'), row('c', 'FATAL')], 800)
    expect(trial.endMs()).toBe(1_300)
  })

  test('fails what was up and ends without leave, and ends when there is nothing left to watch', () => {
    const trial = trialOf(specOf({ name: 'a' }), specOf({ name: 'b' }))
    trial.look([row('a', 'RUNNING'), row('b', 'EXITED', 0)], 100)
    expect(trial.endMs()).toBe(1_100)
    trial.look([row('a', 'EXITED', 1), row('b', 'EXITED', 0)], 700)
    expect(trial.endMs()).toBe(700)
    expect(trial.verdict('a')).toMatchObject({ result: 'failed', atMs: 700 })
  })

  test('ends at the timeout, however late something failed', () => {
    const trial = trialOf(specOf({ name: 'a' }), specOf({ name: 'b' }))
    trial.look([row('a', 'FATAL'), row('b', 'STARTING')], 9_900)
    expect(trial.endMs()).toBe(10_000)
    trial.look([row('a', 'FATAL'), row('b', 'STARTING')], 10_000)
    expect(trial.verdict('b')).toMatchObject({ result: 'failed', detail: 'not up within 10.0 s: STARTING' })
  })

  for (const { autorestart, exitStatus, exitCodes, result } of [
    { autorestart: 'unexpected', exitStatus: 0, exitCodes: [0], result: 'completed' },
    { autorestart: 'unexpected', exitStatus: 2, exitCodes: [0, 2], result: 'completed' },
    { autorestart: 'never', exitStatus: 0, exitCodes: [0], result: 'completed' },
    { autorestart: 'never', exitStatus: 1, exitCodes: [0], result: 'failed' },
    { autorestart: 'unexpected', exitStatus: -1, exitCodes: [0], result: 'failed' },
    { autorestart: 'unexpected', exitStatus: 0, exitCodes: [], result: 'failed' },
    { autorestart: 'always', exitStatus: 0, exitCodes: [0], result: 'failed' },
  ] as const)
    test(`exit status ${exitStatus} with exitcodes=${exitCodes} and autorestart ${autorestart}: ${result}`, () => {
      const trial = trialOf(specOf({ name: 'a', autorestart, exitCodes }))
      trial.look([row('a', 'EXITED', exitStatus)], 100)
      expect(trial.verdict('a').result).toBe(result)
    })
})
