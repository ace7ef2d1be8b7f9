import { createControl } from '../../src/control/control.js'
import { changeClassOfField } from '../../src/desired/classes.js'
import type { Config } from '../../src/model/config.js'
import type { ProcessKey } from '../../src/model/names.js'
import { pidOf } from '../../src/model/observed.js'
import type { ProcessView } from '../../src/model/operator.js'
import { isUp } from '../../src/model/phase.js'
import { SIGKILL } from '../../src/model/signals.js'
import type { GroupSpec } from '../../src/model/spec.js'
import { BLIND_INSPECTOR } from '../support/blind-inspector.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { memoryState, plainPacking } from '../support/state.js'
import { createVirtualClock } from './clock.js'
import { createKernel } from './kernel.js'
import { createRandom, type Random } from './random.js'

/** A whole daemon in a world of its own, driven by one seed. */
export interface SimWorld {
  /** Lets `ms` pass with people and files doing what they do. */
  chaos(ms: number): void
  /** No more faults, a good file, and a person who puts right what gave up. */
  heal(): void
  /** Lets time pass until nothing is left to do. @returns whether that happened within `ms` */
  settle(ms: number): boolean
  shutdown(ms: number): boolean
  drift(): readonly string[]
  /** Differences between the process table and the kernel. */
  lies(): readonly string[]
  /** Everything that happened, for comparing two runs. */
  readonly trace: readonly string[]
}

/** A safety rule was broken; the message names the seed. */
export class SafetyError extends Error {}

