import { describe, expect, test } from 'vitest'
import { changeOf } from '../support/changes.js'
import { ask, begin, rows, short } from './calls.js'
import { NO_CHANGES } from './fake-operator.js'
import { groupsOf, liveDaemon } from './live-operator.js'

/** Lets everything run that is ready to. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('startProcess', () => {
  test('is answered when the process is RUNNING, and listens no longer', async () => {
    const daemon = liveDaemon(groupsOf('web'))
    const call = begin(daemon, 'supervisor.startProcess', 'web')
    await settled()
    expect(call.answered()).toBe(false)
    daemon.started('web')
    expect(short(await call.result)).toBe('true')
    expect(daemon.listeners()).toBe(0)
  })

  for (const c of [
    { name: 'exits too quickly', act: 'ended', expected: 'fault 50 SPAWN_ERROR: web' },
    { name: 'is removed meanwhile', act: 'forget', expected: 'fault 40 ABNORMAL_TERMINATION: web' },
  ] as const) {
    test(`fails when the process ${c.name}`, async () => {
      const daemon = liveDaemon(groupsOf('web'))
      const call = begin(daemon, 'supervisor.startProcess', 'web')
      daemon[c.act]('web')
      expect(short(await call.result)).toBe(c.expected)
    })
  }

  test('fails when somebody stops the process before it is RUNNING', async () => {
    const daemon = liveDaemon(groupsOf('web'))
    const call = begin(daemon, 'supervisor.startProcess', 'web')
    daemon.operator.stop(['web:web'], true)
    expect(short(await call.result)).toBe('fault 40 ABNORMAL_TERMINATION: web')
  })

  test('fails at once when the spawn fails, waiting or not', async () => {
    const daemon = liveDaemon(groupsOf({ name: 'web', command: 'spawnfail' }, { name: 'api', command: 'spawnfail' }))
    expect(short(await ask(daemon, 'supervisor.startProcess', 'web'))).toBe('fault 50 SPAWN_ERROR: web')
    expect(short(await ask(daemon, 'supervisor.startProcess', 'api', false))).toBe('fault 50 SPAWN_ERROR: api')
  })

  test('does not wait when told so, with any value Python takes for false', async () => {
    for (const wait of [false, 0, '', [], {}, null]) {
      const daemon = liveDaemon(groupsOf('web'))
      expect(short(await ask(daemon, 'supervisor.startProcess', 'web', wait))).toBe('true')
    }
  })

  test('looks for the command before anything else', async () => {
    const daemon = liveDaemon(groupsOf({ name: 'web', command: 'nofile' }))
    expect(short(await ask(daemon, 'supervisor.startProcess', 'web'))).toBe(
      "fault 20 NO_FILE: can't find command '/nofile'",
    )
  })

  test('of a process that is still stopping waits for the new one', async () => {
    const daemon = liveDaemon(groupsOf('web'))
    daemon.operator.start(['web:web'])
    daemon.started('web')
    daemon.operator.stop(['web:web'], true)
    const call = begin(daemon, 'supervisor.startProcess', 'web')
    await settled()
    expect(call.answered()).toBe(false)
    daemon.ended('web')
    daemon.started('web')
    expect(short(await call.result)).toBe('true')
  })

  test('of a process that is still stopping ends when the daemon shuts down', async () => {
    const daemon = liveDaemon(groupsOf('web'))
    daemon.operator.start(['web:web'])
    daemon.operator.stop(['web:web'], true)
    const call = begin(daemon, 'supervisor.startProcess', 'web')
    daemon.operator.shutdown()
    expect(short(await call.result)).toBe('fault 40 ABNORMAL_TERMINATION: web')
  })

  test('of a process in UNKNOWN is refused', async () => {
    const daemon = liveDaemon(groupsOf('web'))
    daemon.refuseSignals('web')
    expect(short(await ask(daemon, 'supervisor.startProcess', 'web'))).toBe(
      'fault 30 FAILED: web is in an unknown process state',
    )
  })
})

describe('stopProcess', () => {
  const running = () => {
    const daemon = liveDaemon(groupsOf('web'))
    daemon.operator.start(['web:web'])
    daemon.started('web')
    return daemon
  }

  test('is answered when the process is down', async () => {
    const daemon = running()
    const call = begin(daemon, 'supervisor.stopProcess', 'web')
    await settled()
    expect(call.answered()).toBe(false)
    daemon.ended('web')
    expect(short(await call.result)).toBe('true')
    expect(daemon.listeners()).toBe(0)
  })

  test('does not wait when told so', async () => {
    expect(short(await ask(running(), 'supervisor.stopProcess', 'web', false))).toBe('true')
  })

  test('fails with the system’s reason when the signal is refused', async () => {
    const daemon = running()
    const call = begin(daemon, 'supervisor.stopProcess', 'web')
    daemon.refuseSignals('web')
    expect(short(await call.result)).toBe('fault 30 FAILED: not permitted')
  })

  test('is answered though somebody starts the process again at once', async () => {
    const daemon = running()
    const call = begin(daemon, 'supervisor.stopProcess', 'web')
    daemon.operator.start(['web:web'])
    daemon.ended('web')
    expect(daemon.row('web').seen.phase).toBe('STARTING')
    expect(short(await call.result)).toBe('true')
  })

  test('is answered when the process disappears', async () => {
    const daemon = running()
    const call = begin(daemon, 'supervisor.stopProcess', 'web')
    daemon.forget('web')
    expect(short(await call.result)).toBe('true')
  })

  test('listens no longer once the client has gone', async () => {
    const daemon = running()
    const call = begin(daemon, 'supervisor.stopProcess', 'web')
    expect(daemon.listeners()).toBe(1)
    call.hangUp()
    await call.result
    expect(daemon.listeners()).toBe(0)
  })
})

describe('many at once', () => {
  const daemonOf = () =>
    liveDaemon(
      groupsOf(
        { name: 'mix:late', priority: 3 },
        { name: 'mix:bad', priority: 2, command: 'nofile' },
        { name: 'mix:soon', priority: 1 },
      ),
    )

  test('failures come first, then the others in the order of their end', async () => {
    const daemon = daemonOf()
    const call = begin(daemon, 'supervisor.startProcessGroup', 'mix')
    daemon.started('mix:late')
    await settled()
    expect(call.answered()).toBe(false)
    daemon.passedMs = 100
    daemon.started('mix:soon')
    expect(rows(await call.result)).toEqual([
      "mix:bad 20 NO_FILE: can't find command '/nofile'",
      'mix:late 80 OK',
      'mix:soon 80 OK',
    ])
  })

  test('what ends in the same tenth of a second is told in the order asked', async () => {
    const daemon = daemonOf()
    const call = begin(daemon, 'supervisor.startProcessGroup', 'mix')
    daemon.started('mix:late')
    daemon.passedMs = 99
    daemon.started('mix:soon')
    expect(rows(await call.result)).toEqual([
      "mix:bad 20 NO_FILE: can't find command '/nofile'",
      'mix:soon 80 OK',
      'mix:late 80 OK',
    ])
  })

  test('without waiting they come by priority', async () => {
    expect(rows(await ask(daemonOf(), 'supervisor.startAllProcesses', false))).toEqual([
      'mix:soon 80 OK',
      "mix:bad 20 NO_FILE: can't find command '/nofile'",
      'mix:late 80 OK',
    ])
  })

  test('g:* is the group; only what is up is stopped', async () => {
    const daemon = daemonOf()
    daemon.operator.start(['mix:late', 'mix:soon'])
    daemon.started('mix:late')
    daemon.started('mix:soon')
    daemon.operator.stop(['mix:soon'], true)
    const call = begin(daemon, 'supervisor.stopProcess', 'mix:*')
    daemon.ended('mix:late')
    expect(rows(await call.result)).toEqual(['mix:late 80 OK'])
  })

  test('nothing to do is an empty array at once', async () => {
    expect(short(await ask(daemonOf(), 'supervisor.stopAllProcesses'))).toBe('[]')
  })

  test('1,000 processes need one look for each change', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `p${index}`)
    const daemon = liveDaemon(groupsOf(...names))
    const call = begin(daemon, 'supervisor.startAllProcesses')
    for (const name of names.toReversed()) {
      daemon.started(name)
      daemon.passedMs += 100
    }
    const result = await call.result
    expect(rows(result)).toHaveLength(1000)
    expect(rows(result)[0]).toBe('p999:p999 80 OK')
  })
})

describe('multicall', () => {
  const multicall = (daemon: ReturnType<typeof liveDaemon>, ...calls: readonly object[]) =>
    begin(daemon, 'system.multicall', calls as never)

  test('a call that waits is finished before the next one starts', async () => {
    const daemon = liveDaemon(groupsOf('web'))
    daemon.operator.start(['web:web'])
    daemon.started('web')
    const call = multicall(
      daemon,
      { methodName: 'supervisor.stopProcess', params: ['web'] },
      { methodName: 'supervisor.stopProcess', params: ['web'] },
      { methodName: 'supervisor.startProcess', params: ['web'] },
    )
    await settled()
    expect(daemon.row('web').seen.phase).toBe('STOPPING')
    daemon.ended('web')
    await settled()
    expect(daemon.row('web').seen.phase).toBe('STARTING')
    daemon.started('web')
    expect(short(await call.result)).toBe('[true,{"faultCode":70,"faultString":"NOT_RUNNING: web"},true]')
  })

  test('stops where the client has gone', async () => {
    const daemon = liveDaemon(groupsOf('web', 'api'))
    const call = multicall(
      daemon,
      { methodName: 'supervisor.startProcess', params: ['web'] },
      { methodName: 'supervisor.startProcess', params: ['api'] },
    )
    await settled()
    call.hangUp()
    await call.result
    expect(daemon.row('api').seen.phase).toBe('STOPPED')
    expect(daemon.listeners()).toBe(0)
  })

  test('each wrong call is a fault in its place', async () => {
    const call = multicall(
      liveDaemon(groupsOf('web')),
      { methodName: 'system.multicall', params: [[]] },
      { params: [] },
      { methodName: 'nosuch' },
      { methodName: '' },
      { methodName: 5 },
      { methodName: 'supervisor.getPID', params: 'x' },
      { methodName: 'supervisor.getProcessInfo', params: [null] },
      { methodName: 'supervisor.getPID' },
    )
    expect(short(await call.result)).toBe(
      JSON.stringify([
        { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: Recursive system.multicall forbidden' },
        { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: No methodName' },
        { faultCode: 1, faultString: 'UNKNOWN_METHOD' },
        { faultCode: 1, faultString: 'UNKNOWN_METHOD' },
        { faultCode: 30, faultString: "FAILED: <class 'AttributeError'>:'int' object has no attribute 'split'" },
        { faultCode: 2, faultString: 'INCORRECT_PARAMETERS' },
        { faultCode: 30, faultString: "FAILED: <class 'AttributeError'>:'NoneType' object has no attribute 'split'" },
        4711,
      ]),
    )
  })

  test('what is no array of structs is an HTTP 500, or a fault where the original cannot even count it', async () => {
    const daemon = liveDaemon([])
    for (const calls of [5, 1.5, true, null, {}]) {
      expect(short(await ask(daemon, 'system.multicall', calls))).toBe('fault 2 INCORRECT_PARAMETERS')
    }
    expect(short(await ask(daemon, 'system.multicall', 'x'))).toBe('http 500')
    expect(short(await ask(daemon, 'system.multicall', [5]))).toBe('http 500')
    expect(short(await ask(daemon, 'system.multicall', []))).toBe('[]')
  })
})

test('svctl.update is answered once what it stops is down', async () => {
  const daemon = liveDaemon(groupsOf('old', 'web'))
  daemon.operator.start(['old:old', 'web:web'])
  const changes = { added: [], changed: ['web'], removed: ['old'] }
  const processes = [
    changeOf({ key: 'old:old', effect: 'stop', change: 'removed' }),
    changeOf({ key: 'web:web', effect: 'restart', change: 'changed' }),
  ]
  daemon.apply = { ok: true, revision: 2, report: { ...NO_CHANGES, changes, processes } }
  const call = begin(daemon, 'svctl.update')
  daemon.operator.stop(['old:old', 'web:web'], true)
  daemon.operator.start(['web:web'])
  daemon.ended('web')
  await settled()
  expect(call.answered()).toBe(false)
  daemon.forget('old')
  expect(short(await call.result)).toBe('[{"group":"old","change":"removed"},{"group":"web","change":"changed"}]')
  expect(daemon.listeners()).toBe(0)
})
