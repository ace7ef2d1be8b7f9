import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupOf, specOf } from '../../support/specs.js'
import { createStage, poolOf } from './stage.js'

const OK = 'RESULT 2\nOKREADY\n'
const FAIL = 'RESULT 4\nFAILREADY\n'

describe('an event on the wire', () => {
  test('has its keys in order, and no newline at its end', () => {
    const stage = createStage([poolOf('mine')])
    stage.ready('mine')
    stage.remote('hello')
    expect(stage.sent('mine')).toEqual([
      'ver:3.0 server:supervisor serial:0 pool:mine poolserial:0 eventname:REMOTE_COMMUNICATION len:12\ntype:x\nhello',
    ])
  })

  test.each([
    ['characters', 'dätä', 11],
    ['bytes', 'dätä', 13],
    ['characters', '😀', 8],
    ['bytes', '😀', 11],
  ] as const)('counts its payload in %s: %s', (lengthUnit, data, length) => {
    const stage = createStage([poolOf('p', { lengthUnit })])
    stage.ready('p')
    stage.remote(data)
    expect(stage.sent('p')[0]).toMatch(new RegExp(` len:${length}\ntype:x\n${data}$`, 'u'))
  })

  test('is sent only to a listener that is RUNNING and said READY', () => {
    const stage = createStage([poolOf('p')])
    stage.remote('a')
    stage.says('p', 'READY\n')
    expect(stage.bodies('p')).toEqual([])
    stage.state('p', 'STARTING', 'RUNNING')
    expect(stage.bodies('p')).toEqual(['a'])
  })

  test('is not sent to one that is being stopped', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.state('p', 'RUNNING', 'STOPPING')
    stage.remote('a')
    expect(stage.bodies('p')).toEqual([])
  })

  test('may still be answered while the listener is being stopped', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.state('p', 'RUNNING', 'STOPPING')
    stage.says('p', 'RESULT 2\nOK')
    stage.state('p', 'STOPPING', 'STOPPED')
    stage.ready('p')
    stage.advance(10_000)
    expect(stage.bodies('p')).toEqual(['a'])
  })
})

describe('serials', () => {
  const serials = (sent: readonly string[]) => sent.map((text) => text.match(/ (?:pool)?serial:\d+/g)?.join(''))

  test('count events that somebody takes, and per pool those it takes', () => {
    const stage = createStage([poolOf('r'), poolOf('all', { events: ['EVENT'] })])
    stage.listeners.notify({ type: 'supervisor-state', state: 'RUNNING' }) // serial 2: both groups were told before
    stage.remote('a')
    stage.ready('all')
    stage.ready('r')
    stage.says('r', OK)
    expect(serials(stage.sent('r'))).toEqual([' serial:2 poolserial:0'])
    for (let i = 0; i < 3; i++) stage.says('all', OK)
    expect(serials(stage.sent('all'))).toEqual([
      ' serial:0 poolserial:0',
      ' serial:1 poolserial:1',
      ' serial:2 poolserial:2',
      ' serial:3 poolserial:3',
    ])
  })

  test('do not count what nobody takes', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.listeners.notify({ type: 'supervisor-state', state: 'RUNNING' })
    stage.remote('a')
    expect(serials(stage.sent('p'))).toEqual([' serial:0 poolserial:0'])
  })

  test('stay with an event that is sent again', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.says('p', FAIL)
    stage.says('p', OK)
    const [first, second] = stage.sent('p')
    expect(second).toBe(first)
  })

  test('of a pool start over with a new pool, the global ones go on', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.setGroups([])
    stage.remote('lost')
    stage.setGroups([poolOf('p')])
    stage.ready('p')
    stage.remote('b')
    expect(serials(stage.sent('p'))).toEqual([' serial:0 poolserial:0', ' serial:1 poolserial:0'])
  })

  test('are one for an event that matches two subscriptions', () => {
    const stage = createStage([poolOf('p', { events: ['SUPERVISOR_STATE_CHANGE', 'SUPERVISOR_STATE_CHANGE_RUNNING'] })])
    stage.ready('p')
    stage.listeners.notify({ type: 'supervisor-state', state: 'RUNNING' })
    stage.says('p', OK)
    expect(serials(stage.sent('p'))).toEqual([' serial:0 poolserial:0'])
  })
})

