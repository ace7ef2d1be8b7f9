import { describe, expect, test } from 'vitest'
import { NEVER_SEEN, type ProcessHistory, type ProcessObserved } from '../../src/model/observed.js'
import { type DesiredProcess, NO_OVERRIDE, type Override, type ProcessSpec } from '../../src/model/spec.js'
import { decide, type Gate } from '../../src/reconcile/decide.js'
import { HOLD, specOf } from '../support/specs.js'

const NOW = 100_000
const history: ProcessHistory = {
  ...NEVER_SEEN,
  observedGeneration: 1,
  observedRunRequest: 0,
  startedAtMs: NOW - 5000,
  starts: 1,
}
const running: ProcessObserved = { ...history, phase: 'RUNNING', pid: 7, attempt: 0 }
const starting: ProcessObserved = { ...history, phase: 'STARTING', pid: 7, attempt: 0, startedAtMs: NOW - 400 }
const exited: ProcessObserved = { ...history, phase: 'EXITED', expected: false }
const backoff: ProcessObserved = { ...history, phase: 'BACKOFF', attempt: 2, retryAtMs: NOW + 2000 }
const stopping: ProcessObserved = { ...history, phase: 'STOPPING', pid: 7, killAtMs: NOW + 10, stoppedBy: 'Operator' }
const stopped: ProcessObserved = { ...history, phase: 'STOPPED', stoppedBy: 'Operator' }

interface Case {
  readonly name: string
  readonly seen: ProcessObserved
  readonly spec?: Partial<ProcessSpec> | null
  readonly generation?: number
  readonly override?: Partial<Override>
  readonly gate?: Gate
  readonly mayReplace?: boolean
  /** `type reason`, or `null`. */
  readonly action: string | null
  readonly wakeAtMs?: number
}

