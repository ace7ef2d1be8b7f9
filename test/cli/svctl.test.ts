import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Diagnostic } from '../../src/model/diagnostic.js'
import type { DiffReport } from '../../src/model/operator.js'
import { fakeDaemon, NO_CHANGES, NOW_MS, RUNNING, viewOf } from '../api/fake-operator.js'
import { changeOf, fieldChange } from '../support/changes.js'
import { documentProblems } from '../support/document.js'
import { HOLD } from '../support/specs.js'
import { svctl } from './svctl-run.js'

const HELD = { hold: HOLD, runRequest: 0, stopRequest: 1 }
const FATAL = { phase: 'FATAL', observedGeneration: 1, spawnError: "can't find command '/nofile'" } as const
const DIAGNOSTIC: Diagnostic = {
  severity: 'error',
  code: 'CONFIG_BAD_NUMBER',
  message: 'Cannot read startsecs as a number of seconds: "1 minute"',
  at: { file: '/etc/supervisord.conf', line: 12, column: 11, endColumn: 19 },
  excerpt: 'startsecs=1 minute',
  help: null,
  classic: null,
}

/** A change of `web` that restarts it and a `new` that starts; `old` stops. */
const REPORT: DiffReport = {
  ...NO_CHANGES,
  changes: { added: ['new'], changed: ['web'], removed: ['old'] },
  processes: [
    changeOf({
      key: 'web:web',
      effect: 'restart',
      change: 'changed',
      fields: [fieldChange('command', '/bin/a', '/bin/b')],
    }),
    changeOf({ key: 'new:new', effect: 'start', change: 'added' }),
    changeOf({ key: 'old:old', effect: 'stop', change: 'removed' }),
  ],
  untouched: 25,
}

