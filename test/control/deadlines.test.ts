import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDeadlines } from '../../src/control/deadlines.js'
import type { ProcessKey } from '../../src/model/names.js'
import { createVirtualClock } from '../sim/clock.js'

test('whatever is set, replaced and cleared, each key comes up once, when it is due, earliest first', () => {
  const change = fc.record({ key: fc.nat(5), atMs: fc.option(fc.nat(100), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const clock = createVirtualClock()
      const deadlines = createDeadlines(clock, () => {})
      const expected = new Map<ProcessKey, number>()
      const base = clock.monotonicMs()
      for (const { key, atMs } of changes) {
        const name: ProcessKey = `p:${key}`
        deadlines.set(name, atMs === undefined ? undefined : base + atMs)
        if (atMs === undefined) expected.delete(name)
        else expected.set(name, base + atMs)
      }
      const order = [...expected].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([key]) => key)
      const half = base + 50
      const early = deadlines.due(half)
      expect([...early, ...deadlines.due(base + 100)]).toEqual(order)
      expect(early.every((key) => (expected.get(key) ?? 0) <= half)).toBe(true)
    }),
  )
})

test('one timer wakes for the earliest deadline', () => {
  const clock = createVirtualClock()
  const woken: number[] = []
  const deadlines = createDeadlines(clock, () => {
    woken.push(clock.monotonicMs())
    deadlines.due(clock.monotonicMs())
  })
  const base = clock.monotonicMs()
  deadlines.set('a:a', base + 30)
  deadlines.set('b:b', base + 10)
  deadlines.set('b:b', base + 20)
  while (clock.step(base + 100));
  expect(woken).toEqual([base + 20, base + 30])
})