export function createSimWorld({
  seed,
  processes,
  refusals = true,
  wallJumps = true,
}: {
  readonly seed: number
  readonly processes: number
  readonly refusals?: boolean
  /** Whether somebody sets the clock on the wall now and then. */
  readonly wallJumps?: boolean
}): SimWorld {
  const random = createRandom(seed)
  const clock = createVirtualClock()
  const trace: string[] = []
  const names = Array.from({ length: processes }, (_, i) => `p${i}`)
  let closing = false
  let closed = false
  /** While a revision is accepted that replaces everything at the same time. */
  let allAtOnce = false
  let fileIsBroken = false
  let file: Config = randomConfig(random, names)

  const fail = (rule: string): never => {
    throw new SafetyError(`${rule} (SEED=${seed}, at ${clock.monotonicMs()} ms)\n${trace.slice(-30).join('\n')}`)
  }

  const kernel = createKernel(
    clock,
    random,
    {
      spawning(key, live) {
        trace.push(`${clock.monotonicMs()} spawn ${key}`)
        if ([...live.values()].includes(key)) fail(`two live instances of ${key}`)
        if (closing) fail(`${key} was started during shutdown`)
        const view = control.operator.process(key)
        if (!view?.declared) fail(`${key} was started although nothing declares it`)
        else if (view.override.hold) fail(`${key} was started although it is held`)
      },
      signalling(pid, key, signal) {
        trace.push(`${clock.monotonicMs()} signal ${signal} to ${key ?? 'nobody'}`)
        if (!key) return
        const view = control.operator.process(key)
        if (signal === SIGKILL) return
        const wanted =
          view?.declared &&
          !closing &&
          !view.override.hold &&
          view.generation <= view.seen.observedGeneration &&
          view.override.runRequest <= view.seen.observedRunRequest
        if (wanted) fail(`${key} (pid ${pid}) was stopped although everything wants it up`)
        if (view && !closing && !allAtOnce && isRolledOut(view)) checkTurn(view)
      },
    },
    refusals,
  )

  const control = createControl({
    pid: 1,
    clock,
    host: kernel.host,
    inspector: BLIND_INSPECTOR,
    state: memoryState(),
    packing: plainPacking,
    permissions: { uid: 0, of: () => null },
    log: {
      write: () => {},
      enabled: () => false,
      path: () => null,
      exists: () => false,
      clear: () => ({ ok: true }),
    },
    initial: file,
    context: { environment: {}, stripAnsi: false, tapAll: false },
    load: () =>
      fileIsBroken ? { ok: false, errors: [BROKEN], warnings: [] } : { ok: true, value: file, warnings: [] },
    classOf: changeClassOfField,
    locate: () => () => null,
    closed() {
      closed = true
    },
  })
  control.begin()
  control.run()

  const views = (): readonly ProcessView[] => control.operator.groups().flatMap((group) => group.processes)

  /** One at a time of each program, and none of a revision of which one does not come up. */
  function checkTurn({ key, spec, generation }: ProcessView): void {
    for (const other of views().filter((view) => view.declared && view.key !== key)) {
      const sibling = other.spec.group === spec.group && other.spec.program === spec.program
      if (sibling && isBeingReplaced(other)) fail(`${key} was stopped while ${other.key} was being replaced`)
      if (other.generation === generation && didNotComeUp(other))
        fail(`${key} was stopped although ${other.key} of the same revision did not come up`)
    }
  }

  function check(): void {
    for (const { key, seen } of views()) {
      if (seen.phase === 'STOPPING' && !Number.isFinite(seen.killAtMs)) fail(`${key} is waited for without a deadline`)
      if (seen.phase === 'BACKOFF' && !Number.isFinite(seen.retryAtMs)) fail(`${key} backs off without a deadline`)
    }
  }

  function pass(ms: number, done: () => boolean = () => false): boolean {
    const endMs = clock.monotonicMs() + ms
    while (!done() && clock.step(endMs)) check()
    return done()
  }

  function somebodyDoesSomething(): void {
    const { operator } = control
    const all = views().map((view) => view.key)
    const some = all.filter(() => random.chance(0.3))
    const what = random.int(13)
    trace.push(`${clock.monotonicMs()} act ${what} ${some.join(' ')}`)
    switch (what) {
      case 0:
        // The verbs of the API start only what is down and stop only what is up.
        operator.start(some.filter((key) => !isUp(operator.process(key)?.seen.phase ?? 'RUNNING')))
        break
      case 1:
        operator.stop(
          some.filter((key) => isUp(operator.process(key)?.seen.phase ?? 'STOPPED')),
          true,
          { by: 'sim', reason: '', forMs: random.chance(0.3) ? 1 + random.int(30_000) : null },
        )
        break
      case 2:
        operator.restart(some)
        break
      case 3:
        operator.release(some)
        break
      case 4:
      case 5:
        file = randomConfig(random, names)
        control.filesChanged()
        break
      case 6:
        fileIsBroken = !fileIsBroken
        control.filesChanged()
        break
      case 7:
        operator.apply({ groups: null, allowRemovals: random.chance(0.5) })
        break
      case 8: {
        const group = random.pick([...operator.groups().map((g) => g.spec.name), 'nobody'])
        operator.removeGroup(group)
        break
      }
      case 9:
        operator.addGroup(random.pick(names))
        break
      case 10:
        operator.reload()
        break
      case 11: {
        const byMs = random.int(7_200_000) - 3_600_000
        if (wallJumps) clock.jumpWall(byMs)
        break
      }
      case 12:
        allAtOnce = true
        operator.apply({ groups: null, allowRemovals: random.chance(0.5), atOnce: true })
        allAtOnce = false
        break
    }
  }

  return {
    trace,
    chaos(ms) {
      const endMs = clock.monotonicMs() + ms
      while (clock.monotonicMs() < endMs) {
        pass(random.int(2500))
        somebodyDoesSomething()
      }
    },
    heal() {
      kernel.heal()
      fileIsBroken = false
      control.filesChanged()
      control.operator.apply({ groups: null, allowRemovals: true })
      // What gave up, and what the kernel would not let us signal, takes a person.
      pass(200_000)
      const { operator } = control
      const halted = operator.conditions().some(({ type }) => type === 'RolloutHalted')
      const gaveUp = ({ seen, spec }: ProcessView) =>
        seen.phase === 'FATAL' || (seen.phase === 'EXITED' && !seen.expected && spec.autorestart === 'never')
      const stuck = (view: ProcessView) => (view.override.hold ? halted : gaveUp(view))
      operator.start(
        views()
          .filter(stuck)
          .map((view) => view.key),
      )
      for (const [pid, key] of kernel.live()) {
        if (operator.process(key)?.seen.phase === 'UNKNOWN') kernel.host.signal(pid, SIGKILL, 'process')
      }
      pass(1000)
      operator.start(
        views()
          .filter((view) => view.seen.phase === 'STOPPED' && !view.override.hold)
          .map((view) => view.key),
      )
    },
    settle: (ms) => pass(ms, () => control.operator.converged() && !kernel.pendingReports()),
    shutdown(ms) {
      closing = true
      control.operator.shutdown()
      return pass(ms, () => closed)
    },
    drift: () => control.operator.drift().items.map((item) => item.message),
    lies() {
      const table = new Map(
        views().flatMap((view) => (pidOf(view.seen) > 0 ? [[pidOf(view.seen), view.key]] : [])) as [
          number,
          ProcessKey,
        ][],
      )
      const live = kernel.live()
      return [
        ...[...live]
          .filter(([pid, key]) => table.get(pid) !== key)
          .map(([pid, key]) => `${key} lives as ${pid}, unseen`),
        ...[...table].filter(([pid]) => !live.has(pid)).map(([pid, key]) => `${key} is shown as ${pid}, which is gone`),
      ]
    },
  }
}

