import { expect, test } from 'vitest'
import { createSettling } from '../../src/host/settle.js'

/** Time that passes only when told to. */
function createTime() {
  let nowMs = 0
  let alarms: { atMs: number; wake: () => void }[] = []
  return {
    monotonicMs: () => nowMs,
    wakeAt: (atMs: number, wake: () => void) => {
      const alarm = { atMs, wake }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((other) => other !== alarm)
      }
    },
    advanceTo: (atMs: number) => {
      for (;;) {
        const next = alarms.filter((alarm) => alarm.atMs <= atMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (next === undefined) break
        alarms = alarms.filter((other) => other !== next)
        nowMs = Math.max(nowMs, next.atMs)
        next.wake()
      }
      nowMs = atMs
    },
    pending: () => alarms.length,
  }
}

/** @returns when it settled, for changes seen or hidden (found only by the last look) at the given times */
function run(
  changes: readonly (readonly [number, string, 'hidden'?])[],
  limits = { settleMs: 500, maxSettleMs: 2000 },
  busy: (nowMs: number) => boolean = () => false,
) {
  const time = createTime()
  const settledAt: number[] = []
  let value = 'a'
  const settling = createSettling(
    'a',
    limits,
    time,
    () => value,
    () => busy(time.monotonicMs()),
    () => void settledAt.push(time.monotonicMs()),
  )
  for (const [atMs, next, hidden] of changes) {
    time.advanceTo(atMs)
    value = next
    if (hidden === undefined) settling.observe(next)
  }
  time.advanceTo(100_000)
  return { settledAt, pending: time.pending() }
}

test.each([
  { name: 'nothing new is nothing', changes: [[10, 'a']], settledAt: [] },
  { name: 'a change settles after the silence', changes: [[10, 'b']], settledAt: [510] },
  {
    name: 'a further change starts the silence anew',
    changes: [
      [0, 'b'],
      [400, 'c'],
      [800, 'd'],
    ],
    settledAt: [1300],
  },
  {
    name: 'the same again does not',
    changes: [
      [0, 'b'],
      [400, 'b'],
    ],
    settledAt: [500],
  },
  {
    name: 'a change found by the last look starts it anew',
    changes: [
      [0, 'b'],
      [400, 'c', 'hidden'],
    ],
    settledAt: [1000],
  },
  {
    name: 'what is back as it was is no change',
    changes: [
      [0, 'b'],
      [300, 'a'],
    ],
    settledAt: [],
  },
  {
    name: 'two changes far apart are two',
    changes: [
      [0, 'b'],
      [5000, 'c'],
    ],
    settledAt: [500, 5500],
  },
  {
    name: 'restless files are told of after the longest wait, and once more when at rest',
    changes: Array.from({ length: 10 }, (_, i) => [i * 300, `v${i}`] as const),
    settledAt: [2000, 3200],
  },
] as const)('$name', ({ changes, settledAt }) => {
  expect(run(changes)).toEqual({ settledAt, pending: 0 })
})

test('a writer who pauses is waited for', () => {
  const { settledAt, pending } = run([[10, 'b']], undefined, (nowMs) => nowMs < 3000)
  expect(settledAt).toEqual([3010])
  expect(pending).toBe(0)
})

test('a file that somebody keeps open for writing is read after a minute', () => {
  const { settledAt, pending } = run([[10, 'b']], undefined, () => true)
  expect(settledAt).toEqual([60_010])
  expect(pending).toBe(0)
})

test('nothing comes after close', () => {
  const time = createTime()
  let settled = 0
  const settling = createSettling(
    'a',
    { settleMs: 5, maxSettleMs: 50 },
    time,
    () => 'b',
    () => false,
    () => {
      settled += 1
    },
  )
  settling.observe('b')
  settling.close()
  settling.observe('c')
  time.advanceTo(1000)
  expect([settled, time.pending()]).toEqual([0, 0])
})