describe('status', () => {
  const views = [
    viewOf('cat', 'cat', RUNNING),
    viewOf('trapper', 'trapper', { phase: 'STOPPING', pid: 7, observedGeneration: 1 }),
    viewOf('nofile', 'nofile', FATAL),
    viewOf('manual', 'manual', { phase: 'STOPPED' }, { spec: { name: 'manual', autostart: false } }),
  ]

  test('prints what supervisorctl prints, byte for byte', async () => {
    expect((await svctl(fakeDaemon({ views }).operator, ['status'])).out).toBe(
      'cat                              RUNNING   pid 42, uptime 0:01:01\n' +
        'manual                           STOPPED   Not started\n' +
        "nofile                           FATAL     can't find command '/nofile'\n" +
        'trapper                          STOPPING  \n',
    )
  })

  test('a long name widens the table by its characters', async () => {
    const name = `${'ü'.repeat(33)}𝒳`
    const { out } = await svctl(fakeDaemon({ views: [viewOf('g', name, RUNNING)] }).operator, ['status'])
    expect(out).toBe(`g:${name}   RUNNING   pid 42, uptime 0:01:01\n`)
  })

  for (const { name, argv, some, code } of [
    { name: 'all run', argv: ['status'], some: [views[0]], code: 0 },
    { name: 'nothing is declared', argv: ['status'], some: [], code: 0 },
    { name: 'one is not wanted by itself', argv: ['status'], some: [views[3]], code: 0 },
    {
      name: 'one is held',
      argv: ['status'],
      some: [viewOf('a', 'a', { phase: 'STOPPED' }, { override: HELD })],
      code: 0,
    },
    { name: 'one was given up', argv: ['status'], some: [views[0], views[2]], code: 1 },
    { name: 'one was given up, but is not asked about', argv: ['status', 'cat'], some: [views[0], views[2]], code: 0 },
    { name: 'one is on its way', argv: ['status'], some: [views[1]], code: 1 },
    { name: 'a name is unknown', argv: ['status', 'cat', 'nosuch'], some: [views[0]], code: 2 },
  ])
    test(`exit ${code} when ${name}`, async () => {
      const daemon = fakeDaemon({ views: some.filter((view) => view !== undefined) })
      expect((await svctl(daemon.operator, argv)).code).toBe(code)
    })

  test('unknown names come first, help for them on standard error', async () => {
    const daemon = fakeDaemon({ views: [viewOf('w', 'w_1', RUNNING)] })
    const run = await svctl(daemon.operator, ['status', 'w:*', 'w', 'g:*'])
    expect(run.out).toBe(
      'w: ERROR (no such process)\ng: ERROR (no such group)\n' +
        'w:w_1                            RUNNING   pid 42, uptime 0:01:01\n',
    )
    expect(run.err).toBe('w is no process; did you mean "w:*"?\n')
  })

  test('conditions are news on standard error, with the place', async () => {
    const condition = {
      type: 'ConfigInvalid',
      message: 'revision 3 stays',
      sinceWallMs: NOW_MS - 5000,
      diagnostics: [DIAGNOSTIC],
    } as const
    const run = await svctl(fakeDaemon({ views, conditions: [condition] }).operator, ['status', 'cat'])
    expect(run.err).toMatch(
      /^ConfigInvalid: revision 3 stays \(for 0:00:05\)\n.*supervisord\.conf:12:11: error CONFIG_BAD_NUMBER/s,
    )
    expect(run.out).toBe('cat                              RUNNING   pid 42, uptime 0:01:01\n')
  })

  test('wide says why', async () => {
    const { out } = await svctl(fakeDaemon({ views }).operator, ['status', '-o', 'wide'])
    expect(out).toBe(
      'NAME     STATE     READY  PID  SINCE    RESTARTS  LAST EXIT  REVISION  CPU  MEMORY  WHY\n' +
        'cat      RUNNING   yes    42   0:01:01  0         -          1         -    -       -\n' +
        'manual   STOPPED   no     -    -        0         -          1         -    -       not started by itself (autostart=false)\n' +
        "nofile   FATAL     no     -    -        0         -          1         -    -       can't find command '/nofile'\n" +
        'trapper  STOPPING  no     7    -        0         -          1         -    -       stopping\n',
    )
  })

  test('json and yaml are the same document', async () => {
    const json = JSON.parse((await svctl(fakeDaemon({ views }).operator, ['status', '-o', 'json'])).out)
    const yaml = parse((await svctl(fakeDaemon({ views }).operator, ['status', '-o', 'yaml'])).out)
    expect(json.schema).toBe('svctl.status/v1')
    expect(yaml).toEqual(json)
  })

  test('escape sequences in a reason do not reach the terminal in the wide table', async () => {
    const view = viewOf('a', 'a', { ...FATAL, spawnError: '\u001b]0;pwned\u0007' })
    expect((await svctl(fakeDaemon({ views: [view] }).operator, ['status', '-o', 'wide'])).out).not.toMatch(
      /\u001b|\u0007/,
    )
  })

  describe('--watch', () => {
    const stopped = viewOf('cat', 'cat', { phase: 'STOPPED', stoppedWallMs: NOW_MS }, { override: HELD })
    const daemon = () =>
      fakeDaemon({ views: [viewOf('cat', 'cat', RUNNING)], later: [[viewOf('cat', 'cat', RUNNING)], [stopped]] })

    test('piped: only lines that changed', async () => {
      const run = await svctl(daemon().operator, ['status', '--watch'], { interruptAtMs: 4_000 })
      expect(run.code).toBe(130)
      expect(run.out.split('\n').map((line) => line.slice(0, 43).trim())).toEqual([
        'cat                              RUNNING',
        'cat                              STOPPED',
        '',
      ])
    })

    test('on a terminal: in place', async () => {
      const run = await svctl(daemon().operator, ['status', '--watch'], { tty: true, interruptAtMs: 4_000 })
      expect(run.out.split('\u001b[H').length - 1).toBe(4)
      expect(run.out.split('\u001b[2J').length - 1).toBe(1)
    })

    test('json: one line per change', async () => {
      const run = await svctl(daemon().operator, ['status', '--watch', '-o', 'json'], { interruptAtMs: 4_000 })
      const states = run.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).processes[0].state)
      expect(states).toEqual(['RUNNING', 'STOPPED'])
    })
  })
})

