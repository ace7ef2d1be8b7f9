import { expect, test } from 'vitest'
import { healthDocument } from '../../src/api/json/health.js'
import { NEVER_SEEN } from '../../src/model/observed.js'
import { NO_OVERRIDE } from '../../src/model/spec.js'
import { documentProblems } from '../support/document.js'
import { HOLD } from '../support/specs.js'
import { fakeDaemon, RUNNING, viewOf } from './fake-operator.js'

const DOWN = { ...NEVER_SEEN, observedGeneration: 1, phase: 'FATAL' } as const
const DONE = { ...NEVER_SEEN, observedGeneration: 1, phase: 'EXITED', expected: true, exitStatus: 0 } as const
const held = { ...NO_OVERRIDE, hold: HOLD }

for (const { name, views, names, ready } of [
  { name: 'all run', views: [viewOf('a', 'a', RUNNING)], ready: true },
  { name: 'one has completed', views: [viewOf('a', 'a', DONE)], ready: true },
  { name: 'one has given up', views: [viewOf('a', 'a', RUNNING), viewOf('b', 'b', DOWN)], ready: false },
  { name: 'another one has', views: [viewOf('a', 'a', RUNNING), viewOf('b', 'b', DOWN)], names: ['a'], ready: true },
  { name: 'one is held', views: [viewOf('a', 'a', NEVER_SEEN, { override: held })], ready: true },
  {
    name: 'the one that was asked for is held',
    views: [viewOf('a', 'a', NEVER_SEEN, { override: held })],
    names: ['a'],
    ready: false,
  },
  { name: 'there is no such process', views: [viewOf('a', 'a', RUNNING)], names: ['z'], ready: false },
]) {
  test(`readiness when ${name}: ${ready}`, () => {
    const { operator } = fakeDaemon({ views })
    const document = healthDocument(operator, names ?? [], false)
    expect(documentProblems(document)).toBe('')
    expect(document.ready).toBe(ready)
  })
}

test('a daemon that is closing is live and not ready', () => {
  const { operator } = fakeDaemon({ views: [viewOf('a', 'a', RUNNING)], state: 'SHUTDOWN' })
  expect(healthDocument(operator, [], false).ready).toBe(false)
  const live = healthDocument(operator, [], true)
  expect(documentProblems(live)).toBe('')
  expect(live).toMatchObject({ ready: null, checked: 0 })
})