describe('a pool of several processes', () => {
  test('sends to the first one that is ready, in their order', () => {
    const stage = createStage([poolOf('p', {}, 3)])
    stage.ready('p:p_2', 'p:p_1')
    stage.remote('a')
    stage.remote('b')
    stage.remote('c')
    expect([stage.bodies('p:p_1'), stage.bodies('p:p_2')]).toEqual([['a'], ['b']])
    stage.ready('p:p_0')
    expect(stage.bodies('p:p_0')).toEqual(['c'])
  })

  test('tries the next one when a pipe is closed, and keeps the event when all are', () => {
    const stage = createStage([poolOf('p', {}, 2)])
    stage.ready('p:p_0', 'p:p_1')
    stage.answer('p:p_0', 'closed')
    stage.remote('a')
    expect(stage.bodies('p:p_1')).toEqual(['a'])
    stage.remote('b')
    stage.answer('p:p_0', 'ok')
    stage.says('p:p_1', OK)
    expect([stage.bodies('p:p_0'), stage.bodies('p:p_1')]).toEqual([['b'], ['a']])
    expect(stage.log).toContain('debug epipe occurred while sending event 0 to listener p_0, listener state unchanged')
    expect(stage.log).toContain('debug rebuffering event 1 for pool p (buf size=0, max=10)')
  })
})

describe('a refused event', () => {
  test('goes back to the pool that refused it, before all others, and to no other pool', () => {
    const stage = createStage([poolOf('p'), poolOf('q')])
    stage.ready('p', 'q')
    stage.remote('a')
    stage.remote('b')
    stage.says('q', OK)
    stage.says('p', FAIL)
    stage.says('p', OK)
    stage.says('p', OK)
    expect(stage.bodies('p')).toEqual(['a', 'a', 'b'])
    stage.says('q', OK)
    expect(stage.bodies('q')).toEqual(['a', 'b'])
  })

  test.each([
    ['FAIL', FAIL],
    ['any other result', 'RESULT 2\nNOREADY\n'],
    ['a result of no length', 'RESULT 0\nREADY\n'],
  ])('is one that was answered with %s', (_, answer) => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.says('p', answer)
    expect(stage.bodies('p')).toEqual(['a', 'a'])
    expect(stage.log).toContain('warn p: event was rejected')
  })

  test('is logged in the order of the original', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.log.splice(0)
    stage.says('p', 'RESULT 4\nFAIL')
    expect(stage.log).toEqual([
      'warn p: event was rejected',
      'debug p: BUSY -> ACKNOWLEDGED',
      'debug rebuffering event 0 for pool p (buf size=0, max=10)',
    ])
  })

  test('is one that was answered with a bad result line, and the listener is out', () => {
    const stage = createStage([poolOf('p', {}, 2)])
    stage.ready('p:p_0', 'p:p_1')
    stage.remote('a')
    stage.log.splice(0)
    stage.says('p:p_0', Buffer.from('RESULT \xff\n', 'latin1'))
    expect(stage.log.slice(0, 3)).toEqual([
      "warn p_0: bad result line: 'Undecodable: b'RESULT \\xff''",
      'debug p_0: BUSY -> UNKNOWN',
      expect.stringMatching(/^warn p_0: has entered the UNKNOWN state and will no longer receive events, this usually/),
    ])
    expect([stage.bodies('p:p_0'), stage.bodies('p:p_1')]).toEqual([['a'], ['a']])
  })

  test('is one whose listener died of it; a new process begins anew', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.says('p', 'RESU')
    stage.state('p', 'RUNNING', 'EXITED')
    stage.ready('p')
    stage.advance(999)
    expect(stage.bodies('p')).toEqual(['a'])
    stage.advance(1)
    expect(stage.bodies('p')).toEqual(['a', 'a'])
  })

  test('goes to another listener of the pool at once when its own died', () => {
    const stage = createStage([poolOf('p', {}, 2)])
    stage.ready('p:p_0', 'p:p_1')
    stage.remote('a')
    stage.state('p:p_0', 'RUNNING', 'EXITED')
    expect([stage.bodies('p:p_0'), stage.bodies('p:p_1')]).toEqual([['a'], ['a']])
  })

  test('is retried at once, once, then with longer and longer waits, for ever', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    const waits: number[] = []
    for (let i = 0; i < 12; i++) {
      const [count, since] = [stage.bodies('p').length, stage.clock.monotonicMs()]
      stage.says('p', FAIL)
      while (stage.bodies('p').length === count) stage.clock.step(Number.POSITIVE_INFINITY)
      waits.push(stage.clock.monotonicMs() - since)
    }
    expect(waits).toEqual([0, 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000])
  })

  test('makes later ones wait, in their order', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    for (let i = 0; i < 3; i++) stage.says('p', FAIL)
    stage.remote('b')
    expect(stage.bodies('p')).toEqual(['a', 'a', 'a'])
    stage.advance(100)
    stage.says('p', OK)
    stage.says('p', OK)
    expect(stage.bodies('p')).toEqual(['a', 'a', 'a', 'a', 'b'])
  })
})

