import { createListeners, type Listeners } from '../../../src/control/listeners/listeners.js'
import { type ProcessKey, processKey } from '../../../src/model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../../../src/model/observed.js'
import type { Phase } from '../../../src/model/phase.js'
import type { StdinResult } from '../../../src/model/ports.js'
import type { GroupSpec, PoolSpec } from '../../../src/model/spec.js'
import { createVirtualClock, type VirtualClock } from '../../sim/clock.js'
import { specOf } from '../../support/specs.js'

/** Listeners with everything around them in the open: what they are written, what is logged, what time it is. */
export interface Stage {
  readonly clock: VirtualClock
  readonly listeners: Listeners
  /** Lines of the activity log, `level text`. */
  readonly log: string[]
  /** What was written to a process, in order. */
  sent(process: string): readonly string[]
  /** Payloads of `sent`, shortened to what follows `type:x` and its newline. */
  bodies(process: string): readonly string[]
  /** What the next writes to a process come to. */
  answer(process: string, result: StdinResult): void
  setGroups(groups: readonly GroupSpec[]): void
  remote(data: string): void
  state(process: string, from: Phase, to: Phase, more?: { pid?: number; attempt?: number; expected?: boolean }): void
  says(process: string, text: string | Buffer): void
  /** Brings a listener up and READY. */
  ready(...processes: readonly string[]): void
  advance(ms: number): void
}

/**
 * @param groups - active from the start, as `setGroups` makes them
 * @param wantsOutput - whether programs have their output as events
 */
export function createStage(groups: readonly GroupSpec[], wantsOutput = true): Stage {
  const clock = createVirtualClock()
  const log: string[] = []
  const writes: { readonly key: ProcessKey; readonly text: string }[] = []
  const answers = new Map<ProcessKey, StdinResult>()
  let active = new Map<string, GroupSpec>()
  const listeners = createListeners({
    clock,
    log: { write: (level, text) => log.push(`${level} ${text}`), enabled: () => true },
    host: {
      writeStdin(key, data) {
        const result = answers.get(key) ?? 'ok'
        if (result === 'ok') writes.push({ key, text: Buffer.from(data).toString() })
        return result
      },
    },
    identifier: 'supervisor',
    group: (name) => active.get(name),
    groupNames: () => active.keys(),
    wantsOutput: (key) => wantsOutput && !active.get(key.slice(0, key.indexOf(':')))?.pool,
  })
  const stage: Stage = {
    clock,
    listeners,
    log,
    sent: (process) => writes.filter(({ key }) => key === keyOf(process)).map(({ text }) => text),
    bodies: (process) => stage.sent(process).map((text) => text.slice(text.indexOf('\n') + 'type:x\n'.length + 1)),
    answer: (process, result) => void answers.set(keyOf(process), result),
    setGroups(next) {
      const before = active
      active = new Map(next.map((group) => [group.name, group]))
      for (const name of before.keys())
        if (!active.has(name)) listeners.notify({ type: 'group', change: 'removed', group: name })
      for (const name of active.keys())
        if (!before.has(name)) listeners.notify({ type: 'group', change: 'added', group: name })
      listeners.groupsChanged()
    },
    remote: (data) => listeners.notify({ type: 'remote-communication', kind: 'x', data }),
    state(process, from, to, more = {}) {
      const seen = (phase: Phase) => ({ ...NEVER_SEEN, pid: 7, attempt: 0, ...more, phase }) as ProcessObserved
      const transition = { from, to, before: seen(from), after: seen(to) }
      listeners.notify({ type: 'process-state', key: keyOf(process), transition, exit: null })
    },
    says: (process, text) =>
      listeners.notify({
        type: 'process-output',
        key: keyOf(process),
        pid: 7,
        channel: 'stdout',
        data: Buffer.from(text),
      }),
    ready(...processes) {
      for (const process of processes) {
        stage.state(process, 'STARTING', 'RUNNING')
        stage.says(process, 'READY\n')
      }
    },
    advance(ms) {
      const end = clock.monotonicMs() + ms
      while (clock.step(end)) {}
    },
  }
  stage.setGroups(groups)
  return stage
}

/** An `[eventlistener:name]` with processes `name`, or `name_0`, `name_1`, … */
export function poolOf(name: string, pool: Partial<PoolSpec> = {}, numprocs = 1): GroupSpec {
  const names = numprocs === 1 ? [name] : Array.from({ length: numprocs }, (_, i) => `${name}_${i}`)
  return {
    name,
    priority: -1,
    kind: 'eventlistener',
    processes: names.map((one) => specOf({ name: one, group: name, program: name, kind: 'eventlistener' })),
    pool: {
      events: ['REMOTE_COMMUNICATION'],
      bufferSize: 10,
      resultHandler: 'supervisor.dispatchers:default_handler',
      lengthUnit: 'characters',
      ...pool,
    },
    socket: null,
  }
}

/** `pool` or `pool:process`. */
function keyOf(process: string): ProcessKey {
  const [group = '', name = group] = process.split(':')
  return processKey(group, name)
}
