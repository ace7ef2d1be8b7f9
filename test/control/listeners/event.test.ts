import { describe, expect, test } from 'vitest'
import { covers, payloadOf, typeOf } from '../../../src/control/listeners/event.js'
import { processKey } from '../../../src/model/names.js'
import type { Notification } from '../../../src/model/notification.js'
import { NEVER_SEEN, type ProcessObserved } from '../../../src/model/observed.js'
import type { Phase } from '../../../src/model/phase.js'
import { createStage, poolOf } from './stage.js'

const key = processKey('g', 'p')
const seen = (phase: Phase, more: object = {}) => ({ ...NEVER_SEEN, ...more, phase }) as ProcessObserved
const change = (before: ProcessObserved, after: ProcessObserved): Notification => ({
  type: 'process-state',
  key,
  transition: { from: before.phase, to: after.phase, before, after },
  exit: null,
})
const output = (type: 'process-output' | 'process-communication', data: Buffer): Notification => ({
  type,
  key,
  pid: 42,
  channel: 'stderr',
  data,
})

describe('the payload of', () => {
  const head = 'processname:p groupname:g from_state:'
  test.each([
    ['PROCESS_STATE_STARTING', change(seen('STOPPED'), seen('STARTING', { attempt: 0 })), `${head}STOPPED tries:0`],
    ['PROCESS_STATE_STARTING', change(seen('BACKOFF'), seen('STARTING', { attempt: 2 })), `${head}BACKOFF tries:2`],
    ['PROCESS_STATE_RUNNING', change(seen('STARTING'), seen('RUNNING', { pid: 9 })), `${head}STARTING pid:9`],
    ['PROCESS_STATE_BACKOFF', change(seen('STARTING'), seen('BACKOFF', { attempt: 1 })), `${head}STARTING tries:1`],
    ['PROCESS_STATE_STOPPING', change(seen('RUNNING'), seen('STOPPING', { pid: 9 })), `${head}RUNNING pid:9`],
    ['PROCESS_STATE_STOPPED', change(seen('STOPPING', { pid: 9 }), seen('STOPPED')), `${head}STOPPING pid:9`],
    ['PROCESS_STATE_STOPPED', change(seen('BACKOFF'), seen('STOPPED')), `${head}BACKOFF pid:0`],
    [
      'PROCESS_STATE_EXITED',
      change(seen('RUNNING', { pid: 9 }), seen('EXITED', { expected: true })),
      `${head}RUNNING expected:1 pid:9`,
    ],
    [
      'PROCESS_STATE_EXITED',
      change(seen('RUNNING', { pid: 9 }), seen('EXITED', { expected: false })),
      `${head}RUNNING expected:0 pid:9`,
    ],
    ['PROCESS_STATE_FATAL', change(seen('BACKOFF'), seen('FATAL')), `${head}BACKOFF`],
    ['PROCESS_STATE_UNKNOWN', change(seen('RUNNING', { pid: 9 }), seen('UNKNOWN', { pid: 9 })), `${head}RUNNING`],
    [
      'PROCESS_LOG_STDERR',
      output('process-output', Buffer.from('dätä\n')),
      'processname:p groupname:g pid:42 channel:stderr\ndätä\n',
    ],
    [
      'PROCESS_LOG_STDERR',
      output('process-output', Buffer.from([0x61, 0xff, 0x0a])),
      "processname:p groupname:g pid:42 channel:stderr\nUndecodable: b'a\\xff\\n'",
    ],
    [
      'PROCESS_COMMUNICATION_STDERR',
      output('process-communication', Buffer.from('hi')),
      'processname:p groupname:g pid:42\nhi',
    ],
    ['REMOTE_COMMUNICATION', { type: 'remote-communication', kind: 'a b', data: 'c\nd' }, 'type:a b\nc\nd'],
    ['SUPERVISOR_STATE_CHANGE_RUNNING', { type: 'supervisor-state', state: 'RUNNING' }, ''],
    ['SUPERVISOR_STATE_CHANGE_STOPPING', { type: 'supervisor-state', state: 'STOPPING' }, ''],
    ['PROCESS_GROUP_ADDED', { type: 'group', change: 'added', group: 'g' }, 'groupname:g\n'],
    ['PROCESS_GROUP_REMOVED', { type: 'group', change: 'removed', group: 'g' }, 'groupname:g\n'],
  ] satisfies readonly (readonly [string, Notification, string])[])('%s', (type, notification, payload) => {
    expect(typeOf(notification)).toBe(type)
    expect(payloadOf(notification)).toBe(payload)
  })
})

