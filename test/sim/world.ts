import { createControl } from '../../src/control/control.js'
import { changeClassOfField } from '../../src/desired/classes.js'
import type { Config } from '../../src/model/config.js'
import type { ProcessKey } from '../../src/model/names.js'
import { pidOf } from '../../src/model/observed.js'
import type { ProcessView } from '../../src/model/operator.js'
import { isUp } from '../../src/model/phase.js'
import { SIGKILL } from '../../src/model/signals.js'
import type { GroupSpec } from '../../src/model/spec.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
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
}: {
  readonly seed: number
  readonly processes: number
  readonly refusals?: boolean
}): SimWorld {
  const random = createRandom(seed)
  const clock = createVirtualClock()
  const trace: string[] = []
  const names = Array.from({ length: processes }, (_, i) => `p${i}`)
  let closing = false
  let closed = false
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
        else if (view.override.held) fail(`${key} was started although it is held`)
      },
      signalling(pid, key, signal) {
        trace.push(`${clock.monotonicMs()} signal ${signal} to ${key ?? 'nobody'}`)
        if (!key) return
        const view = control.operator.process(key)
        if (signal === SIGKILL) return
        const wanted =
          view?.declared &&
          !closing &&
          !view.override.held &&
          view.generation <= view.seen.observedGeneration &&
          view.override.runRequest <= view.seen.observedRunRequest
        if (wanted) fail(`${key} (pid ${pid}) was stopped although everything wants it up`)
      },
    },
    refusals,
  )

  const control = createControl({
    pid: 1,
    clock,
    host: kernel.host,
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
    closed() {
      closed = true
    },
  })
  control.begin()
  control.run()

  const views = (): readonly ProcessView[] => control.operator.groups().flatMap((group) => group.processes)

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
    const what = random.int(12)
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
      case 11:
        clock.jumpWall(random.int(7_200_000) - 3_600_000)
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
      const stuck = (view: ProcessView) => view.seen.phase === 'FATAL' && !view.override.held
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
          .filter((view) => view.seen.phase === 'STOPPED' && !view.override.held)
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
  const grouped = specs.filter(() => random.chance(0.3))
  const alone = specs.filter((spec) => !grouped.includes(spec))
  const groups: GroupSpec[] = alone.map((spec) => groupOf(spec.name, [spec], spec.priority))
  if (grouped.length > 0) groups.push(groupOf('many', grouped, random.pick([1, 10, 999])))
  return configOf(groups)
}
