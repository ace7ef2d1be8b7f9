import { describe, expect, test } from 'vitest'
import { createClock } from '../../src/host/clock.js'

describe('the clock of the machine', () => {
  test('counts whole milliseconds that only grow', () => {
    const clock = createClock()
    let last = clock.monotonicMs()
    for (let i = 0; i < 1000; i++) {
      const now = clock.monotonicMs()
      expect(Number.isInteger(now) && now >= last).toBe(true)
      last = now
    }
    expect(Math.abs(clock.wallMs() - Date.now())).toBeLessThan(1000)
  })

  test('wakes in the order of time, never early, ties as they were set', async () => {
    const clock = createClock()
    const start = clock.monotonicMs()
    const woken: { readonly name: string; readonly late: number }[] = []
    await new Promise<void>((done) => {
      const at = (name: string, ms: number, then = () => {}) =>
        clock.wakeAt(start + ms, () => {
          woken.push({ name, late: clock.monotonicMs() - start - ms })
          then()
        })
      at('last', 60, done)
      at('b', 20)
      at('c', 20)
      at('a', 5)
      at('past', -1000)
      at('never', Infinity)()
    })
    expect(woken.map((each) => each.name)).toEqual(['past', 'a', 'b', 'c', 'last'])
    expect(woken.every((each) => each.late >= 0)).toBe(true)
  })

  test('a cancelled alarm stays silent, even when its time has come with others', async () => {
    const clock = createClock()
    const woken: string[] = []
    const at = clock.monotonicMs() + 10
    await new Promise<void>((done) => {
      let cancelSecond = () => {}
      clock.wakeAt(at, () => {
        woken.push('first')
        cancelSecond()
      })
      cancelSecond = clock.wakeAt(at, () => woken.push('second'))
      const cancelEarly = clock.wakeAt(at - 5, () => woken.push('early'))
      cancelEarly()
      cancelEarly()
      clock.wakeAt(at + 5, done)
    })
    expect(woken).toEqual(['first'])
  })

  test('a time beyond what a timer can hold neither fires at once nor blocks a nearer one', async () => {
    const clock = createClock()
    let far = 0
    const cancel = clock.wakeAt(clock.monotonicMs() + 2 ** 40, () => far++)
    await new Promise<void>((done) => clock.wakeAt(clock.monotonicMs() + 20, done))
    cancel()
    expect(far).toBe(0)
  })

  test('never wakes from inside the call', () => {
    const clock = createClock()
    let woken = false
    const cancel = clock.wakeAt(0, () => {
      woken = true
    })
    expect(woken).toBe(false)
    cancel()
  })

  describe('that did not run for a while', () => {
    const late = (forMs: number) => {
      let systemMs = 1_000_000
      const clock = createClock(() => systemMs)
      const woken: string[] = []
      const startMs = clock.monotonicMs()
      clock.wakeAt(startMs + 20, () => woken.push('kill'))
      systemMs += forMs
      return {
        clock,
        woken,
        startMs,
        passedMs: () => clock.monotonicMs() - startMs,
        run: (ms: number) => (systemMs += ms),
      }
    }

    test('counts little of that time, so that no deadline passes unheard', async () => {
      const { clock, startMs, passedMs, run } = late(60_000)
      let before = clock.monotonicMs()
      expect(passedMs()).toBe(1000)
      for (let i = 0; i < 3; i++) {
        run(4_000)
        expect(clock.monotonicMs() - before).toBe(4_000)
        before = clock.monotonicMs()
      }
      expect(clock.monotonicMs() - startMs).toBe(13_000)
    })

    test('goes on in another program where it was', () => {
      const { clock } = late(60_000)
      const nowMs = clock.monotonicMs()
      const next = createClock(() => 1_060_000, clock.frozenMs())
      expect([clock.frozenMs(), next.monotonicMs()]).toEqual([59_000, nowMs])
    })

    test('hears what happened meanwhile before it acts on a deadline', async () => {
      const { woken } = late(3_000)
      await new Promise<void>((done) => {
        // As the end of a child: heard of in one turn of the loop, told in the next.
        setTimeout(() => setImmediate(() => void woken.push('exited')), 20)
        setTimeout(done, 60)
      })
      expect(woken).toEqual(['exited', 'kill'])
    })

    test('comes to every alarm though each is late', () => {
      const { clock, run, startMs } = late(0)
      clock.wakeAt(startMs + 10_000, () => undefined)
      for (let i = 0; i < 12; i++) {
        run(20_000)
        clock.monotonicMs()
      }
      expect(clock.monotonicMs() - startMs).toBeGreaterThan(10_000)
    })
  })
})