describe('diff', () => {
  test('shows each change, its effect, a summary and the command', async () => {
    const run = await svctl(fakeDaemon({ diff: { ok: true, report: REPORT } }).operator, [
      'diff',
      '-s',
      'unix:///run/my s.sock',
    ])
    expect(run.code).toBe(1)
    expect(run.out).toBe(
      '/etc/supervisord.conf against revision 3\n\n' +
        '~ web  restart\n    command  /bin/a → /bin/b\n+ new  start\n- old  stop\n\n' +
        '1 start, 1 stop, 1 restart, 25 of 28 untouched\n' +
        "to apply: svctl -s 'unix:///run/my s.sock' apply --rev 3@01234567\n",
    )
  })

  test('says nothing would change', async () => {
    const run = await svctl(fakeDaemon().operator, ['diff'])
    expect(run).toMatchObject({ code: 0, out: '/etc/supervisord.conf changes nothing in revision 3\n', err: '' })
  })

  test('twenty equal workers are one entry', async () => {
    const fields = [fieldChange('command', 'a', 'b')]
    const processes = Array.from({ length: 20 }, (_, n) =>
      changeOf({ key: `w:w_${n}`, program: 'w', effect: 'restart', change: 'changed', fields }),
    )
    const run = await svctl(fakeDaemon({ diff: { ok: true, report: { ...NO_CHANGES, processes } } }).operator, ['diff'])
    expect(run.out.match(/command/g)).toHaveLength(1)
    expect(run.out).toContain('~ w:w_0 … w:w_19 (20)  restart 20 processes\n')
    expect(run.out).toContain('20 restarts, 2 of 22 untouched\n')
  })

  test('holds, guards and options of the daemon are told', async () => {
    const report: DiffReport = {
      ...REPORT,
      processes: [changeOf({ key: 'web:web', effect: 'held', change: 'changed' })],
      daemonFields: [fieldChange('daemon.logfile', '/a', '/b')],
      guard: {
        code: 'EMPTY',
        message: 'the file would remove 3 of 3 programs',
        command: 'svctl apply --allow-removals',
      },
    }
    const { out } = await svctl(fakeDaemon({ diff: { ok: true, report } }).operator, ['diff'])
    expect(out).toContain('~ web  held by the operator')
    expect(out).toContain('daemon.logfile  /a → /b\n')
    expect(out).toContain('held back: the file would remove 3 of 3 programs\n')
    expect(out).toContain('to apply: svctl apply --rev 3@01234567 --allow-removals\n')
  })

  for (const { change, text } of [
    { change: 'added', text: '+ job  added, not started by itself' },
    { change: 'removed', text: '- job  removed, nothing runs' },
    { change: 'changed', text: '~ job  no effect until its next start' },
  ] as const)
    test(`what is ${change} and touches no process says so`, async () => {
      const processes = [changeOf({ key: 'job:job', effect: 'none', change })]
      const run = await svctl(fakeDaemon({ diff: { ok: true, report: { ...NO_CHANGES, processes } } }).operator, [
        'diff',
      ])
      expect(run.code).toBe(1)
      expect(run.out).toContain(`${text}\n`)
    })

  test('a group whose members only changed their order is a change', async () => {
    const report: DiffReport = { ...NO_CHANGES, changes: { added: [], changed: ['g'], removed: [] } }
    const run = await svctl(fakeDaemon({ diff: { ok: true, report } }).operator, ['diff'])
    expect(run.code).toBe(1)
    expect(run.out).toContain('~ group g  changed in itself')
  })

  test('a file that is not in place: path from here, and how to put it there', async () => {
    const run = await svctl(fakeDaemon({ diff: { ok: true, report: REPORT } }).operator, ['diff', '-c', "it's.conf"])
    expect(run.code).toBe(1)
    expect(run.out).toContain(
      `to apply: cp -- '/srv/it'\\''s.conf' /etc/supervisord.conf && svctl apply --rev 3@01234567\n`,
    )
  })

  for (const { name, argv, code } of [
    { name: 'a changed program', argv: ['diff', 'web'], code: 1 },
    { name: 'a program about to appear', argv: ['diff', 'new'], code: 1 },
    { name: 'a program that stays', argv: ['diff', 'cat'], code: 0 },
    { name: 'a program nobody has', argv: ['diff', 'wbe'], code: 2 },
  ])
    test(`${argv.join(' ')} is ${code}: ${name}`, async () => {
      const daemon = fakeDaemon({ views: [viewOf('cat', 'cat', RUNNING)], diff: { ok: true, report: REPORT } })
      expect((await svctl(daemon.operator, argv)).code).toBe(code)
    })

  test('an invalid file is 6 with every error, on standard error', async () => {
    const run = await svctl(
      fakeDaemon({ diff: { ok: false, classic: '', errors: [DIAGNOSTIC, DIAGNOSTIC] } }).operator,
      ['diff'],
    )
    expect(run.code).toBe(6)
    expect(run.out).toBe('')
    expect(run.err.match(/:12:11: error CONFIG_BAD_NUMBER/g)).toHaveLength(2)
  })

  test('with -o json an error is a document, too', async () => {
    const run = await svctl(fakeDaemon({ diff: { ok: false, classic: '', errors: [DIAGNOSTIC] } }).operator, [
      'diff',
      '-o',
      'json',
    ])
    expect(JSON.parse(run.out)).toMatchObject({ schema: 'svctl.error/v1', code: 'CONFIG_INVALID' })
  })

  test('colours only where they are wanted', async () => {
    const diff = (argv: readonly string[], tty: boolean, env = {}) =>
      svctl(fakeDaemon({ diff: { ok: true, report: REPORT } }).operator, ['diff', ...argv], { tty, env })
    expect((await diff([], false)).out).not.toContain('\u001b')
    expect((await diff([], true)).out).toContain('\u001b[33m')
    expect((await diff([], true, { NO_COLOR: '1' })).out).not.toContain('\u001b')
    expect((await diff(['--color=never'], true)).out).not.toContain('\u001b')
    expect((await diff(['--color=always'], false)).out).toContain('\u001b')
  })
})

