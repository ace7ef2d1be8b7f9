import { type Control, type ControlDeps, createControl } from '../../src/control/control.js'
import { type ControlState, readControlState } from '../../src/control/control-state.js'
import { changeClassOfField } from '../../src/desired/classes.js'
import { invariant } from '../../src/model/assert.js'
import type { Config } from '../../src/model/config.js'
import type { Parsed } from '../../src/model/diagnostic.js'
import type { Clock, Host, StateStore } from '../../src/model/ports.js'
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
  /** Puts another program in the place of this one: `control` is another one from now on. */
  upgrade(): void
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
  let running = 0
  /** With a clock that stops when another takes its place: nothing of it wakes up any more. */
  const start = (before?: ControlState): Control => {
    const number = ++running
    const own: Clock = {
      ...clock,
      wakeAt: (atMs, wake) => clock.wakeAt(atMs, () => (number === running ? wake() : undefined)),
    }
    const made = createControl({ ...deps, clock: own, ...(before ? { before } : {}) })
    made.begin()
    made.run()
    return made
  }
  const deps: Omit<ControlDeps, 'clock'> = {
    pid: 1,
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
  }
  let control = start()
  return {
    get control() {
      return control
    },
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
    upgrade() {
      const before = readControlState(JSON.parse(JSON.stringify(control.state())) as ControlState)
      invariant(before !== null, 'a state can be read by who wrote it')
      control = start(before)
    },
  }
}
