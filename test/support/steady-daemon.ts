import { type Control, createControl } from '../../src/control/control.js'
import { changeClassOfField } from '../../src/desired/classes.js'
import type { Config } from '../../src/model/config.js'
import type { Parsed } from '../../src/model/diagnostic.js'
import type { Host, StateStore } from '../../src/model/ports.js'
import type { Scales } from '../../src/model/spec.js'
import { createVirtualClock, type VirtualClock } from '../sim/clock.js'
import { createKernel } from '../sim/kernel.js'
import { createRandom } from '../sim/random.js'
import { BLIND_INSPECTOR } from './blind-inspector.js'
import { memoryState, plainPacking } from './state.js'

/** A daemon in virtual time whose programs all behave, and a record of what its host was asked for. */
export interface SteadyDaemon {
  readonly control: Control
  readonly clock: VirtualClock
  /** `start g:p` and `stop g:p`, in order. */
  readonly effects: string[]
  /** The next read finds this. */
  write(next: Config): void
  /** From now on this command cannot be started; `null` for none. */
  refuse(command: string | null): void
  /** Lets time pass. */
  pass(ms: number): void
}

/** Starts one; its programs are up once some time has passed. @param load - reads instead of what was written */
export function steadyDaemon(
  initial: Config,
  load?: (scales: Scales | undefined) => Parsed<Config>,
  modeOf: (path: string) => number = () => 0o644,
  state: StateStore = memoryState(),
): SteadyDaemon {
  const clock = createVirtualClock()
  const effects: string[] = []
  const witness = {
    spawning: (key: string) => void effects.push(`start ${key}`),
    signalling: (_pid: number, key: string | undefined) => void effects.push(`stop ${key}`),
  }
  const kernel = createKernel(clock, createRandom(1), witness, false)
  kernel.heal()
  let file = initial
  let refused: string | null = null
  const host: Host = {
    ...kernel.host,
    lookup: (command, ...rest) =>
      command === refused
        ? { ok: false, fault: 'NO_FILE', text: `can't find command '${command}'` }
        : kernel.host.lookup(command, ...rest),
  }
  const control = createControl({
    pid: 1,
    clock,
    host,
    inspector: BLIND_INSPECTOR,
    state,
    packing: plainPacking,
    permissions: { uid: 0, of: (path) => ({ mode: modeOf(path), uid: 0 }) },
    log: { write: () => {}, enabled: () => false, path: () => null, exists: () => false, clear: () => ({ ok: true }) },
    initial,
    context: { environment: {}, stripAnsi: false, tapAll: false },
    load: (_path, scales) => load?.(scales) ?? { ok: true, value: file, warnings: [] },
    classOf: changeClassOfField,
    locate: () => () => null,
    closed: () => {},
  })
  control.begin()
  control.run()
  return {
    control,
    clock,
    effects,
    write(next) {
      file = next
    },
    refuse(command) {
      refused = command
    },
    pass(ms) {
      const endMs = clock.monotonicMs() + ms
      while (clock.step(endMs));
    },
  }
}
