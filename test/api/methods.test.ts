import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { XmlValue } from '../../src/api/value.js'
import { encodeResponse } from '../../src/api/xml.js'
import { ask, rows, short } from './calls.js'
import { NO_CHANGES } from './fake-operator.js'
import { groupsOf, type LiveDaemon, liveDaemon, NOW_MS } from './live-operator.js'

let daemon: LiveDaemon
let folder: string

beforeEach(() => {
  daemon = liveDaemon(groupsOf('cat', 'off', { name: 'g:a', priority: 2 }, { name: 'g:b', priority: 1 }))
  daemon.operator.start(['cat:cat'])
  daemon.started('cat')
  folder = mkdtempSync(join(tmpdir(), 'svctl-api-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a call is answered as the original answers it', () => {
  for (const [call, expected] of [
    [['supervisor.nosuch'], 'fault 1 UNKNOWN_METHOD'],
    [['nosuch.getState'], 'fault 1 UNKNOWN_METHOD'],
    [['getState'], 'fault 1 UNKNOWN_METHOD'],
    [['supervisor.getState.x'], 'fault 1 UNKNOWN_METHOD'],
    [['supervisor.constructor'], 'fault 1 UNKNOWN_METHOD'],
    [['__proto__.toString'], 'fault 1 UNKNOWN_METHOD'],
    [['supervisor.getState', 'extra'], 'fault 2 INCORRECT_PARAMETERS'],
    [['supervisor.startProcess'], 'fault 2 INCORRECT_PARAMETERS'],
    [['supervisor.startProcess', 'cat', true, 'more'], 'fault 2 INCORRECT_PARAMETERS'],
    [['supervisor.getProcessInfo', 'nosuch'], 'fault 10 BAD_NAME: nosuch'],
    [['supervisor.getProcessInfo', ''], 'fault 10 BAD_NAME: '],
    [['supervisor.getProcessInfo', 'cat:'], 'fault 10 BAD_NAME: cat:'],
    [['supervisor.getProcessInfo', ':cat'], 'fault 10 BAD_NAME: :cat'],
    [['supervisor.getProcessInfo', 'g:*'], 'fault 10 BAD_NAME: g:*'],
    [['supervisor.getProcessInfo', null], 'http 500'],
    [['supervisor.getProcessInfo', 5], 'http 500'],
    [['supervisor.getProcessInfo', []], 'http 500'],
    [['supervisor.startProcessGroup', 5], 'fault 10 BAD_NAME: 5'],
    [['supervisor.startProcessGroup', true], 'fault 10 BAD_NAME: True'],
    [['supervisor.startProcessGroup', null], 'fault 10 BAD_NAME'],
    [['supervisor.startProcessGroup', {}], 'fault 2 INCORRECT_PARAMETERS'],
    [['supervisor.startProcess', 'cat'], 'fault 60 ALREADY_STARTED: cat'],
    [['supervisor.startProcess', 'g:nosuch'], 'fault 10 BAD_NAME: g:nosuch'],
    [['supervisor.stopProcess', 'off'], 'fault 70 NOT_RUNNING: off'],
    [['supervisor.signalProcess', 'cat', 'HUP'], 'true'],
    [['supervisor.signalProcess', 'cat', 1], 'true'],
    [['supervisor.signalProcess', 'cat', 'sigusr1 '], 'true'],
    [['supervisor.signalProcess', 'cat', 'nope'], 'fault 11 BAD_SIGNAL: nope'],
    [['supervisor.signalProcess', 'cat', -1], 'fault 11 BAD_SIGNAL: -1'],
    [['supervisor.signalProcess', 'cat', []], 'http 500'],
    [['supervisor.signalProcess', 'off', 'HUP'], 'fault 70 NOT_RUNNING: off'],
    [['supervisor.signalProcess', 'nosuch', 'nope'], 'fault 10 BAD_NAME: nosuch'],
    [['supervisor.sendProcessStdin', 'cat', 'x'], 'true'],
    [['supervisor.sendProcessStdin', 'cat', 12], 'fault 2 INCORRECT_PARAMETERS: 12'],
    [['supervisor.sendProcessStdin', 'cat', true], 'fault 2 INCORRECT_PARAMETERS: True'],
    [['supervisor.sendProcessStdin', 'cat', [1, 'a']], "fault 2 INCORRECT_PARAMETERS: [1, 'a']"],
    [['supervisor.sendProcessStdin', 'cat', { a: 1 }], "fault 2 INCORRECT_PARAMETERS: {'a': 1}"],
    [['supervisor.sendProcessStdin', 'cat', null], 'fault 2 INCORRECT_PARAMETERS'],
    [['supervisor.sendProcessStdin', 'off', 'x'], 'fault 70 NOT_RUNNING: off'],
    [['supervisor.sendProcessStdin', 'g:*', 'x'], 'fault 10 BAD_NAME: g:*'],
    [['supervisor.addProcessGroup', 'cat'], 'fault 90 ALREADY_ADDED: cat'],
    [['supervisor.addProcessGroup', 'nosuch'], 'fault 10 BAD_NAME: nosuch'],
    [['supervisor.removeProcessGroup', 'cat'], 'fault 91 STILL_RUNNING: cat'],
    [['supervisor.removeProcessGroup', 'off'], 'true'],
    [['supervisor.getVersion'], '"3.0"'],
    [['supervisor.getSupervisorVersion'], '"4.3.0"'],
    [['supervisor.getState'], '{"statecode":1,"statename":"RUNNING"}'],
    [['supervisor.getPID'], '4711'],
    [['supervisor.reloadConfig'], '[[[],[],[]]]'],
    [['system.methodSignature', 'supervisor.startProcess'], '["boolean","string","boolean"]'],
    [['system.methodSignature', 'svctl.update'], 'fault 4 SIGNATURE_UNSUPPORTED'],
    [['system.methodHelp', 5], 'fault 4 SIGNATURE_UNSUPPORTED'],
  ] satisfies readonly [[string, ...XmlValue[]], string][]) {
    const [name, ...params] = call
    test(`${name}(${JSON.stringify(params).slice(1, -1)})`, async () => {
      expect(short(await ask(daemon, name as string, ...params))).toBe(expected)
    })
  }
})

test('listMethods names the 41 of the original and none of ours', async () => {
  const result = await ask(daemon, 'system.listMethods')
  const names = result.kind === 'value' ? (result.value as string[]) : []
  expect(names).toHaveLength(41)
  expect(names).toEqual([...names].sort())
  expect(names.some((name) => name.startsWith('svctl.'))).toBe(false)
})

test('every listed method has help that names its parameters and its result', async () => {
  const listed = await ask(daemon, 'system.listMethods')
  for (const name of listed.kind === 'value' ? (listed.value as string[]) : []) {
    const help = await ask(daemon, 'system.methodHelp', name)
    const signature = await ask(daemon, 'system.methodSignature', name)
    const types = signature.kind === 'value' ? (signature.value as string[]) : []
    const tags = String(help.kind === 'value' && help.value).matchAll(/@(param|return) (\w+)/g)
    const named = [...tags].map(([, tag, type]) => (tag === 'return' ? `-> ${type}` : type))
    expect([name, ...named]).toEqual([name, ...types.slice(1), `-> ${types[0]}`])
  }
})

test('while the daemon ends only events can be sent; the interface still describes itself', async () => {
  daemon.setState('SHUTDOWN')
  expect(short(await ask(daemon, 'supervisor.getState'))).toBe('fault 6 SHUTDOWN_STATE')
  expect(short(await ask(daemon, 'supervisor.shutdown'))).toBe('fault 6 SHUTDOWN_STATE')
  expect(short(await ask(daemon, 'supervisor.getState', 'extra'))).toBe('fault 2 INCORRECT_PARAMETERS')
  expect(short(await ask(daemon, 'svctl.update'))).toBe('fault 6 SHUTDOWN_STATE')
  expect(short(await ask(daemon, 'supervisor.sendRemoteCommEvent', 't', 'd'))).toBe('true')
  expect(short(await ask(daemon, 'system.methodSignature', 'supervisor.getPID'))).toBe('["int"]')
})

test('shutdown is answered before the state refuses', async () => {
  expect(short(await ask(daemon, 'supervisor.shutdown'))).toBe('true')
  expect(daemon.state).toBe('SHUTDOWN')
})

test('getProcessInfo has the original’s members in its order', async () => {
  const result = await ask(daemon, 'supervisor.getProcessInfo', 'cat')
  const now = Math.floor(NOW_MS / 1000)
  expect(result.kind === 'value' && Object.entries(result.value as object)).toEqual([
    ['name', 'cat'],
    ['group', 'cat'],
    ['start', now],
    ['stop', 0],
    ['now', now],
    ['state', 20],
    ['statename', 'RUNNING'],
    ['spawnerr', ''],
    ['exitstatus', 0],
    ['logfile', ''],
    ['stdout_logfile', ''],
    ['stderr_logfile', ''],
    ['pid', 1001],
    ['description', 'pid 1001, uptime 0:00:00'],
  ])
})

test('getAllProcessInfo is by group, then by process', async () => {
  const result = await ask(daemon, 'supervisor.getAllProcessInfo')
  const all = result.kind === 'value' ? (result.value as { group: string; name: string }[]) : []
  expect(all.map(({ group, name }) => `${group}:${name}`)).toEqual(['cat:cat', 'g:a', 'g:b', 'off:off'])
})

test('getAllProcessInfo is the same in the bytes kept with each process, now and later', async () => {
  daemon = liveDaemon(groupsOf({ name: 'a<&>é' }, { name: 'b' }))
  daemon.row('b').stdoutLog = '/tmp/ü & co'
  for (const verb of [null, 'start', 'stop'] as const) {
    if (verb !== null) await ask(daemon, `supervisor.${verb}Process`, 'b', false)
    for (let look = 0; look < 5; look++) {
      daemon.passedMs += 300
      const result = await ask(daemon, 'supervisor.getAllProcessInfo')
      if (result.kind !== 'value') throw new Error(result.kind)
      expect(Buffer.from(result.xml?.() ?? []).toString()).toBe(encodeResponse(result.value))
    }
  }
})

test('getAllConfigInfo tells integers beyond 32 bits, AUTO logs by name and none for what is not set', async () => {
  const stdout = { logfile: { kind: 'auto' }, logBytesMax: 4 * 1024 ** 3, logBackups: 10 } as const
  const rest = { captureBytesMax: 0, eventsEnabled: false, syslog: false }
  daemon = liveDaemon(groupsOf({ name: 'x', stdout: { ...stdout, ...rest }, autorestart: 'always' }))
  daemon.row('x').stdoutLog = '/tmp/x-stdout.log'
  const result = await ask(daemon, 'supervisor.getAllConfigInfo')
  const [first] = result.kind === 'value' ? (result.value as Record<string, unknown>[]) : []
  expect(first).toMatchObject({
    autorestart: true,
    directory: 'none',
    uid: 'none',
    serverurl: 'none',
    stdout_logfile: '/tmp/x-stdout.log',
    stdout_logfile_maxbytes: 4294967296,
    stderr_logfile: 'none',
    inuse: true,
    exitcodes: [0],
  })
})

test('what a person may not read of the file in a failed reread is the original’s text', async () => {
  daemon.reread = { ok: false, classic: 'The file has errors', errors: [] }
  expect(short(await ask(daemon, 'supervisor.reloadConfig'))).toBe('fault 92 CANT_REREAD: The file has errors')
})

test('an event keeps its texts', async () => {
  await ask(daemon, 'supervisor.sendRemoteCommEvent', 'type', 'data')
  await ask(daemon, 'supervisor.sendRemoteCommEvent', 5, null)
  expect(daemon.calls).toEqual([
    ['event', 'type', 'data'],
    ['event', '5', 'None'],
  ])
})

describe('standard input', () => {
  for (const c of [
    { name: 'a closed pipe is no file', stdin: 'closed', expected: 'fault 20 NO_FILE: cat' },
    { name: 'a socket instead of a pipe is no file', stdin: 'no-pipe', expected: 'fault 20 NO_FILE: cat' },
    { name: 'a full pipe is a failure and takes nothing', stdin: 'full', expected: /^fault 30 FAILED: cat / },
  ] as const) {
    test(c.name, async () => {
      daemon.stdin = c.stdin
      const result = short(await ask(daemon, 'supervisor.sendProcessStdin', 'cat', 'ä'))
      if (typeof c.expected === 'string') expect(result).toBe(c.expected)
      else expect(result).toMatch(c.expected)
      expect(daemon.calls).toEqual([['stdin', 'cat:cat', 'ä']])
    })
  }
})

describe('logs', () => {
  test('ranges, missing files and wrong numbers are answered as the original answers', async () => {
    const path = join(folder, 'cat.out')
    writeFileSync(path, '0123456789äx')
    daemon.row('cat').stdoutLog = path
    daemon.row('off').stdoutLog = join(folder, 'gone')
    const read = async (...params: XmlValue[]) => short(await ask(daemon, 'supervisor.readProcessStdoutLog', ...params))
    expect(await read('cat', 0, 5)).toBe('"01234"')
    expect(await read('cat', '3', '4')).toBe('"3456"')
    expect(await read('cat', 1.9, 2.2)).toBe('"12"')
    expect(await read('cat', -3, 0)).toBe('"äx"')
    expect(await read('cat', -2, 0)).toBe('"\ufffdx"')
    expect(await read('cat', 0, -1)).toBe('fault 3 BAD_ARGUMENTS')
    expect(await read('cat', 'x', 0)).toBe('http 500')
    expect(await read('cat', null, 0)).toBe('fault 2 INCORRECT_PARAMETERS')
    expect(await read('off', 0, 0)).toBe(`fault 20 NO_FILE: ${join(folder, 'gone')}`)
    expect(await read('g:a', 0, 0)).toBe('fault 20 NO_FILE')
    expect(short(await ask(daemon, 'supervisor.tailProcessStdoutLog', 'cat', 0, 5))).toBe('["89äx",13,true]')
    expect(short(await ask(daemon, 'supervisor.tailProcessLog', 'off', 0, 5))).toBe('["",0,false]')
    expect(short(await ask(daemon, 'supervisor.tailProcessStderrLog', 'cat', 0, 5))).toBe('["",0,false]')
  })

  test('the activity log is read and cleared only where it is a file that is there', async () => {
    expect(short(await ask(daemon, 'supervisor.readLog', 0, 0))).toBe('fault 20 NO_FILE')
    daemon.mainLog = join(folder, 'main.log')
    expect(short(await ask(daemon, 'supervisor.readLog', 0, 0))).toBe(`fault 20 NO_FILE: ${daemon.mainLog}`)
    expect(short(await ask(daemon, 'supervisor.clearLog'))).toBe('fault 20 NO_FILE')
    writeFileSync(daemon.mainLog, 'line\n')
    expect(short(await ask(daemon, 'supervisor.readMainLog', 0, 0))).toBe('"line\\n"')
    expect(short(await ask(daemon, 'supervisor.clearLog'))).toBe('true')
  })

  test('clearing tells of each process, also of one that could not be cleared', async () => {
    daemon = liveDaemon(groupsOf('cat', 'stuck'))
    expect(short(await ask(daemon, 'supervisor.clearProcessLogs', 'cat:*'))).toBe('fault 10 BAD_NAME: cat:*')
    expect(short(await ask(daemon, 'supervisor.clearProcessLog', 'cat'))).toBe('true')
    expect(short(await ask(daemon, 'supervisor.clearProcessLog', 'stuck'))).toBe('fault 30 FAILED: stuck')
    expect(rows(await ask(daemon, 'supervisor.clearAllProcessLogs'))).toEqual([
      'cat:cat 80 OK',
      'stuck:stuck 30 FAILED: stuck',
    ])
  })
})

describe('signals to many', () => {
  test('go to what lives and name each', async () => {
    expect(rows(await ask(daemon, 'supervisor.signalAllProcesses', 'HUP'))).toEqual(['cat:cat 80 OK'])
    expect(rows(await ask(daemon, 'supervisor.signalAllProcesses', 'NOPE'))).toEqual(['cat:cat 11 BAD_SIGNAL: NOPE'])
    expect(rows(await ask(daemon, 'supervisor.signalProcess', 'g:*', 'HUP'))).toEqual([])
    expect(daemon.calls).toEqual([['signal', 'cat:cat', 1]])
  })
})

describe('svctl.update', () => {
  test('answers with what changed in the order the client tells it', async () => {
    const changes = { added: ['new'], changed: ['cat'], removed: ['old'] }
    daemon.apply = { ok: true, revision: 4, report: { ...NO_CHANGES, changes } }
    expect(short(await ask(daemon, 'svctl.update', ['cat', 'new']))).toBe(
      '[{"group":"old","change":"removed"},{"group":"cat","change":"changed"},{"group":"new","change":"added"}]',
    )
    const cause = { what: 'supervisorctl update', by: null }
    const asked = { groups: ['cat', 'new'], allowRemovals: true, releaseChanged: true, atOnce: true, cause }
    expect(daemon.calls).toEqual([['apply', asked]])
  })

  test('tells why nothing was accepted', async () => {
    daemon.apply = { ok: false, reason: 'invalid', errors: [], classic: 'bad file' }
    expect(short(await ask(daemon, 'svctl.update', []))).toBe('fault 92 CANT_REREAD: bad file')
    daemon.apply = { ok: false, reason: 'unknown-name', names: ['x', 'y'] }
    expect(short(await ask(daemon, 'svctl.update', ['x', 'y']))).toBe('fault 10 BAD_NAME: x y')
    const refusal = {
      code: 'EMPTY',
      message: 'this would remove everything',
      command: 'svctl apply --allow-removals',
    } as const
    daemon.apply = { ok: false, reason: 'guard', refusal, report: NO_CHANGES }
    expect(short(await ask(daemon, 'svctl.update', [], false))).toBe(
      'fault 30 FAILED: this would remove everything; to go on: svctl apply --allow-removals',
    )
    expect(short(await ask(daemon, 'svctl.update', [5]))).toBe('fault 2 INCORRECT_PARAMETERS')
    expect(short(await ask(daemon, 'svctl.update', 'cat'))).toBe('fault 2 INCORRECT_PARAMETERS')
  })
})
