import { expect, test } from 'vitest'
import { createMemory, restoreHolds } from '../../src/control/remembered.js'
import { NO_OVERRIDES, requestStop } from '../../src/desired/overrides.js'
import { HOLD } from '../support/specs.js'

const CLOCK = { monotonicMs: () => 500, wallMs: () => 10_000 }
const SCALES = { web: { numprocs: 5, fileNumprocs: 3, sinceWallMs: 1, by: 'svctl scale' } }

/** A folder in memory. */
function folder(first: string | null = null) {
  const files = new Map(first === null ? [] : [['overrides.json', new TextEncoder().encode(first)]])
  let writes = 0
  const state = {
    read: (name: string) => files.get(name) ?? null,
    write: (name: string, bytes: Uint8Array) => {
      writes++
      files.set(name, new Uint8Array(bytes))
      return true
    },
    remove: (name: string) => void files.delete(name),
  }
  return { state, files, writes: () => writes }
}

const timed = (wallMs: number) => ({ ...HOLD, reason: 'disk', until: { atMs: 7, wallMs } })
const held = requestStop(requestStop(NO_OVERRIDES, ['a:a'], HOLD), ['b:b'], timed(12_000))

test('holds and scales come back; times go on by the clock on the wall', () => {
  const { state } = folder()
  createMemory(state).keep(true, requestStop(held, ['c:c'], timed(9_000)), SCALES)
  const recalled = createMemory(state).recall()
  expect(recalled.scales).toEqual(SCALES)
  const restored = restoreHolds(NO_OVERRIDES, recalled, () => true, CLOCK)
  expect(Object.fromEntries(Object.entries(restored.byKey).map(([key, { hold }]) => [key, hold]))).toEqual({
    'a:a': HOLD,
    'b:b': { ...HOLD, reason: 'disk', until: { atMs: 2_500, wallMs: 12_000 } },
  })
})

test('a process that is no longer declared is not held', () => {
  const { state } = folder()
  createMemory(state).keep(true, held, {})
  const restored = restoreHolds(NO_OVERRIDES, createMemory(state).recall(), (key) => key === 'a:a', CLOCK)
  expect(Object.keys(restored.byKey)).toEqual(['a:a'])
})

test('what has not changed is not written again, and what is not to be remembered is removed', () => {
  const { state, files, writes } = folder()
  const memory = createMemory(state)
  for (let i = 0; i < 3; i++) memory.keep(true, held, SCALES)
  memory.keep(true, { ...held, byKey: { ...held.byKey } }, SCALES)
  expect(writes()).toBe(1)
  memory.keep(false, held, SCALES)
  expect([...files.keys()]).toEqual([])
})

for (const text of [
  '',
  '{',
  '[]',
  'null',
  '{"format":2}',
  '{"format":1,"holds":{"a:a":{"by":1}},"scales":{"web":{"numprocs":-1}}}',
])
  test(`a file that says ${JSON.stringify(text)} holds nothing`, () => {
    expect(createMemory(folder(text).state).recall()).toEqual({ holds: {}, scales: {} })
  })
