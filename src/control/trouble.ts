import type { Condition } from '../model/operator.js'
import type { Clock, Log } from '../model/ports.js'
import type { Acceptance } from './acceptance.js'

/** Something wrong with the machine that may pass: a condition for as long as it lasts. */
export interface Trouble {
  /** @param message - what is wrong now; `null` when nothing is */
  set(message: string | null): void
  close(): void
}

/** What telling of it needs. */
export interface TroubleDeps {
  readonly acceptance: Pick<Acceptance, 'conditions' | 'setCondition'>
  readonly clock: Pick<Clock, 'monotonicMs' | 'wakeAt'>
  readonly log: Log
}

/** What changes within this time, ms, is told of at once: a full disk befalls hundreds of logs, one after the other. */
const TOGETHER_MS = 1000

/**
 * Keeps one condition. When it comes and when it goes is logged, once; how it changes in between only shows.
 *
 * @param over - the log line for its end; `null` when others write the lines
 */
export function createTrouble(type: Condition['type'], over: string | null, deps: TroubleDeps): Trouble {
  const { acceptance, clock, log } = deps
  // Told of by the program whose place we have taken.
  let told = acceptance.conditions().find((condition) => condition.type === type)?.message ?? null
  let wanted = told
  let cancel: (() => void) | null = null

  function tell(): void {
    cancel = null
    if (wanted === told) return
    if (over !== null && told === null && wanted !== null) log.write('warn', wanted)
    if (over !== null && wanted === null) log.write('info', over)
    told = wanted
    acceptance.setCondition(type, told === null ? null : { message: told, diagnostics: [] })
    cancel = clock.wakeAt(clock.monotonicMs() + TOGETHER_MS, tell)
  }

  return {
    set(message) {
      wanted = message
      if (cancel === null) tell()
    },
    close() {
      cancel?.()
    },
  }
}