/** Whether the daemon stopped it to start it from a newer spec, rather than for a verb. */
function isRolledOut({ declared, override, generation, seen }: ProcessView): boolean {
  return (
    declared && !override.hold && generation > seen.observedGeneration && override.runRequest <= seen.observedRunRequest
  )
}

function isBeingReplaced({ override, generation, seen }: ProcessView): boolean {
  if (override.hold) return false
  if ('stoppedBy' in seen) return seen.stoppedBy === 'Replace'
  return seen.phase === 'STARTING' && seen.observedGeneration >= generation
}

function didNotComeUp({ spec, override, generation, seen }: ProcessView): boolean {
  if (seen.observedGeneration < generation) return false
  if (seen.phase === 'EXITED') return !seen.expected && spec.autorestart === 'never' && !override.hold
  return seen.phase === 'BACKOFF' || seen.phase === 'FATAL' || (seen.phase === 'STARTING' && seen.attempt > 0)
}

const BROKEN = {
  severity: 'error',
  code: 'CONFIG_BAD_NUMBER',
  message: 'the simulated file is broken',
  at: null,
  excerpt: null,
  help: null,
  classic: 'the simulated file is broken',
} as const

function randomConfig(random: Random, names: readonly string[]): Config {
  const present = names.filter(() => random.chance(0.85))
  const specs = present.map((name) =>
    specOf({
      name,
      command: `/bin/${name}-${random.int(2)}`,
      autostart: random.chance(0.8),
      startSecs: random.int(3),
      startRetries: random.int(3),
      autorestart: random.pick(['always', 'never', 'unexpected'] as const),
      priority: random.pick([1, 5, 999]),
      stopWaitSecs: random.int(4),
      exitCodes: random.chance(0.5) ? [0] : [0, 2],
    }),
  )
  const grouped = specs.filter(() => random.chance(0.5))
  const alone = specs.filter((spec) => !grouped.includes(spec))
  // Instances of one program, as numprocs makes them.
  const [pattern] = grouped
  const fleet = grouped.map(({ name }) => ({ ...(pattern ?? specOf({ name })), name, program: 'fleet' }))
  const groups: GroupSpec[] = alone.map((spec) => groupOf(spec.name, [spec], spec.priority))
  if (grouped.length > 0) groups.push(groupOf('many', fleet, random.pick([1, 10, 999])))
  return configOf(groups)
}
