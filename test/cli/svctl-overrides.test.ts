import { describe, expect, test } from 'vitest'
import { readPrograms } from '../../src/cli/svctl/scale.js'
import { sinceLast } from '../../src/cli/svctl/status.js'
import type { ProcessObserved } from '../../src/model/observed.js'
import type { Condition, ProcessView } from '../../src/model/operator.js'
import { fakeDaemon, NOW_MS, RUNNING, viewOf } from '../api/fake-operator.js'
import { documentProblems } from '../support/document.js'
import { HOLD } from '../support/specs.js'
import { svctl } from './svctl-run.js'

const SCALE = { numprocs: 5, fileNumprocs: 3, sinceWallMs: NOW_MS, by: 'svctl scale (alice)' }
const TIMED = { ...HOLD, reason: 'new disk', until: { atMs: 1, wallMs: NOW_MS + 3_600_000 } }
const NONE = { runRequest: 0, stopRequest: 0 }

function view(seen: Partial<ProcessObserved>, more: Parameters<typeof viewOf>[3] = {}): ProcessView {
  return viewOf('web', 'web', { observedGeneration: 1, ...seen } as Partial<ProcessObserved>, more)
}

const FATAL = view({ phase: 'FATAL', spawnError: 'no such file' })
const STOPPED = view({ phase: 'STOPPED' }, { spec: { name: 'web', autostart: false } })
const STARTING = view({ phase: 'STARTING', pid: 9, attempt: 0 })
const BACKOFF = view({ phase: 'BACKOFF', attempt: 1, retryAtMs: 0, spawnError: 'Exited too quickly' })
const DONE = view({ phase: 'EXITED', expected: true, exitStatus: 0 })
const BROKEN = view(
  { phase: 'EXITED', expected: false, exitStatus: 3 },
  { spec: { name: 'web', autorestart: 'never' } },
)
const HELD = view({ phase: 'STOPPED' }, { override: { ...NONE, hold: HOLD } })
const HELD_AWHILE = view({ phase: 'STOPPED' }, { override: { ...NONE, hold: TIMED } })
const UP = view(RUNNING)
const OLDER = view(RUNNING, { generation: 2 })

