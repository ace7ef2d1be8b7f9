import type { ProcessKey } from '../model/names.js'
import { NEVER_SEEN } from '../model/observed.js'
import { isStopped, type SupervisorState } from '../model/phase.js'
import type { Clock, Log } from '../model/ports.js'
import type { Acceptance } from './acceptance.js'
import { keysOf, type Runtime } from './runtime.js'
import type { StopReport } from './stop-report.js'

/** The end of the daemon: from the wish for it until nothing runs any more. */
export interface Shutdown {
  state(): SupervisorState
  /** Stops everything, in order. Does nothing when that is under way. @param exitCode - of the daemon */
  begin(exitCode: number): void
  /** Kills what the shutdown has left. @param why - for the activity log */
  hurry(why: string): void
  /** After each turn: ends the daemon when nothing is left, else tells now and then what is waited for. */
  look(): void
  /** The processes that are not down. */
  alive(): readonly ProcessKey[]
}

/** What it needs. */
export interface ShutdownDeps {
  readonly clock: Clock
  readonly log: Log
  readonly acceptance: Pick<Acceptance, 'accepted' | 'candidate'>
  readonly runtime: Pick<Runtime, 'store' | 'gatekeeper' | 'loop' | 'spec' | 'hurry'>
  readonly stopReport: Pick<StopReport, 'closing'>
  /** It has begun: nothing is stopped yet. */
  begun(): void
  /** All have been asked in whose turn it is; the first of them are stopped in this turn. */
  asked(): void
  /** It is over. */
  ended(exitCode: number): void
}

/** Makes one that has not begun. */
export function createShutdown(deps: ShutdownDeps): Shutdown {
  const { clock, log, acceptance, runtime, stopReport } = deps
  let state: SupervisorState = 'RUNNING'
  let closed = false
  let exitCode = 0
  let cancelBudget = () => {}

  const keys = () => Object.keys(runtime.store.table) as ProcessKey[]
  const alive = () => keys().filter((key) => !isStopped((runtime.store.table[key] ?? NEVER_SEEN).phase))

  function hurry(why: string): void {
    if (state !== 'SHUTDOWN' || closed) return
    cancelBudget()
    const left = alive().length
    log.write('warn', `${why}: killing what is left, ${left} ${left === 1 ? 'process' : 'processes'}`)
    runtime.hurry()
  }

  return {
    state: () => state,
    begin(code) {
      if (state === 'SHUTDOWN') return
      state = 'SHUTDOWN'
      exitCode = code
      deps.begun()
      // To the letter also in what goes before what.
      const oneByOne = acceptance.candidate().daemon.converge.mode === 'manual'
      runtime.gatekeeper.close(acceptance.accepted(), oneByOne)
      runtime.loop.mark(keys())
      runtime.loop.mark(runtime.gatekeeper.advance())
      deps.asked()
      runtime.loop.turn()
      const { shutdownTimeoutSecs } = acceptance.candidate().daemon
      if (shutdownTimeoutSecs === undefined || closed) return
      cancelBudget = clock.wakeAt(clock.monotonicMs() + shutdownTimeoutSecs * 1000, () =>
        hurry(`shutdown_timeout of ${shutdownTimeoutSecs} seconds is over`),
      )
    },
    hurry,
    look() {
      if (state !== 'SHUTDOWN' || closed) return
      // The gatekeeper first: it looks at one group, while `alive` goes through the whole table.
      if (runtime.gatekeeper.done() && alive().length === 0) {
        closed = true
        cancelBudget()
        deps.ended(exitCode)
        return
      }
      stopReport.closing(() => {
        const left = new Set(alive())
        const order = acceptance.accepted().flatMap(keysOf)
        return order.filter((key) => left.has(key)).map((key) => runtime.spec(key).name)
      })
    },
    alive,
  }
}