describe('apply', () => {
  const NEW = { generation: 2 }
  const OLD_ROWS = [
    viewOf('web', 'web', RUNNING, NEW),
    viewOf('new', 'new', { phase: 'STARTING', pid: 9, observedGeneration: 1 }),
  ]
  const UP_ROWS = [
    viewOf('web', 'web', { ...RUNNING, observedGeneration: 2 }, NEW),
    viewOf('new', 'new', { ...RUNNING, pid: 43 }),
  ]
  const daemon = (later: readonly (typeof UP_ROWS)[]) =>
    fakeDaemon({ views: OLD_ROWS, later: [...later], apply: { ok: true, revision: 4, report: REPORT } })

  test('waits until what changed is up, and says so line by line', async () => {
    const run = await svctl(daemon([OLD_ROWS, UP_ROWS]).operator, ['apply'])
    expect(run.out).toBe(
      'revision 4 accepted: 1 start, 1 stop, 1 restart, 25 of 28 untouched\n' +
        'old: stopping\nold: stopped\nnew: starting\n' +
        'web: stopping\nweb: stopped\nweb: starting\nweb: running, pid 42\nnew: running, pid 43\nconverged: revision 4\n',
    )
    expect(run).toMatchObject({ code: 0, err: '' })
  })

  test('a removed process that is still alive is waited for', async () => {
    const alive = daemon([UP_ROWS])
    alive.drift = {
      revision: 4,
      items: [{ key: 'old:old', kind: 'undeclared', message: 'old: pid 5 is alive' }],
      held: [],
    }
    const run = await svctl(alive.operator, ['apply', '--timeout', '3s'])
    expect(run.code).toBe(124)
    expect(run.err).toContain('old: on its way down')
  })

  test('a process that does not come up is 1, with why and how to go back', async () => {
    const backoff = viewOf('new', 'new', {
      phase: 'BACKOFF',
      attempt: 1,
      observedGeneration: 1,
      spawnError: 'exited too quickly',
    })
    const fatal = viewOf('new', 'new', { ...FATAL, spawnError: 'exited too quickly' })
    const [web] = UP_ROWS
    const rows = (view: typeof backoff) => (web ? [web, view] : [])
    const run = await svctl(daemon([rows(backoff), rows(fatal)]).operator, ['apply'])
    expect(run.code).toBe(1)
    expect(run.out).toContain(
      'new: BACKOFF, exited too quickly; will be tried again\nnew: failed, FATAL, exited too quickly\n',
    )
    expect(run.err).toBe(
      'revision 4 is accepted, but 1 process did not come up:\n  new: FATAL, exited too quickly\n' +
        'to go back: svctl rollback 3; to go on: mend /etc/supervisord.conf, then svctl apply\n',
    )
  })

  test('not there in time is 124, with what was waited for', async () => {
    const run = await svctl(daemon([]).operator, ['apply', '--timeout', '2s'])
    expect(run.code).toBe(124)
    expect(run.err).toContain('web: RUNNING, runs from an older specification')
  })

  test('interrupted is 130, and the change goes on', async () => {
    const run = await svctl(daemon([]).operator, ['apply'], { interruptAtMs: 1_000 })
    expect(run.code).toBe(130)
    expect(run.err).toContain('revision 4 is accepted and goes on without us')
  })

  test('--no-wait returns at once', async () => {
    const run = await svctl(daemon([]).operator, ['apply', '--no-wait'])
    expect(run).toMatchObject({ code: 0, requests: ['POST /api/v1/apply'] })
  })

  test('--dry-run only looks', async () => {
    const looked = fakeDaemon({ diff: { ok: true, report: REPORT } })
    const run = await svctl(looked.operator, ['apply', '--dry-run'])
    expect(run.code).toBe(0)
    expect(run.out).toContain('1 start, 1 stop, 1 restart')
    expect(looked.calls).toEqual([])
  })

  const guard = {
    code: 'MASS_REMOVAL',
    message: 'the file would remove 5 of 6 programs',
    command: 'svctl apply --allow-removals',
  } as const
  for (const { argv, code } of [
    { argv: ['apply'], code: 8 },
    { argv: ['apply', '--dry-run'], code: 8 },
    { argv: ['apply', '--dry-run', '--allow-removals'], code: 0 },
  ])
    test(`what a guard refuses: ${argv.join(' ')} is ${code}`, async () => {
      const report = { ...REPORT, guard }
      const refusing = fakeDaemon({
        apply: { ok: false, reason: 'guard', refusal: guard, report },
        diff: { ok: true, report },
      })
      const run = await svctl(refusing.operator, argv)
      expect(run.code).toBe(code)
      if (code === 8) expect(run.out + run.err).toMatch(/would remove 5 of 6.*svctl apply .*--allow-removals/s)
      // What is printed would be refused without it.
      else expect(run.out).toMatch(/to apply: svctl apply --rev \S+ --allow-removals\n$/)
    })

  test('when the file was accepted by itself before, what is not up counts', async () => {
    const accepted = fakeDaemon({
      views: [viewOf('bad', 'bad', { ...FATAL, observedGeneration: 3 }, { generation: 3 })],
    })
    const run = await svctl(accepted.operator, ['apply'])
    expect(run.code).toBe(1)
    expect(run.out).toContain('/etc/supervisord.conf is as in revision 3 already\n')
  })

  test('what failed before and is not touched is noted, and does not count', async () => {
    const failing = viewOf('bad', 'bad', FATAL)
    const rows = [...UP_ROWS, failing]
    const run = await svctl(daemon([rows, rows]).operator, ['apply'])
    expect(run.code).toBe(0)
    const noted = await svctl(fakeDaemon({ views: rows, apply: { ok: true, revision: 4, report: REPORT } }).operator, [
      'apply',
    ])
    expect(noted.code).toBe(0)
    expect(noted.err).toContain("note: bad is not touched by this, but failing: FATAL, can't find command '/nofile'")
  })

  test('what keeps restarting without being touched is noted, and not waited for', async () => {
    const starting = viewOf('bad', 'bad', { phase: 'STARTING', pid: 5, observedGeneration: 1 })
    const backoff = viewOf('bad', 'bad', { phase: 'BACKOFF', attempt: 1, observedGeneration: 1, spawnError: 'nope' })
    const looping = fakeDaemon({
      views: [...OLD_ROWS, starting],
      later: [
        [...UP_ROWS, starting],
        [...UP_ROWS, backoff],
      ],
      apply: { ok: true, revision: 4, report: REPORT },
    })
    const run = await svctl(looping.operator, ['apply'])
    expect(run.code).toBe(0)
    expect(run.err).toBe('note: bad is not touched by this, but failing: BACKOFF, nope\n')
  })

  test('a halted rollout is 1 at once, with what is kept as it was', async () => {
    const fatal = viewOf('w', 'w_0', { ...FATAL, observedGeneration: 4 }, { generation: 4 })
    const older = viewOf('w', 'w_1', RUNNING, { generation: 4 })
    const halted = fakeDaemon({
      views: [fatal, older],
      conditions: [{ type: 'RolloutHalted', message: 'w:w_0', sinceWallMs: 0, diagnostics: [] }],
      apply: { ok: true, revision: 4, report: NO_CHANGES },
    })
    const run = await svctl(halted.operator, ['apply'])
    expect(run.code).toBe(1)
    expect(run.out).toContain('w:w_1: kept, not replaced\n')
    expect(run.err).toContain('kept as they were: w:w_1\nto go back: svctl rollback 3;')
  })

  for (const { argv, body } of [
    { argv: ['web', 'workers:*', 'api:'], body: { groups: ['web', 'workers', 'api'] } },
    { argv: ['--rev', '7'], body: { expect: { revision: 7, fingerprint: null } } },
    { argv: ['--rev', '7@1a2b3c4d'], body: { expect: { revision: 7, fingerprint: '1a2b3c4d' } } },
  ])
    test(`apply ${argv.join(' ')} asks for that`, async () => {
      const asked = fakeDaemon()
      expect((await svctl(asked.operator, ['apply', '--no-wait', ...argv])).code).toBe(0)
      expect(asked.calls).toMatchObject([['apply', body]])
    })

  for (const { argv, says } of [
    { argv: ['web:web_1'], says: /write "web"/ },
    { argv: ['--rev', 'x'], says: /such as 7/ },
    { argv: ['--rev', '7@1a'], says: /such as 7/ },
  ])
    test(`a mistake is 2: apply ${argv.join(' ')}`, async () => {
      const run = await svctl(fakeDaemon().operator, ['apply', ...argv])
      expect(run).toMatchObject({ code: 2, out: '', requests: [] })
      expect(run.err).toMatch(says)
    })

  test('a program in a bigger group is told its group', async () => {
    const unknown = fakeDaemon({
      views: [viewOf('big', 'cat', RUNNING)],
      apply: { ok: false, reason: 'unknown-name', names: ['cat'] },
    })
    const run = await svctl(unknown.operator, ['apply', 'cat'])
    expect(run.code).toBe(2)
    expect(run.err).toContain('cat is no group; did you mean "big"?\n')
  })

  for (const argv of [
    ['apply', '--rev', '2'],
    ['apply', '--rev', '2', '--dry-run'],
  ])
    test(`${argv.join(' ')} is 8 when another revision is accepted`, async () => {
      const moved = fakeDaemon({ apply: { ok: false, reason: 'moved', revision: 3, fingerprint: '' } })
      const run = await svctl(moved.operator, argv)
      expect(run.code).toBe(8)
      expect(run.err).toBe('svctl: Revision 3 is accepted by now, not 2; nothing was changed\n')
    })

  test('--dry-run prints what diff prints', async () => {
    const looked = () => fakeDaemon({ diff: { ok: true, report: REPORT } }).operator
    expect((await svctl(looked(), ['apply', '--dry-run'])).out).toBe((await svctl(looked(), ['diff'])).out)
  })

  test('on a terminal the steps are shown in place', async () => {
    const run = await svctl(daemon([OLD_ROWS, UP_ROWS]).operator, ['apply'], { tty: true })
    expect(run.out).not.toContain('stopping')
    expect(run.out).toContain('waiting for')
  })

  test('json is one document with the outcome', async () => {
    const run = await svctl(daemon([UP_ROWS]).operator, ['apply', '-o', 'json'])
    expect(JSON.parse(run.out)).toMatchObject({
      schema: 'svctl.apply/v1',
      revision: 4,
      outcome: 'converged',
      processes: [{ name: 'web', result: 'running' }, { name: 'new' }, { name: 'old', result: 'stopped' }],
    })
    expect(documentProblems(JSON.parse(run.out))).toBe('')
  })
})