test.each([
  ['EVENT', 'TICK_5', true],
  ['TICK', 'TICK_60', true],
  ['TICK_6', 'TICK_60', false],
  ['TICK_60', 'TICK_60', true],
  ['PROCESS_STATE', 'PROCESS_STATE_EXITED', true],
  ['PROCESS_STATE_EXITED', 'PROCESS_STATE_FATAL', false],
  ['PROCESS_LOG', 'PROCESS_COMMUNICATION_STDOUT', false],
  ['PROCESS_COMMUNICATION', 'PROCESS_COMMUNICATION_STDOUT', true],
  ['SUPERVISOR_STATE_CHANGE', 'SUPERVISOR_STATE_CHANGE_STOPPING', true],
  ['REMOTE_COMMUNICATION', 'REMOTE_COMMUNICATION', true],
])('a subscription to %s and events of type %s: %s', (subscribed, type, expected) => {
  expect(covers(subscribed, type)).toBe(expected)
})

describe('ticks', () => {
  const ticks = (stage: ReturnType<typeof createStage>) =>
    stage.sent('t').map((text) => `${/eventname:(\S+)/.exec(text)?.[1]} ${text.split('when:')[1]}`)
  /** When the virtual clock starts, s since 1970: a multiple of 5 and 60. */
  const start = 1_700_001_000

  test('come when the wall clock passes a multiple of their period, and tell that multiple', () => {
    const stage = createStage([poolOf('t', { events: ['TICK'], bufferSize: 100 })])
    stage.ready('t')
    stage.advance(65_000)
    for (let i = 0; i < 13; i++) stage.says('t', 'RESULT 2\nOKREADY\n')
    const fives = Array.from({ length: 13 }, (_, i) => `TICK_5 ${start + 5 * (i + 1)}`)
    expect(ticks(stage)).toEqual([...fives.slice(0, 12), `TICK_60 ${start + 60}`, ...fives.slice(12)])
  })

  test('that were missed are not made up for', () => {
    const stage = createStage([poolOf('t', { events: ['TICK_5'] })])
    stage.ready('t')
    stage.clock.jumpWall(3600_000)
    stage.advance(5_000)
    expect(ticks(stage)).toEqual([`TICK_5 ${start + 3600 + 5}`])
  })

  test('come to a pool that asks for shorter ones by a reload', () => {
    const stage = createStage([poolOf('t', { events: ['TICK_3600'] })])
    stage.ready('t')
    stage.advance(1_000)
    stage.setGroups([poolOf('t', { events: ['TICK_5'] })])
    stage.advance(4_000)
    expect(ticks(stage)).toEqual([`TICK_5 ${start + 5}`])
  })

  test('wake nobody when nobody wants them', () => {
    const stage = createStage([poolOf('t')])
    expect(stage.clock.step(Number.MAX_SAFE_INTEGER)).toBe(false)
  })
})

describe('output of processes', () => {
  test('is told of when they ask for it', () => {
    const stage = createStage([poolOf('l', { events: ['PROCESS_LOG'] })])
    stage.ready('l')
    stage.says('other', 'text')
    stage.says('l', 'RESULT 2\nOKREADY\n')
    expect(stage.sent('l')).toEqual([expect.stringMatching(/eventname:PROCESS_LOG_STDOUT .*\ntext$/s)])
  })

  test('is not told of when they do not, at debug level', () => {
    const stage = createStage([poolOf('l', { events: ['PROCESS_LOG'] })], false)
    stage.ready('l')
    stage.says('other', 'text')
    expect(stage.sent('l')).toEqual([])
  })
})
