import { type Isolation, LIMIT_FIELDS, LIMIT_NAMES } from '../model/isolation.js'
import type { SectionReader } from './section.js'

type Reader = SectionReader<'program'>

/** Whom signals and SIGKILL reach, as the original's two options say it. */
export interface Reach {
  readonly stopAsGroup: boolean
  readonly killAsGroup: boolean
}

/**
 * What a section says of limits, priorities and of how its processes are kept together.
 *
 * @param onDaemonDeath - where it does not say it
 */
export function readIsolation(reader: Reader, onDaemonDeath: 'kill' | 'keep'): Isolation {
  const limits = LIMIT_NAMES.flatMap((name) => {
    const limit = reader.value(`limit_${name}`)
    return limit === null ? [] : [[LIMIT_FIELDS[name], limit] as const]
  })
  const ionice = reader.value('ionice')
  const killMode = reader.value('kill_mode')
  const action = reader.value('memory_max_action')
  return {
    ...Object.fromEntries(limits),
    ...present('nice', between(reader, 'nice', -20, 19)),
    ...present('ionice', ionice),
    ...present('oomScoreAdj', between(reader, 'oom_score_adj', -1000, 1000)),
    ...(reader.value('session') ? { session: true } : {}),
    ...present('killMode', killMode),
    ...readLeftovers(reader, killMode),
    ...((reader.value('on_daemon_death') ?? onDaemonDeath) === 'keep' ? { onDaemonDeath: 'keep' } : {}),
    ...readMemory(reader),
    ...(action === 'restart' ? {} : { memoryMaxAction: action }),
    ...present('cpuMax', reader.value('cpu_max')),
    ...present('pidsMax', between(reader, 'pids_max', 1, Number.MAX_SAFE_INTEGER)),
  }
}

/** `kill_mode` in place of what `stopasgroup` and `killasgroup` would say. */
export function reachOf(reader: Reader, written: Reach): Reach {
  const mode = reader.value('kill_mode')
  if (mode === null) return written
  const option = (['stopasgroup', 'killasgroup'] as const).find((name) => reader.entry(name) !== null)
  const asGroup = mode === 'group'
  if (option !== undefined && reader.value(option) !== asGroup)
    reader.error('kill_mode', {
      code: 'CONFIG_CONTRADICTION',
      message: `kill_mode=${mode} and ${option}=${!asGroup} say different things`,
      help: `remove ${option}`,
    })
  return { stopAsGroup: asGroup, killAsGroup: asGroup }
}

function readLeftovers(reader: Reader, killMode: Isolation['killMode'] | null): Isolation {
  const wanted = reader.value('kill_leftovers')
  if (wanted === false && (killMode === 'tree' || killMode === 'cgroup'))
    reader.error('kill_leftovers', {
      code: 'CONFIG_CONTRADICTION',
      message: `kill_mode=${killMode} leaves nothing behind, kill_leftovers=false wants it kept`,
      help: 'remove one of the two',
    })
  return wanted === true ? { killLeftovers: true } : {}
}

function readMemory(reader: Reader): Isolation {
  const bytes = between(reader, 'memory_max', 1, Number.MAX_SAFE_INTEGER)
  if (bytes !== null) return { memoryMax: bytes }
  const action = reader.entry('memory_max_action')
  // What it inherits may be meant for others.
  if (action !== null && action.from === undefined && reader.entry('memory_max') === null)
    reader.warn('memory_max_action', {
      code: 'CONFIG_NO_EFFECT',
      message: 'memory_max_action has no effect without memory_max',
      help: 'set memory_max, for example memory_max=512MB',
    })
  return {}
}

function between(
  reader: Reader,
  name: 'nice' | 'oom_score_adj' | 'memory_max' | 'pids_max',
  least: number,
  most: number,
): number | null {
  const number = reader.value(name)
  if (number === null || (number >= least && number <= most)) return number
  const wanted = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`
  reader.error(name, {
    code: 'CONFIG_OUT_OF_RANGE',
    message: `Cannot use ${number} for ${name}: it is out of range`,
    help: `write ${wanted}`,
  })
  return null
}

/** A record with one member, or none where there is nothing. */
function present<N extends keyof Isolation>(name: N, found: Isolation[N] | null): Pick<Isolation, N> | object {
  return found === null || found === undefined ? {} : { [name]: found }
}