describe('wait', () => {
  for (const { wanted, first, later = first, code } of [
    { wanted: 'running', first: UP, code: 0 },
    { wanted: 'ready', first: STARTING, later: UP, code: 0 },
    { wanted: 'running', first: BACKOFF, later: UP, code: 0 },
    { wanted: 'running', first: BACKOFF, later: FATAL, code: 1 },
    { wanted: 'running', first: FATAL, code: 1 },
    { wanted: 'running', first: BROKEN, code: 1 },
    { wanted: 'running', first: DONE, code: 1 },
    { wanted: 'running', first: HELD, code: 1 },
    { wanted: 'running', first: STOPPED, code: 1 },
    { wanted: 'running', first: HELD_AWHILE, later: UP, code: 0 },
    { wanted: 'running', first: STARTING, later: null, code: 1 },
    { wanted: 'running', first: STARTING, code: 124 },
    { wanted: 'stopped', first: UP, later: STOPPED, code: 0 },
    { wanted: 'stopped', first: UP, later: null, code: 0 },
    { wanted: 'stopped', first: UP, code: 124 },
    { wanted: 'completed', first: UP, later: DONE, code: 0 },
    { wanted: 'completed', first: UP, later: BROKEN, code: 1 },
    { wanted: 'completed', first: HELD, code: 1 },
    { wanted: 'converged', first: OLDER, later: UP, code: 0 },
    { wanted: 'converged', first: OLDER, later: FATAL, code: 1 },
    { wanted: 'converged', first: HELD, code: 0 },
    { wanted: 'rev=3', first: UP, code: 0 },
    { wanted: 'rev=3', first: OLDER, code: 124 },
    { wanted: 'rev=4', first: UP, code: 124 },
  ]) {
    const name = (one: ProcessView | null) =>
      one === null ? 'gone' : `${one.seen.phase}${one.override.hold ? ' (held)' : ''}`
    test(`for ${wanted}, ${name(first)} then ${name(later)} is ${code}`, async () => {
      const rest = Array.from({ length: 8 }, () => (later === null ? [] : [later]))
      const daemon = fakeDaemon({ views: [first], later: [[first], ...rest] })
      const argv = ['wait', 'web', `--for=${wanted}`, '--timeout', '2s', '-o', 'json']
      const run = await svctl(daemon.operator, argv)
      expect(run.code).toBe(code)
      const document = JSON.parse(run.out)
      expect(documentProblems(document)).toBe('')
      expect(document).toMatchObject({ for: wanted, outcome: { 0: 'reached', 1: 'impossible', 124: 'timeout' }[code] })
    })
  }

  test('without names what is done, held or started by hand is not waited for', async () => {
    const views = [
      viewOf('up', 'up', RUNNING),
      HELD,
      { ...DONE, key: 'd:d' as const, spec: { ...DONE.spec, name: 'd' } },
    ]
    const run = await svctl(fakeDaemon({ views }).operator, ['wait'])
    expect(run).toMatchObject({ code: 0, out: 'running: up\n' })
  })

  test('a rollout that halted will not converge by itself', async () => {
    const halted = { type: 'RolloutHalted', message: 'halted at web', sinceWallMs: 0, diagnostics: [] }
    const conditions = [halted as unknown as Condition]
    const run = await svctl(fakeDaemon({ views: [OLDER], conditions }).operator, ['wait', 'web', '--for=converged'])
    expect(run).toMatchObject({ code: 1, err: 'web: will not be converged: halted at web\n' })
  })

  for (const argv of [
    ['wait', 'nope'],
    ['wait', '--for=up'],
    ['wait', '--for=rev=x'],
    ['wait', '--timeout', 'soon'],
  ])
    test(`${argv.join(' ')} is a mistake of the caller`, async () => {
      const run = await svctl(fakeDaemon({ views: [UP] }).operator, argv)
      expect(run).toMatchObject({ code: 2, out: '' })
      expect(run.err).not.toBe('')
    })
})

describe('hold', () => {
  test('says why, how long and who', async () => {
    const daemon = fakeDaemon({ views: [UP], later: [[UP], [HELD_AWHILE]] })
    const argv = ['hold', 'web', '--for', '2h', '--reason', 'new disk']
    const run = await svctl(daemon.operator, argv, { env: { USER: 'alice' } })
    expect(run).toMatchObject({ code: 0, out: 'web: held\n' })
    const wish = { by: 'svctl hold (alice)', reason: 'new disk', forMs: 7_200_000 }
    expect(daemon.calls).toEqual([['stop', 'web:web', wish]])
  })

  for (const argv of [
    ['hold'],
    ['hold', 'web', '--for', '0s'],
    ['hold', 'web', '--for', 'ever'],
    ['hold', 'web', '--reason', ''],
  ])
    test(`${argv.join(' ')} holds nothing`, async () => {
      const daemon = fakeDaemon({ views: [UP] })
      expect((await svctl(daemon.operator, argv)).code).toBe(2)
      expect(daemon.calls).toEqual([])
    })
})

