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
})