describe('a full buffer', () => {
  test('loses its oldest event and says which', () => {
    const stage = createStage([poolOf('p', { bufferSize: 2 })])
    stage.ready('p')
    for (const data of ['sent', 'b', 'c', 'd', 'e']) stage.remote(data)
    expect(stage.log.filter((line) => line.startsWith('error'))).toEqual([
      'error pool p event buffer overflowed, discarding event 1',
      'error pool p event buffer overflowed, discarding event 2',
    ])
    for (let i = 0; i < 3; i++) stage.says('p', OK)
    expect(stage.bodies('p')).toEqual(['sent', 'd', 'e'])
  })

  test('loses its oldest for a refused one too', () => {
    const stage = createStage([poolOf('p', { bufferSize: 2 })])
    stage.ready('p')
    for (const data of ['a', 'b', 'c']) stage.remote(data)
    stage.says('p', FAIL)
    expect(stage.log).toContain('error pool p event buffer overflowed, discarding event 1')
    for (let i = 0; i < 2; i++) stage.says('p', OK)
    expect(stage.bodies('p')).toEqual(['a', 'a', 'c'])
  })

  test('takes on another size while it is used', () => {
    const stage = createStage([poolOf('p', { bufferSize: 4 })])
    stage.ready('p')
    for (const data of ['sent', 'b', 'c', 'd', 'e']) stage.remote(data)
    stage.setGroups([poolOf('p', { bufferSize: 2 })])
    stage.remote('f')
    for (let i = 0; i < 3; i++) stage.says('p', OK)
    expect(stage.bodies('p')).toEqual(['sent', 'e', 'f'])
  })

  test('never holds more than its size, whatever comes', () => {
    const act = fc.constantFrom('event', 'OK', 'FAIL', 'dies', 'comes')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(act, { maxLength: 60 }), (bufferSize, acts) => {
        const stage = createStage([poolOf('p', { bufferSize })])
        stage.ready('p')
        let running = true
        let offered = 0
        for (const one of acts) {
          if (one === 'event') stage.remote(String(offered++))
          else if (one === 'dies' && running) stage.state('p', 'RUNNING', 'EXITED')
          else if (one === 'comes' && !running) stage.ready('p')
          else if (running) stage.says('p', one === 'OK' ? OK : FAIL)
          running = one === 'dies' ? false : running || one === 'comes'
        }
        // Everything offered was delivered, or said to be lost, or waits: and no more than fits waits.
        const delivered = new Set(stage.bodies('p')).size
        const lost = stage.log.filter((line) => line.startsWith('error')).length
        expect(offered - delivered - lost).toBeLessThanOrEqual(bufferSize)
      }),
    )
  })
})