describe('scale', () => {
  for (const { words, reset, is } of [
    { words: ['web=5', 'api=0'], reset: false, is: { web: 5, api: 0 } },
    { words: ['web=file'], reset: false, is: { web: null } },
    { words: ['web'], reset: true, is: { web: null } },
    { words: ['a=b=2'], reset: false, is: { 'a=b': 2 } },
    { words: ['web'], reset: false, is: /NAME=NUMBER/ },
    { words: ['web=-1'], reset: false, is: /NAME=NUMBER/ },
    { words: ['web=1.5'], reset: false, is: /NAME=NUMBER/ },
    { words: ['=1'], reset: false, is: /NAME=NUMBER/ },
    { words: ['web=1'], reset: true, is: /--reset/ },
    { words: ['web=1', 'web=2'], reset: false, is: /twice/ },
  ])
    test(`${words.join(' ')}${reset ? ' --reset' : ''}`, () => {
      const read = readPrograms(words, reset)
      if (is instanceof RegExp) expect(read).toMatch(is)
      else expect(read).toEqual(is)
    })

  test('tells what changes, then waits for it', async () => {
    const program = { program: 'web', before: 3, numprocs: 5, fileNumprocs: 3 }
    const scaled = {
      ok: true,
      revision: 4,
      programs: [program],
      started: ['web:web' as const],
      stopped: [],
      restarted: [],
    } as const
    const daemon = () => fakeDaemon({ views: [STARTING], later: [[STARTING], [UP]], scaled })
    const text = await svctl(daemon().operator, ['scale', 'web=5'], { env: { USER: 'alice' } })
    expect(text).toMatchObject({ code: 0, out: 'web: 3 -> 5 (file says 3)\nweb: running, pid 42\n' })
    const json = JSON.parse((await svctl(daemon().operator, ['scale', 'web=5', '-o', 'json'])).out)
    expect(documentProblems(json)).toBe('')
    expect(json).toMatchObject({ outcome: 'done', programs: [program] })
  })

  for (const { name, scaled, code, says } of [
    {
      name: 'an unknown program',
      scaled: { ok: false, reason: 'unknown-program', name: 'wep' },
      code: 2,
      says: /No program is named "wep"/,
    },
    {
      name: 'one name for all',
      scaled: { ok: false, reason: 'not-numbered', name: 'web' },
      code: 2,
      says: /process_num/,
    },
    {
      name: 'changes that wait',
      scaled: { ok: false, reason: 'pending', name: 'web', group: 'web' },
      code: 8,
      says: /svctl apply/,
    },
    { name: 'a rollback', scaled: { ok: false, reason: 'rolled-back' }, code: 8, says: /rollback/ },
    { name: 'a broken file', scaled: { ok: false, reason: 'invalid', errors: [] }, code: 6, says: /errors/ },
  ] as const)
    test(`${name} is refused with ${code}`, async () => {
      const run = await svctl(fakeDaemon({ scaled }).operator, ['scale', 'web=5'])
      expect(run).toMatchObject({ code, out: '' })
      expect(run.err).toMatch(says)
    })
})

