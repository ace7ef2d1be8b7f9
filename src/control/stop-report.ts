import type { ProcessKey } from '../model/names.js'
import type { Phase } from '../model/phase.js'
import type { Clock, Log } from '../model/ports.js'

/** Says now and then whom somebody waits for. */
export interface StopReport {
  /** A stop verb waits for these; reported at once and then again until they are down. */
  watch(keys: readonly ProcessKey[]): void
  /** The daemon closes and waits for these (process names, in group order); asked for at most every three seconds. */
  closing(names: () => readonly string[]): void
  close(): void
}

/** @see spec/processes.md section 5: at once and at most every >2 s; section 12: >3 s at the end */
const STOP_REPORT_MS = 2001
const CLOSING_REPORT_MS = 3001

/** Makes a report over the processes that `phaseOf` and `nameOf` know. */
export function createStopReport(
  clock: Clock,
  log: Log,
  phaseOf: (key: ProcessKey) => Phase,
  nameOf: (key: ProcessKey) => string,
): StopReport {
  const cancels = new Map<ProcessKey, () => void>()
  let closingAtMs = Number.NEGATIVE_INFINITY

  function report(key: ProcessKey): void {
    cancels.get(key)?.()
    cancels.delete(key)
    if (phaseOf(key) !== 'STOPPING') return
    log.write('info', `waiting for ${nameOf(key)} to stop`)
    cancels.set(
      key,
      clock.wakeAt(clock.monotonicMs() + STOP_REPORT_MS, () => report(key)),
    )
  }

  return {
    watch(keys) {
      for (const key of keys) report(key)
    },
    closing(names) {
      if (clock.monotonicMs() - closingAtMs < CLOSING_REPORT_MS) return
      const waiting = names()
      if (waiting.length === 0) return
      closingAtMs = clock.monotonicMs()
      log.write('info', `waiting for ${waiting.join(', ')} to die`)
    },
    close() {
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}