describe('drift', () => {
  test('lists what is off and, apart, what is held', async () => {
    const drift = {
      revision: 3,
      items: [{ key: 'web:web', kind: 'fatal', message: 'web: gave up starting: nope' }],
      held: ['w:w_1'],
    } as const
    const views = [viewOf('w', 'w_1', { phase: 'STOPPED' }, { override: HELD })]
    const run = await svctl(fakeDaemon({ drift, views }).operator, ['drift'])
    expect(run.code).toBe(1)
    expect(run.out).toBe(
      'web: fatal: gave up starting: nope\nw:w_1: held by svctl stop, no drift\n1 process not as revision 3 says\n',
    )
  })

  test('0 when there is none', async () => {
    expect(await svctl(fakeDaemon().operator, ['drift'])).toMatchObject({
      code: 0,
      out: 'no drift: processes are as revision 3 says\n',
    })
  })
})

describe('verbs', () => {
  const down = viewOf('web', 'web', { phase: 'EXITED', expected: true, observedGeneration: 1 })
  const asked = viewOf(
    'web',
    'web',
    { phase: 'EXITED', expected: true, observedGeneration: 1 },
    { override: { hold: null, runRequest: 7, stopRequest: 0 } },
  )
  const up = viewOf('web', 'web', RUNNING)
  const held = viewOf('web', 'web', { phase: 'STOPPED', observedGeneration: 1 }, { override: HELD })

  // A verb looks at the table without asking the time, so `views` are those of the first poll, too.
  for (const { name, argv, views, later, out, code } of [
    {
      name: 'start waits until it runs',
      argv: ['start', 'web'],
      views: [asked],
      later: [[up]],
      out: 'web: started\n',
      code: 0,
    },
    {
      name: 'start of a running one',
      argv: ['start', 'web'],
      views: [up],
      later: [],
      out: 'web: already started\n',
      code: 0,
    },
    {
      name: 'start of a missing command',
      argv: ['start', 'nofile'],
      views: [viewOf('nofile', 'nofile', FATAL)],
      later: [],
      out: "nofile: ERROR (can't find command '/nofile')\n",
      code: 1,
    },
    {
      name: 'start that is given up',
      argv: ['start', 'web'],
      views: [asked],
      later: [[viewOf('web', 'web', FATAL)]],
      out: "web: ERROR (FATAL, can't find command '/nofile')\n",
      code: 1,
    },
    {
      name: 'start that a person stops meanwhile',
      argv: ['start', 'web'],
      views: [asked],
      later: [[held]],
      out: 'web: ERROR (held by svctl stop)\n',
      code: 1,
    },
    {
      name: 'start without waiting',
      argv: ['start', '--no-wait', 'web'],
      views: [down],
      later: [],
      out: 'web: start requested\n',
      code: 0,
    },
    {
      name: 'start that takes too long',
      argv: ['start', '--timeout', '1s', 'web'],
      views: [asked],
      later: [],
      out: '',
      code: 124,
    },
    {
      name: 'stop waits until it is down',
      argv: ['stop', 'web'],
      views: [up],
      later: [[held]],
      out: 'web: stopped\n',
      code: 0,
    },
    { name: 'stop of a held one', argv: ['stop', 'web'], views: [held], later: [], out: 'web: not running\n', code: 0 },
    { name: 'release', argv: ['release', 'web'], views: [held], later: [], out: 'web: released\n', code: 0 },
    {
      name: 'release of one not held',
      argv: ['release', 'web'],
      views: [up],
      later: [],
      out: 'web: not held\n',
      code: 0,
    },
    { name: 'an unknown name', argv: ['stop', 'web', 'nosuch'], views: [up], later: [], out: '', code: 2 },
  ])
    test(`${name} is ${code}`, async () => {
      const run = await svctl(fakeDaemon({ views, later: [...later] }).operator, argv)
      expect(run).toMatchObject({ out, code })
    })

  for (const argv of [
    ['start', '--no-wait', 'web'],
    ['stop', '--no-wait', 'web'],
    ['release', 'web'],
  ])
    test(`json of ${argv.join(' ')} is as its schema says`, async () => {
      const run = await svctl(fakeDaemon({ views: [up] }).operator, [...argv, '-o', 'json'])
      expect(documentProblems(JSON.parse(run.out))).toBe('')
    })

  test('an interrupted wait is 130', async () => {
    const run = await svctl(fakeDaemon({ views: [asked] }).operator, ['start', 'web'], { interruptAtMs: 500 })
    expect(run.code).toBe(130)
    expect(run.err).toBe('interrupted waiting for web (EXITED); what was asked goes on\n')
  })
})