describe('what overrides and live processes look like', () => {
  const lastExit = { code: null, signal: 9, coreDumped: false, wallMs: NOW_MS - 5_000 }
  const usage = { rssBytes: 4_404_019, cpuMs: 6_100 }
  const views = [
    view({ ...RUNNING, starts: 3, lastExit } as Partial<ProcessObserved>),
    viewOf('held', 'held', { phase: 'STOPPED' }, { override: { ...NONE, hold: TIMED } }),
  ]
  const daemon = () => fakeDaemon({ views, usage, scales: { web: SCALE } })

  test('the wide table', async () => {
    const { out, err } = await svctl(daemon().operator, ['status', '-o', 'wide', 'web'])
    expect(out).toBe(
      'NAME  STATE    READY  PID  SINCE    RESTARTS  LAST EXIT             REVISION  CPU    MEMORY   WHY\n' +
        'web   RUNNING  yes    42   0:01:01  2         SIGKILL, 0:00:05 ago  1         10.0%  4.2 MiB  numprocs 5 by svctl scale (alice), file says 3\n',
    )
    expect(err).toBe('override: web: numprocs 5 by svctl scale (alice), file says 3\n')
  })

  test('the document', async () => {
    const document = JSON.parse((await svctl(daemon().operator, ['status', '-o', 'json'])).out)
    expect(documentProblems(document)).toBe('')
    expect(document.processes[0].hold).toEqual({
      sinceWallMs: 1000,
      untilWallMs: NOW_MS + 3_600_000,
      reason: 'new disk',
      by: 'svctl stop',
    })
    expect(document.processes[1]).toMatchObject({
      lastExit: { signal: 'SIGKILL', code: null },
      usage: { cpuPercent: 10 },
    })
  })

  test('plain status asks the daemon for no usage, and its table is as it was', async () => {
    const { out, requests } = await svctl(daemon().operator, ['status', 'web'])
    expect(requests).toEqual(['GET /api/v1/status?name=web'])
    expect(out).toBe('web                              RUNNING   pid 42, uptime 0:01:01\n')
  })

  test('plain status says who keeps what down, in one line for those held alike', async () => {
    const stopped = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) =>
      viewOf(name, name, { phase: 'STOPPED' }, { override: HELD.override }),
    )
    const run = await svctl(fakeDaemon({ views: [...views, ...stopped] }).operator, ['status'])
    expect(run.code).toBe(0)
    expect(run.err).toMatch(
      /^override: a, b, c, d, e and 2 more: held by svctl stop\noverride: held: held by svctl stop until .*: new disk\n$/,
    )
  })

  test('between two looks CPU is what was used in between', async () => {
    const before = JSON.parse((await svctl(daemon().operator, ['status', '-o', 'json'])).out)
    const after = structuredClone(before)
    after.atWallMs += 2_000
    after.processes[1].usage.cpuMs += 500
    expect(sinceLast(before, after).processes[1]?.usage?.cpuPercent).toBe(25)
    after.processes[1].pid += 1
    expect(sinceLast(before, after).processes[1]?.usage?.cpuPercent).toBe(10)
  })

  const drifting = (inspection: object = {}) =>
    fakeDaemon({
      views,
      drift: { revision: 3, items: [], held: ['held:held'] },
      inspection: { differences: [], leftovers: [], unreadable: [], ...inspection },
      scales: { web: SCALE },
    }).operator

  test('drift: overrides are told and no drift', async () => {
    const run = await svctl(drifting(), ['drift'])
    expect(run.code).toBe(0)
    expect(run.out).toMatch(
      /^held: held by svctl stop until .*: new disk, no drift\nweb: numprocs 5 by .*, file says 3, no drift\nno drift: /,
    )
  })

  const differences = [
    { key: 'web:web', field: 'environment', message: 'has other variables than it was given: added X' },
  ]
  for (const { name, argv, inspection, code, out } of [
    {
      name: 'a leftover counts',
      argv: ['drift'],
      inspection: { leftovers: [{ pid: 77, key: 'web:web' }] },
      code: 1,
      out: /web: leftover: pid 77.*\n.*\n.*\n1 leftover of/,
    },
    {
      name: 'what a program did to itself does not',
      argv: ['drift'],
      inspection: { differences },
      code: 0,
      out: /differs from its spec.*\n {2}web: has other/,
    },
    {
      name: 'unless that is asked for',
      argv: ['drift', '--strict'],
      inspection: { differences },
      code: 1,
      out: /differs/,
    },
    {
      name: 'what may not be looked at is told',
      argv: ['drift', '--strict'],
      inspection: { unreadable: ['web:web'] },
      code: 0,
      out: /not looked at.*web/,
    },
  ])
    test(`drift: ${name}`, async () => {
      const run = await svctl(drifting(inspection), argv)
      expect(run.code).toBe(code)
      expect(run.out).toMatch(out)
      const json = JSON.parse((await svctl(drifting(inspection), [...argv, '-o', 'json'])).out)
      expect(documentProblems(json)).toBe('')
    })

  test('version has a schema, too', async () => {
    const document = JSON.parse((await svctl(fakeDaemon().operator, ['version', '-o', 'json'])).out)
    expect(documentProblems(document)).toBe('')
  })
})
