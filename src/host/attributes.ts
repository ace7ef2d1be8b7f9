import { type Isolation, LIMIT_FIELDS, LIMIT_NAMES, type LimitName, type LimitValue } from '../model/isolation.js'
import type { SpawnRequest } from '../model/ports.js'
import { getLimit, limitNumbers, type NativeAttributes, type NativeSpawned } from './native/posix.js'

/** What the request asks for, as the kernel wants it. */
export function attributesOf({ isolation = {}, cgroup }: SpawnRequest): NativeAttributes {
  const { nice = KEEPS_NICE, ionice, oomScoreAdj } = isolation
  return {
    writes: [
      ...(cgroup === undefined ? [] : [`${cgroup}/cgroup.procs`, '0']),
      ...(oomScoreAdj === undefined ? [] : [OOM_FILE, String(oomScoreAdj)]),
    ],
    limits: limitsIn(isolation).flatMap((name) => limitNumbers(name, limitOf(isolation, name))),
    nice,
    ioPriority: ionice === undefined ? 0 : (IO_CLASSES[ionice.class] << IO_CLASS_SHIFT) | ionice.level,
  }
}

/** Which option could not be carried out, and why; `null` when it was something else that failed. */
export function attributeFailure(request: SpawnRequest, { stage, item, errno }: NativeSpawned): string | null {
  const { isolation = {}, cgroup } = request
  const unset = (option: string, value: unknown) => `couldn't set ${option} to ${value}: ${errno}`
  switch (stage) {
    case 'file':
      if (cgroup !== undefined && item === 0) return `couldn't join the cgroup ${cgroup}: ${errno}`
      return unset('oom_score_adj', isolation.oomScoreAdj)
    case 'nice':
      return unset('nice', isolation.nice)
    case 'io-priority':
      return unset(
        'ionice',
        isolation.ionice === undefined ? '' : `${isolation.ionice.class}:${isolation.ionice.level}`,
      )
    case 'limit': {
      const name = limitsIn(isolation)[item]
      if (name === undefined) return null
      const limit = isolation[LIMIT_FIELDS[name]]
      const written = `${limit?.soft}${limit?.hard == null ? '' : `:${limit.hard}`}`
      return `${unset(`limit_${name}`, written)} (the hard limit here is ${shown(ownHard(name))})`
    }
    default:
      return null
  }
}

const KEEPS_NICE = 20
const OOM_FILE = '/proc/self/oom_score_adj'

/** @see ioprio_set(2) */
const IO_CLASSES = { realtime: 1, 'best-effort': 2, idle: 3 } as const
const IO_CLASS_SHIFT = 13

/** Those that are set, in the order in which the child gets them. */
function limitsIn(isolation: Isolation): readonly LimitName[] {
  return LIMIT_NAMES.filter((name) => isolation[LIMIT_FIELDS[name]] !== undefined)
}

function limitOf(isolation: Isolation, name: LimitName): { readonly soft: number; readonly hard: number } {
  const { soft = 'unlimited', hard = 'unlimited' } = isolation[LIMIT_FIELDS[name]] ?? {}
  const least = amount(soft)
  return { soft: least, hard: hard === null ? Math.max(least, ownHard(name)) : amount(hard) }
}

function amount(value: LimitValue): number {
  return value === 'unlimited' ? Infinity : value
}

function shown(limit: number): LimitValue {
  return limit === Infinity ? 'unlimited' : limit
}

/** What children get when nothing else is said. */
function ownHard(name: LimitName): number {
  const found = getLimit(name)
  return found.ok ? found.value.hard : Infinity
}
