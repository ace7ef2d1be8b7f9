import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { hideArguments } from '../../src/api/json/arguments.js'
import { eventRow } from '../../src/api/json/events.js'
import { explain } from '../../src/api/json/explain.js'
import { portCandidates } from '../../src/api/json/taken-port.js'
import { findPortHolder, listening, listeningAt } from '../../src/host/port-holder.js'
import type { ProcessView } from '../../src/model/operator.js'
import { documentProblems } from '../support/document.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'
import { fakeDaemon, NOW_MS, RUNNING, viewOf } from './fake-operator.js'

describe('the port that an error is about', () => {
  const none = { command: '/bin/web', environment: {} }
  for (const { name, lines, spec = none, ports } of [
    { name: 'Node', lines: ['Error: listen EADDRINUSE: address already in use :::8080'], ports: [8080] },
    {
      name: 'Node, with its stack in between',
      lines: [
        'Error: listen EADDRINUSE: address already in use',
        '    at Server.setupListenHandle (node:net:1908:16)',
        "  code: 'EADDRINUSE',",
        "  address: '::1',",
        '  port: 45871',
      ],
      ports: [45871],
    },
    {
      name: 'Node, with the line of its code that threw',
      lines: [
        'node:events:502',
        "      throw er; // Unhandled 'error' event",
        'Error: listen EADDRINUSE: address already in use 127.0.0.1:8484',
        '    at doListen (node:net:2139:7)',
        "  code: 'EADDRINUSE',",
        '  port: 8484',
      ],
      ports: [8484],
    },
    {
      name: 'the line of a script',
      lines: ['server.py:80: warning', 'Address already in use: port 8000'],
      ports: [8000],
    },
    { name: 'nginx', lines: ['bind() to 0.0.0.0:80 failed (98: Address already in use)'], ports: [80] },
    {
      name: 'Go',
      lines: ['2026/01/02 12:30:45 listen tcp 127.0.0.1:9090: bind: address already in use'],
      ports: [9090],
    },
    {
      name: 'gunicorn',
      lines: ["[ERROR] Connection in use: ('0.0.0.0', 8000)", 'Address already in use'],
      ports: [8000],
    },
    {
      name: 'no number in the error: the command',
      lines: ['OSError: [Errno 98] Address already in use'],
      spec: { command: 'serve --port 5000', environment: {} },
      ports: [5000],
    },
    {
      name: 'no number in the command either: the environment',
      lines: ['OSError: [Errno 98] Address already in use'],
      spec: { command: 'serve', environment: { PORT: '5001', RETRIES: '7' } },
      ports: [5001],
    },
    { name: 'another error', lines: ['cannot read config on port 8080'], ports: [] },
    { name: 'a line number is no port', lines: ['  File "x.py", line 1', 'Address already in use'], ports: [] },
  ])
    test(name, () => expect(portCandidates(lines, spec)).toEqual(ports))
})

describe('who listens on a port', () => {
  test('the table of the kernel is read by local port and state', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0',
      '   1: 0100007F:1F90 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0',
      '   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4244 1 0',
    ].join('\n')
    expect(listening(table, 8080)).toEqual(['socket:[4242]'])
  })

  test('a unix socket is found under its path, and under the name it was made with', () => {
    const table = [
      'Num       RefCount Protocol Flags    Type St Inode Path',
      '000000000b307865: 00000002 00000000 00010000 0001 01 41 /run/s.sock',
      '000000000b307866: 00000002 00000000 00010000 0001 01 42 /run/a b.sock.8580',
      '000000000b307867: 00000003 00000000 00000000 0001 03 43 /run/s.sock',
    ].join('\n')
    expect(listeningAt(table, '/run/s.sock')).toEqual(['socket:[41]'])
    expect(listeningAt(table, '/run/a b.sock')).toEqual(['socket:[42]'])
    expect(listeningAt(table, '/run/b.sock')).toEqual([])
  })

  for (const host of ['127.0.0.1', '::1'])
    test(`this process, when it does, at ${host}`, async ({ skip }) => {
      const server = createServer()
      const opened = await new Promise<boolean>((resolve) => {
        server.on('error', () => resolve(false)).listen(0, host, () => resolve(true))
      })
      if (!opened) skip(`this machine has no ${host}`)
      const address = server.address()
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0
      expect(await findPortHolder(port)).toMatchObject({ pid: process.pid })
      await new Promise((resolve) => server.close(resolve))
      expect(await findPortHolder(port)).toBeNull()
    })
})

test('arguments that may be secret are hidden', () => {
  expect(hideArguments('app --db-password=x1 --token abc -v API_KEY=z next')).toBe(
    'app --db-password=<hidden> --token <hidden> -v API_KEY=<hidden> next',
  )
})