const cases: readonly Case[] = [
  { name: 'a declared process that was never started is started', seen: NEVER_SEEN, action: 'start Declared' },
  { name: 'autostart=false waits to be asked', seen: NEVER_SEEN, spec: { autostart: false }, action: null },
  {
    name: 'a start verb starts what has autostart=false',
    seen: NEVER_SEEN,
    spec: { autostart: false },
    override: { runRequest: 1 },
    action: 'start Requested',
  },
  { name: 'nothing is started while the daemon closes', seen: NEVER_SEEN, gate: 'closing', action: null },
  { name: 'a held process is not started', seen: stopped, override: { hold: HOLD }, action: null },
  { name: 'a released process is started when it has autostart', seen: stopped, action: 'start Declared' },
  { name: 'an undeclared record is dropped', seen: stopped, spec: null, action: 'forget NotDeclared' },
  { name: 'an unexpected exit after a second is replaced at once', seen: exited, action: 'start Exited' },
  {
    name: 'a program that was up for less than a second waits for the rest of it',
    seen: { ...exited, startedAtMs: NOW - 300 },
    action: null,
    wakeAtMs: NOW + 700,
  },
  { name: 'an expected exit stays EXITED', seen: { ...exited, expected: true }, action: null },
  {
    name: 'autorestart=true restarts an expected exit, too',
    seen: { ...exited, expected: true },
    spec: { autorestart: 'always' },
    action: 'start Exited',
  },
  { name: 'autorestart=false leaves an unexpected exit', seen: exited, spec: { autorestart: 'never' }, action: null },
  {
    name: 'a changed spec runs a finished one-shot again',
    seen: { ...exited, expected: true },
    generation: 2,
    action: 'start SpecChanged',
  },
  {
    name: 'a changed spec gives a FATAL process another chance',
    seen: { ...history, phase: 'FATAL' },
    generation: 2,
    action: 'start SpecChanged',
  },
  { name: 'FATAL stays FATAL', seen: { ...history, phase: 'FATAL' }, action: null },
  {
    name: 'FATAL for want of something waits to be tried again',
    seen: { ...history, phase: 'FATAL', again: { attempt: 4, atMs: NOW + 5000 } },
    action: null,
    wakeAtMs: NOW + 5000,
  },
  {
    name: 'FATAL for want of something is tried again',
    seen: { ...history, phase: 'FATAL', again: { attempt: 4, atMs: NOW } },
    action: 'start Retry',
  },
  {
    name: 'FATAL for want of something stays down when it is held',
    seen: { ...history, phase: 'FATAL', again: { attempt: 4, atMs: NOW } },
    override: { hold: HOLD },
    action: null,
  },
  { name: 'BACKOFF waits for its time', seen: backoff, action: null, wakeAtMs: NOW + 2000 },
  { name: 'BACKOFF retries when its time has come', seen: { ...backoff, retryAtMs: NOW }, action: 'start Retry' },
  {
    name: 'BACKOFF gives up after startretries',
    seen: { ...backoff, attempt: 4 },
    action: 'give-up TooManyRetries',
  },
  {
    name: 'a stop verb ends BACKOFF without a signal',
    seen: backoff,
    override: { hold: HOLD },
    action: 'cancel-retry Held',
  },
  {
    name: 'BACKOFF becomes FATAL when its turn to close comes',
    seen: backoff,
    gate: 'closing-now',
    action: 'give-up Shutdown',
  },
  {
    name: 'BACKOFF does not retry while others close',
    seen: { ...backoff, retryAtMs: NOW },
    gate: 'closing',
    action: null,
  },
  { name: 'STARTING waits for startsecs', seen: starting, action: null, wakeAtMs: NOW + 600 },
  {
    name: 'STARTING becomes RUNNING after startsecs',
    seen: { ...starting, startedAtMs: NOW - 1000 },
    action: 'declare-running StayedUp',
  },
  {
    name: 'startsecs=0 is RUNNING at once',
    seen: { ...starting, startedAtMs: NOW },
    spec: { startSecs: 0 },
    action: 'declare-running StayedUp',
  },
  { name: 'a running process that is wanted is left alone', seen: running, action: null },
  {
    name: 'a running process that is no longer declared is stopped',
    seen: running,
    spec: null,
    action: 'stop NotDeclared',
  },
  { name: 'a held running process is stopped', seen: running, override: { hold: HOLD }, action: 'stop Held' },
  {
    name: 'a running process of an older generation is replaced',
    seen: running,
    generation: 2,
    action: 'stop SpecChanged',
  },
  {
    name: 'a restart verb replaces a running process',
    seen: running,
    override: { runRequest: 1 },
    action: 'stop Requested',
  },
  {
    name: 'a running process is stopped when its turn to close comes',
    seen: running,
    gate: 'closing-now',
    action: 'stop Shutdown',
  },
  { name: 'nothing is replaced while the daemon closes', seen: running, generation: 2, gate: 'closing', action: null },
  { name: 'STOPPING waits for stopwaitsecs', seen: stopping, action: null, wakeAtMs: NOW + 10 },
  { name: 'STOPPING is killed after stopwaitsecs', seen: { ...stopping, killAtMs: NOW }, action: 'kill StopTimeout' },
  {
    name: 'a process whose signal was refused is killed later',
    seen: { ...history, phase: 'UNKNOWN', pid: 7, killAtMs: NOW, stoppedBy: 'Operator' },
    action: 'kill StopTimeout',
  },
  {
    name: 'a process stopped to be replaced is started again even with autostart=false',
    seen: { ...stopped, stoppedBy: 'Replace' },
    spec: { autostart: false },
    generation: 2,
    action: 'start SpecChanged',
  },
  { name: 'an older spec waits for its turn', seen: running, generation: 2, mayReplace: false, action: null },
  {
    name: 'a restart verb does not wait for the turn',
    seen: running,
    generation: 2,
    mayReplace: false,
    override: { runRequest: 1 },
    action: 'stop Requested',
  },
  {
    name: 'what is started by hand and waits for its turn is restarted by its policy',
    seen: exited,
    spec: { autostart: false },
    generation: 2,
    action: 'start Exited',
  },
]

describe('decide', () => {
  test.each(cases)(
    '$name',
    ({
      seen,
      spec,
      generation = 1,
      override,
      gate = 'open',
      mayReplace = true,
      action,
      wakeAtMs = Number.POSITIVE_INFINITY,
    }) => {
      const want: DesiredProcess | undefined =
        spec === null ? undefined : { key: 'a:a', spec: specOf({ name: 'a', ...spec }), generation, rank: 0 }
      const situation = { key: 'a:a', want, override: { ...NO_OVERRIDE, ...override }, seen, gate, mayReplace } as const
      const decision = decide(situation, NOW)
      expect(decision.action && `${decision.action.type} ${decision.action.reason}`).toBe(action)
      expect(decision.wakeAtMs).toBe(wakeAtMs)
    },
  )
})
