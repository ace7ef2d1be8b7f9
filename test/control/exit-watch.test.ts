import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../src/control/exit-watch.js'
import type { Config, ExitCause } from '../../src/model/config.js'
import { processKey } from '../../src/model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../../src/model/observed.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'

describe('the status', () => {
  const seen = (fields: object): ProcessObserved =>
    ({ ...NEVER_SEEN, startedWallMs: 100, ...fields }) as ProcessObserved
  const last = (code: number | null, signal: number | null, wallMs = 200) => ({
    lastExit: { code, signal, coreDumped: false, wallMs },
  })
  for (const [name, process, code] of [
    ['is the code', seen({ phase: 'EXITED', expected: false, ...last(3, null) }), 3],
    ['is 128 and the signal', seen({ phase: 'EXITED', expected: false, ...last(null, 9) }), 137],
    ['is 0 for a success', seen({ phase: 'EXITED', expected: true, ...last(0, null) }), 0],
    ['is the code of one that gave up', seen({ phase: 'FATAL', ...last(4, null) }), 4],
    ['is 70 for one that gave up without an end', seen({ phase: 'FATAL' }), 70],
    ['is 70 for one whose last start failed', seen({ phase: 'FATAL', ...last(4, null, 50) }), 70],
    ['is 70 for successes that were too quick', seen({ phase: 'FATAL', ...last(0, null) }), 70],
  ] as const) {
    test(name, () => expect(exitCodeOf(process)).toBe(code))
  }
})

describe('the daemon', () => {
  const MAIN = processKey('main', 'main')
  const daemonWith = (main: object, exitOn?: readonly ExitCause[]) => {
    const config = configOf([
      groupOf('main', [specOf({ name: 'main', ...main })]),
      groupOf('web', [specOf({ name: 'web' })]),
    ])
    const initial: Config = { ...config, daemon: { ...config.daemon, ...(exitOn ? { exitOn } : {}) } }
    const daemon = steadyDaemon(initial)
    daemon.pass(2_000)
    return daemon
  }
  const GONE = '/bin/nothing'

  test('goes on when a program that is not essential gives up', () => {
    const daemon = daemonWith({ command: GONE, startRetries: 0, autostart: false })
    daemon.refuse(GONE)
    daemon.control.operator.start([MAIN])
    daemon.pass(5_000)
    expect(daemon.control.operator.process(MAIN)?.seen.phase).toBe('FATAL')
    expect(daemon.control.operator.state()).toBe('RUNNING')
  })

  test('ends when an essential one gives up, or any one where that is said', () => {
    for (const [main, exitOn] of [
      [{ essential: true }, undefined],
      [{}, ['fatal']],
    ] as const) {
      const daemon = daemonWith({ command: GONE, startRetries: 0, autostart: false, ...main }, exitOn)
      daemon.refuse(GONE)
      daemon.control.operator.start([MAIN])
      daemon.pass(5_000)
      expect(daemon.control.operator.state()).toBe('SHUTDOWN')
    }
  })

  test('does not end when a person stops an essential one, nor where nothing ends it', () => {
    const stopped = daemonWith({ essential: true }, ['essential', 'all-exited'])
    stopped.control.operator.stop([MAIN])
    stopped.pass(5_000)
    expect(stopped.control.operator.process(MAIN)?.seen.phase).toBe('STOPPED')
    expect(stopped.control.operator.state()).toBe('RUNNING')

    const never = daemonWith({ command: GONE, startRetries: 0, autostart: false, essential: true }, [])
    never.refuse(GONE)
    never.control.operator.start([MAIN])
    never.pass(5_000)
    expect(never.control.operator.state()).toBe('RUNNING')
  })
})
