import { displayName, type ProcessKey, splitKey } from '../model/names.js'
import type { Log } from '../model/ports.js'
import type { Halt, Rollout } from '../reconcile/rollout.js'
import type { Acceptance } from './acceptance.js'

/** What telling of a rollout that stands still needs. */
export interface HaltReportDeps {
  readonly rollout: Pick<Rollout, 'halt'>
  readonly acceptance: Pick<Acceptance, 'setCondition'>
  readonly log: Log
  /** Why a process does not come up. */
  reason(key: ProcessKey): string
}

/**
 * @param before - what was told of already
 * @returns what to call after each turn: keeps the condition `RolloutHalted`, and logs when it comes and goes
 */
export function createHaltReport(
  { rollout, acceptance, log, reason }: HaltReportDeps,
  before: Halt | null = null,
): () => void {
  let told = before
  return () => {
    const halt = rollout.halt()
    if (sameHalt(halt, told)) return
    if (halt) {
      const message = describe(halt, reason(halt.key))
      acceptance.setCondition('RolloutHalted', { message, diagnostics: [] })
      if (told?.key !== halt.key) log.write('warn', `rollout halted: ${message}`)
    } else {
      acceptance.setCondition('RolloutHalted', null)
      log.write('info', 'rollout no longer halted')
    }
    told = halt
  }
}

function describe({ key, waiting }: Halt, reason: string): string {
  const { group, name } = splitKey(key)
  const shown = displayName(group, name)
  const others = waiting === 1 ? '1 process keeps running as it was' : `${waiting} processes keep running as they were`
  const why = reason === '' ? '' : ` (${reason})`
  return `${shown} does not come up${why}, so ${others}; fix the file, go back with "svctl rollback", or try again with "svctl start ${shown}"`
}

function sameHalt(a: Halt | null, b: Halt | null): boolean {
  return a?.key === b?.key && a?.generation === b?.generation && a?.waiting === b?.waiting
}
