import { describe, expect, test } from 'vitest'
import { createEventLog } from '../../src/control/event-log.js'
import { NEVER_SEEN, type ProcessObserved } from '../../src/model/observed.js'
import { createVirtualClock } from '../sim/clock.js'

const UP: ProcessObserved = { ...NEVER_SEEN, phase: 'RUNNING', pid: 42, attempt: 0 }

function journal() {
  const clock = createVirtualClock()
  const log = createEventLog(clock)
  const note = (text: string) => log.record({ type: 'condition', from: '', to: 'PendingChange', text })
  const run = () => {
    while (clock.step(clock.monotonicMs() + 1));
  }
  return { log, note, run }
}

describe('the journal', () => {
  test('gives everything from a serial on, in order, and what to ask for next', () => {
    const { log, note } = journal()
    for (const text of ['a', 'b', 'c']) note(text)
    const { events, next, lost } = log.read(2)
    expect(events.map(({ serial, text }) => `${serial} ${text}`)).toEqual(['2 b', '3 c'])
    expect({ next, lost }).toEqual({ next: 4, lost: false })
    expect(log.read(4)).toEqual({ events: [], next: 4, lost: false })
  })

  test('keeps a bounded number and says when something asked for is gone', () => {
    const { log, note } = journal()
    for (let i = 0; i < 5000; i++) note('x')
    expect(log.read(0).events).toHaveLength(4096)
    expect(log.read(0)).toMatchObject({ lost: false, next: 5001 })
    expect(log.read(1).lost).toBe(true)
    expect(log.read(5001 - 4096).lost).toBe(false)
    expect(log.read(0).events[0]?.serial).toBe(5001 - 4096)
  })

  test('long texts push out more than short ones', () => {
    const { log, note } = journal()
    for (let i = 0; i < 100; i++) note('x'.repeat(50_000))
    const { events } = log.read(0)
    expect(events.length).toBeGreaterThan(5)
    expect(events.length).toBeLessThan(15)
    expect(events.at(-1)?.serial).toBe(100)
  })

  test('a serial of another life of the daemon gets everything, and is told that something is missing', () => {
    const { log, note } = journal()
    note('a')
    expect(log.read(900)).toMatchObject({ events: [{ serial: 1 }], lost: true, next: 2 })
  })

  test('has the events of one process apart', () => {
    const { log, note } = journal()
    const transition = { from: 'STARTING', to: 'RUNNING', before: NEVER_SEEN, after: UP } as const
    log.process('web:web', transition, null)
    note('a')
    log.process('cat:cat', transition, null)
    log.process('web:web', transition, null)
    expect(log.ofProcess('web:web', 9).map(({ serial, pid }) => [serial, pid])).toEqual([
      [1, 42],
      [4, 42],
    ])
    expect(log.ofProcess('web:web', 1).map(({ serial }) => serial)).toEqual([4])
  })

  test('who waits is told once, after the turn in which something happened', () => {
    const { log, note, run } = journal()
    let calls = 0
    log.onNext(() => {
      calls += 1
    })
    note('a')
    note('b')
    expect(calls).toBe(0)
    run()
    note('c')
    run()
    expect(calls).toBe(1)
  })

  test('who waits no longer is not told, and only so many wait', () => {
    const { log, note, run } = journal()
    let calls = 0
    const cancels = Array.from({ length: 64 }, () =>
      log.onNext(() => {
        calls += 1
      }),
    )
    expect(log.onNext(() => {})).toBeNull()
    cancels[0]?.()
    expect(log.onNext(() => {})).not.toBeNull()
    note('a')
    run()
    expect(calls).toBe(63)
  })

  test('when it closes those who wait are told', () => {
    const { log } = journal()
    let calls = 0
    log.onNext(() => {
      calls += 1
    })
    log.close()
    expect(calls).toBe(1)
  })
})