describe('events from before the first READY', () => {
  const programs = Array.from({ length: 60 }, (_, i) => groupOf(`p${i}`, [specOf({ name: `p${i}` })]))
  const pool = poolOf('l', { events: ['PROCESS_STATE'] })

  test('are all delivered, those of programs that come up meanwhile too', () => {
    const stage = createStage([pool, ...programs])
    for (const { name } of programs) stage.state(name, 'STOPPED', 'STARTING')
    stage.state('l', 'STARTING', 'RUNNING') // up, and slow to say READY
    for (const { name } of programs) stage.state(name, 'STARTING', 'RUNNING')
    stage.says('l', 'READY\n')
    for (let i = 0; i < 2 * programs.length; i++) stage.says('l', OK)
    expect(stage.sent('l')).toHaveLength(2 * programs.length + 1)
    expect(stage.log.filter((line) => line.startsWith('error'))).toEqual([])
  })

  test('do not count against the buffer of later ones', () => {
    const stage = createStage([pool, ...programs])
    for (const { name } of programs) stage.state(name, 'STOPPED', 'STARTING')
    stage.ready('l')
    for (let i = 0; i <= programs.length; i++) stage.says('l', OK)
    for (const { name } of programs) stage.state(name, 'STARTING', 'RUNNING')
    expect(stage.log.filter((line) => line.startsWith('error'))).toHaveLength(49) // one is on its way, ten wait
  })

  test('of other kinds count once the listener is RUNNING, as in the original', () => {
    const stage = createStage([poolOf('never', { bufferSize: 2 })])
    stage.state('never', 'STARTING', 'RUNNING')
    for (const data of ['a', 'b', 'c']) stage.remote(data)
    expect(stage.log).toEqual(['error pool never event buffer overflowed, discarding event 0'])
  })

  test('are bounded in number', () => {
    const stage = createStage([poolOf('p')])
    for (let i = 0; i < 10_002; i++) stage.remote('a')
    expect(stage.log).toHaveLength(2)
  })

  test('are bounded in length', () => {
    const stage = createStage([poolOf('p')])
    const data = 'x'.repeat(1024 * 1024)
    for (let i = 0; i < 20; i++) stage.remote(data)
    expect(stage.log).toHaveLength(13)
    stage.ready('p')
    for (let i = 0; i < 20; i++) stage.says('p', OK)
    expect(stage.sent('p')).toHaveLength(7)
  })
})

describe('a reload', () => {
  test('changes what a living pool hears of', () => {
    const stage = createStage([poolOf('p', { events: ['PROCESS_STATE'] })])
    stage.ready('p')
    stage.says('p', OK)
    const before = stage.sent('p').length
    stage.remote('unheard')
    stage.setGroups([poolOf('p')])
    stage.remote('heard')
    expect(stage.sent('p').slice(before)).toEqual([expect.stringMatching(/poolserial:1 .*\ntype:x\nheard$/s)])
  })

  test('that makes a program of a listener ends its pool, and the other way begins one', () => {
    const program = groupOf('p', [specOf({ name: 'p' })])
    const stage = createStage([program])
    stage.setGroups([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.setGroups([program])
    stage.log.splice(0)
    stage.says('p', 'ordinary output of a program\n')
    stage.remote('b')
    expect(stage.bodies('p')).toEqual(['a'])
    expect(stage.log).toEqual([])
  })

  test('that removes a busy pool loses what it was busy with, without a word about its buffer', () => {
    const stage = createStage([poolOf('p')])
    stage.ready('p')
    stage.remote('a')
    stage.remote('b')
    stage.setGroups([])
    stage.state('p', 'RUNNING', 'STOPPED')
    expect(stage.log.filter((line) => line.startsWith('error'))).toEqual([])
  })
})
