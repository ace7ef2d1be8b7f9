import { describe, expect, test } from 'vitest'
import { judge } from '../../src/api/json/verdict.js'
import { HOLD } from '../support/specs.js'
import { RUNNING, viewOf } from './fake-operator.js'

const HELD = { hold: HOLD, runRequest: 0, stopRequest: 1 }
const ASKED = { hold: null, runRequest: 7, stopRequest: 0 }

describe('whether a process is where it should be', () => {
  for (const { name, view, verdict } of [
    { name: 'a running one is', view: viewOf('a', 'a', RUNNING), verdict: 'ok' },
    {
      name: 'one that runs an older specification is on its way',
      view: viewOf('a', 'a', RUNNING, { generation: 2 }),
      verdict: 'pending',
    },
    {
      name: 'one asked to start again is on its way',
      view: viewOf('a', 'a', RUNNING, { override: ASKED }),
      verdict: 'pending',
    },
    {
      name: 'a starting one is on its way',
      view: viewOf('a', 'a', { phase: 'STARTING', pid: 1, observedGeneration: 1 }),
      verdict: 'pending',
    },
    {
      name: 'one that could not start and waits failed',
      view: viewOf('a', 'a', { phase: 'BACKOFF', observedGeneration: 1 }),
      verdict: 'failed',
    },
    {
      name: 'one that failed under an older specification gets another chance',
      view: viewOf('a', 'a', { phase: 'FATAL', observedGeneration: 1 }, { generation: 2 }),
      verdict: 'pending',
    },
    {
      name: 'one that was given up failed',
      view: viewOf('a', 'a', { phase: 'FATAL', observedGeneration: 1 }),
      verdict: 'failed',
    },
    {
      name: 'one stopped by a person is held',
      view: viewOf('a', 'a', { phase: 'STOPPED' }, { override: HELD }),
      verdict: 'held',
    },
    {
      name: 'one being stopped by a person is on its way',
      view: viewOf('a', 'a', RUNNING, { override: HELD }),
      verdict: 'pending',
    },
    {
      name: 'one never started with autostart is on its way',
      view: viewOf('a', 'a', { phase: 'STOPPED' }),
      verdict: 'pending',
    },
    {
      name: 'one never started without autostart is fine',
      view: viewOf('a', 'a', { phase: 'STOPPED' }, { spec: { name: 'a', autostart: false } }),
      verdict: 'ok',
    },
    {
      name: 'one stopped to be replaced is on its way',
      view: viewOf('a', 'a', { phase: 'STOPPED', stoppedBy: 'Replace' }, { spec: { name: 'a', autostart: false } }),
      verdict: 'pending',
    },
    {
      name: 'one that ended as expected is fine',
      view: viewOf('a', 'a', { phase: 'EXITED', expected: true, observedGeneration: 1 }),
      verdict: 'ok',
    },
    {
      name: 'one that ended and always comes back is on its way',
      view: viewOf(
        'a',
        'a',
        { phase: 'EXITED', expected: true, observedGeneration: 1 },
        { spec: { name: 'a', autorestart: 'always' } },
      ),
      verdict: 'pending',
    },
    {
      name: 'one that ended badly and stays down failed',
      view: viewOf(
        'a',
        'a',
        { phase: 'EXITED', expected: false, observedGeneration: 1 },
        { spec: { name: 'a', autorestart: 'never' } },
      ),
      verdict: 'failed',
    },
    {
      name: 'one that ended badly and comes back is on its way',
      view: viewOf('a', 'a', { phase: 'EXITED', expected: false, observedGeneration: 1 }),
      verdict: 'pending',
    },
  ] as const)
    test(name, () => expect(judge(view).verdict).toBe(verdict))
})
