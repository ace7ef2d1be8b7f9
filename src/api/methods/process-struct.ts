import { describe } from '../../model/describe.js'
import { pidOf } from '../../model/observed.js'
import type { ProcessView } from '../../model/operator.js'
import { PHASE_CODES } from '../../model/phase.js'
import type { XmlStruct } from '../value.js'

/** @see spec rpc.md §8 for the members and their order */
export function processStruct(view: ProcessView, wallMs: number): XmlStruct {
  return {
    ...beforeNow(view),
    now: seconds(wallMs),
    ...afterNow(view),
    description: describe(view.seen, wallMs),
  }
}

/** Members that stay as they are for as long as the record of the process does. */
export function beforeNow({ spec, seen }: ProcessView): XmlStruct {
  return {
    name: spec.name,
    group: spec.group,
    start: seconds(seen.startedWallMs),
    stop: seconds(seen.stoppedWallMs),
  }
}

/** More of the same, between `now` and `description`. */
export function afterNow({ seen, stdoutLog, stderrLog }: ProcessView): XmlStruct {
  const pid = pidOf(seen)
  return {
    state: PHASE_CODES[seen.phase],
    statename: seen.phase,
    spawnerr: seen.spawnError,
    exitstatus: pid === 0 ? (seen.exitStatus ?? 0) : 0,
    logfile: stdoutLog,
    stdout_logfile: stdoutLog,
    stderr_logfile: stderrLog,
    pid,
  }
}

/** Whole seconds, capped as the original does for clients of 32 bits. */
export function seconds(wallMs: number): number {
  return Math.min(Math.floor(wallMs / 1000), 2 ** 31 - 1)
}
