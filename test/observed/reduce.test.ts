import { describe, expect, test } from 'vitest'
import type { ProcessEvent } from '../../src/model/event.js'
import { NEVER_SEEN, type ProcessObserved } from '../../src/model/observed.js'
import { reduceProcess } from '../../src/observed/reduce.js'
import { createStore } from '../../src/observed/store.js'

const start: ProcessEvent = { type: 'starting', atMs: 1000, wallMs: 5000, generation: 1, runRequest: 0 }
const exit = (fields: Partial<Extract<ProcessEvent, { type: 'exited' }>>): ProcessEvent => ({
  type: 'exited',
  atMs: 9000,
  wallMs: 13_000,
  status: { code: 0, signal: null, coreDumped: false },
  startSecs: 1,
  exitCodes: [0],
  ...fields,
})

/** Runs events one after the other and lists every phase passed through. */
function phases(...events: readonly ProcessEvent[]): { readonly path: string; readonly last: ProcessObserved } {
  let last: ProcessObserved = NEVER_SEEN
  const path: string[] = []
  for (const event of events) {
    for (const next of reduceProcess(last, event)) {
      if (next.phase !== last.phase) path.push(next.phase)
      last = next
    }
  }
  return { path: path.join(' '), last }
}

const spawned: ProcessEvent = { type: 'spawned', pid: 42 }
const up: ProcessEvent = { type: 'declared-running' }
const stop: ProcessEvent = { type: 'stop-sent', killAtMs: 20_000, stoppedBy: 'Operator' }

describe('reduceProcess', () => {
  test.each([
    { name: 'start and stay up', events: [start, spawned, up], path: 'STARTING RUNNING' },
    { name: 'exit after startsecs', events: [start, spawned, up, exit({})], path: 'STARTING RUNNING EXITED' },
    { name: 'too quick an exit backs off', events: [start, spawned, exit({ atMs: 1500 })], path: 'STARTING BACKOFF' },
    {
      name: 'an exit that is late enough passes through RUNNING even if nobody declared it',
      events: [start, spawned, exit({ atMs: 2000 })],
      path: 'STARTING RUNNING EXITED',
    },
    {
      name: 'startsecs=0 is never too quick',
      events: [start, spawned, exit({ atMs: 1000, startSecs: 0 })],
      path: 'STARTING RUNNING EXITED',
    },
    { name: 'stop', events: [start, spawned, up, stop, exit({})], path: 'STARTING RUNNING STOPPING STOPPED' },
    {
      name: 'giving up',
      events: [
        start,
        { type: 'spawn-failed', atMs: 1000, error: 'no' } as const,
        { type: 'gave-up', reason: 'TooManyRetries' } as const,
      ],
      path: 'STARTING BACKOFF FATAL',
    },
    {
      name: 'stop while backing off',
      events: [
        start,
        { type: 'spawn-failed', atMs: 1, error: 'no' } as const,
        { type: 'retry-cancelled', stoppedBy: 'Operator' } as const,
      ],
      path: 'STARTING BACKOFF STOPPED',
    },
    {
      name: 'a refused signal leads to UNKNOWN, and the end out of it',
      events: [start, spawned, up, stop, { type: 'signal-refused', killAtMs: 9, error: 'EPERM' } as const, exit({})],
      path: 'STARTING RUNNING STOPPING UNKNOWN STOPPED',
    },
    { name: 'events that do not fit the phase change nothing', events: [up, stop, exit({}), spawned], path: '' },
  ])('$name', ({ events, path }) => {
    expect(phases(...events).path).toBe(path)
  })

  test('each failed start waits a second longer', () => {
    const failed: ProcessEvent = { type: 'spawn-failed', atMs: 1000, error: 'no' }
    const { last } = phases(start, failed, start, failed, start, failed)
    expect(last).toMatchObject({ phase: 'BACKOFF', attempt: 3, retryAtMs: 4000 })
  })

  test('what failed for want of something is tried beyond FATAL, and not from the beginning', () => {
    const failed: ProcessEvent = { type: 'spawn-failed', atMs: 1000, error: 'EMFILE', passing: true }
    const gaveUp: ProcessEvent = { type: 'gave-up', reason: 'TooManyRetries' }
    const { last } = phases(start, failed, start, failed, gaveUp)
    expect(last).toMatchObject({ phase: 'FATAL', again: { attempt: 2, atMs: 8000 } })
    expect(phases(start, failed, start, failed, gaveUp, start, failed).last).toMatchObject({
      phase: 'BACKOFF',
      attempt: 3,
    })
    expect(phases(start, failed, gaveUp, { ...start, runRequest: 1 }, failed).last).toMatchObject({ attempt: 1 })
  })

  test('a new wish starts counting failures anew', () => {
    const failed: ProcessEvent = { type: 'spawn-failed', atMs: 1000, error: 'no' }
    const { last } = phases(start, failed, start, failed, { ...start, runRequest: 1 }, failed)
    expect(last).toMatchObject({ phase: 'BACKOFF', attempt: 1 })
  })

  test('death by signal is never expected and reported as -1', () => {
    const killed = exit({ status: { code: null, signal: 9, coreDumped: false }, exitCodes: [0, 9] })
    const { last } = phases(start, spawned, up, killed)
    expect(last).toMatchObject({ phase: 'EXITED', expected: false, exitStatus: -1, spawnError: 'Bad exit code -1' })
  })
})

describe('createStore', () => {
  test('what was handed out never changes', () => {
    const store = createStore()
    store.dispatch('a:a', start)
    const before = store.table['a:a']
    store.dispatch('a:a', spawned)
    expect(before).toMatchObject({ phase: 'STARTING', pid: 0 })
    expect(store.table['a:a']).toMatchObject({ phase: 'STARTING', pid: 42 })
    expect(Object.isFrozen(store.table['a:a'])).toBe(true)
  })

  test('a phase leaves nothing of the one before behind', () => {
    const store = createStore()
    for (const event of [start, spawned, up, stop, exit({})]) store.dispatch('a:a', event)
    expect(Object.keys(store.table['a:a'] ?? {})).not.toContain('pid')
    expect(Object.keys(store.table['a:a'] ?? {})).not.toContain('killAtMs')
  })
})