describe('what an explanation says', () => {
  const explained = async (view: ProcessView) => {
    const document = await explain(fakeDaemon({ views: [view] }).operator, view)
    expect(documentProblems(document)).toBe('')
    return document
  }
  const ended = (fields: object) => ({ code: null, signal: null, coreDumped: false, wallMs: NOW_MS, ...fields })

  test('of a process that waits to be tried again: when, and which attempt of how many', async () => {
    const seen = { phase: 'BACKOFF', attempt: 2, startedAtMs: 5_000, startedWallMs: NOW_MS, retryAtMs: 7_500 } as const
    const { next, verdict } = await explained(viewOf('a', 'a', { ...seen, observedGeneration: 1 }))
    expect({ next, verdict }).toEqual({
      next: { action: 'start', atWallMs: NOW_MS + 2_500, attempt: 3, attempts: 4 },
      verdict: 'failed',
    })
  })

  test('of a process that is well: nothing to do', async () => {
    expect(await explained(viewOf('a', 'a', RUNNING))).toMatchObject({ advice: [], next: null, port: null })
  })

  for (const { name, seen, advice } of [
    {
      name: 'a command that does not exist',
      seen: { phase: 'FATAL', spawnError: "can't find command '/x'" },
      advice: /command does not exist.*start a$/s,
    },
    { name: 'killed from outside', seen: { phase: 'FATAL', lastExit: ended({ signal: 9 }) }, advice: /out of memory/ },
    {
      name: 'a crash with a core',
      seen: { phase: 'FATAL', lastExit: ended({ signal: 11, coreDumped: true }) },
      advice: /SIGSEGV is a crash.*coredumpctl/,
    },
    { name: 'code 127', seen: { phase: 'FATAL', lastExit: ended({ code: 127 }) }, advice: /not found/ },
    { name: 'done too early', seen: { phase: 'FATAL', lastExit: ended({ code: 0 }) }, advice: /foreground/ },
    { name: 'an older generation', seen: { ...RUNNING, observedGeneration: 0 }, advice: /svctl restart a/ },
    { name: 'nothing known', seen: { phase: 'FATAL', lastExit: ended({ code: 3 }) }, advice: /no log of its errors/ },
  ] as const)
    test(`advice: ${name}`, async () => {
      const view = viewOf('a', 'a', { observedGeneration: 1, ...seen })
      expect((await explained(view)).advice.join('\n')).toMatch(advice)
    })

  test('of a process that is held: by what, since when, until when', async () => {
    const hold = {
      sinceWallMs: NOW_MS - 9,
      until: { atMs: 4, wallMs: NOW_MS + 9 },
      reason: 'new disk',
      by: 'svctl hold',
    }
    const view = viewOf('a', 'a', { phase: 'STOPPED' }, { override: { hold, runRequest: 0, stopRequest: 1 } })
    const document = await explained(view)
    expect(document.hold).toEqual({
      sinceWallMs: NOW_MS - 9,
      untilWallMs: NOW_MS + 9,
      reason: 'new disk',
      by: 'svctl hold',
    })
    expect(document.advice.join()).toMatch(/svctl release a/)
  })

  test('of a process that was stopped by a person: the events that led there', async () => {
    const daemon = steadyDaemon(configOf([groupOf('web', [specOf({ name: 'web' })])]))
    daemon.pass(5_000)
    daemon.control.operator.stop(['web:web'])
    daemon.pass(5_000)
    const view = daemon.control.operator.process('web:web')
    if (view === null) throw new Error('web is gone')
    const document = await explain(daemon.control.operator, view)
    expect(documentProblems(document)).toBe('')
    expect(document.events.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'STOPPED STARTING',
      'STARTING RUNNING',
      'RUNNING STOPPING',
      'STOPPING STOPPED',
    ])
    expect(document.events.at(-2)?.text).toBe('asked for by the operator')
    expect(document.lastExit).not.toBeNull()
  })

  test('every accepted revision and every condition is an event', () => {
    const daemon = steadyDaemon(configOf([groupOf('web', [specOf({ name: 'web' })])]))
    daemon.pass(2_000)
    daemon.write(configOf([groupOf('web', [specOf({ name: 'web' })]), groupOf('new', [specOf({ name: 'new' })])]))
    daemon.control.operator.apply({ groups: null, allowRemovals: false })
    const rows = daemon.control.operator.journal.read(0).events.map(eventRow)
    expect(rows.filter(({ type }) => type === 'revision').map(({ from, to }) => [from, to])).toEqual([['1', '2']])
    expect(rows.filter(({ type }) => type === 'group').map(({ to, text }) => `${to} ${text}`)).toContain('added new')
  })
})
