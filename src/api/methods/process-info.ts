import { describe } from '../../model/describe.js'
import { pidOf } from '../../model/observed.js'
import type { ProcessView } from '../../model/operator.js'
import { PHASE_CODES } from '../../model/phase.js'
import { value } from '../faults.js'
import { toName } from '../params.js'
import type { XmlStruct } from '../value.js'
import { findProcess } from './find.js'
import type { Methods } from './method.js'

/** The methods that tell how processes are. */
export const processInfoMethods: Methods = {
  getProcessInfo: {
    signature: ['struct', 'string'],
    required: 1,
    help: 'Tell how one process is.\n\n@param string name  Name of the process\n@return struct result  Its state',
    run: ({ operator }, [nameParam = '']) => {
      const name = toName(nameParam)
      if (typeof name !== 'string') return name
      const found = findProcess(operator, name)
      return 'kind' in found ? found : value(processStruct(found, operator.wallMs()))
    },
  },
  getAllProcessInfo: {
    signature: ['array'],
    required: 0,
    help: 'Tell how every process is, by name of group, then of process.\n\n@return array result  A struct for each',
    run: ({ operator }) => {
      const wallMs = operator.wallMs()
      const views = operator.groups().flatMap(({ processes }) => processes)
      return value([...views].sort(byName).map((view) => processStruct(view, wallMs)))
    },
  },
}

/** By name of group, then of process, in code point order as Python sorts. */
function byName(a: ProcessView, b: ProcessView): number {
  return compare(a.spec.group, b.spec.group) || compare(a.spec.name, b.spec.name)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** @see spec rpc.md §8 for the members and their order */
export function processStruct({ spec, seen, stdoutLog, stderrLog }: ProcessView, wallMs: number): XmlStruct {
  const pid = pidOf(seen)
  return {
    name: spec.name,
    group: spec.group,
    start: seconds(seen.startedWallMs),
    stop: seconds(seen.stoppedWallMs),
    now: seconds(wallMs),
    state: PHASE_CODES[seen.phase],
    statename: seen.phase,
    spawnerr: seen.spawnError,
    exitstatus: pid === 0 ? (seen.exitStatus ?? 0) : 0,
    logfile: stdoutLog,
    stdout_logfile: stdoutLog,
    stderr_logfile: stderrLog,
    pid,
    description: describe(seen, wallMs),
  }
}

/** Whole seconds, capped as the original does for clients of 32 bits. */
function seconds(wallMs: number): number {
  return Math.min(Math.floor(wallMs / 1000), 2 ** 31 - 1)
}