describe('a daemon that is not there or not ours', () => {
  for (const { name, answer } of [
    { name: 'nobody listens', answer: { ok: false, message: 'No daemon listens' } },
    { name: 'a password is wanted', answer: { ok: true, status: 401, body: 'Unauthorized' } },
    { name: 'an older Supervisor answers', answer: { ok: true, status: 404, body: '<head></head>' } },
    { name: 'something answers JSON', answer: { ok: true, status: 200, body: '{"schema":"other/v1"}' } },
    { name: 'nothing is in the answer', answer: { ok: true, status: 200, body: 'null' } },
    { name: 'another document comes', answer: { ok: true, status: 200, body: '{"schema":"svctl.future/v1"}' } },
  ] as const)
    for (const argv of [
      ['status'],
      ['diff'],
      ['diff', '-c', 'x'],
      ['apply'],
      ['drift'],
      ['stop', 'all'],
      ['status', '--watch'],
    ])
      test(`${name}: svctl ${argv.join(' ')} is 7`, async () => {
        const run = await svctl(fakeDaemon().operator, argv, { answer })
        expect(run).toMatchObject({ code: 7, out: '' })
        expect(run.err).toMatch(/^svctl: ./)
      })
})

test('version needs no daemon', async () => {
  const run = await svctl(fakeDaemon().operator, ['version'], { answer: { ok: false, message: 'nobody' } })
  expect(run).toMatchObject({ code: 0, requests: [] })
})
