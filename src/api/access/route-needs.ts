import { splitName } from '../../model/names.js'
import type { Operator } from '../../model/operator.js'
import { all, members, type Need, named, READ, type Subject } from './need.js'

/**
 * What a request to the JSON interface asks of a client. What nobody declared here may be read, and changed only by
 * those who may do everything.
 *
 * @param name - of the route
 * @param body - as it came: nothing about it has been checked
 */
export function routeNeed(
  method: string,
  name: string,
  query: URLSearchParams,
  body: unknown,
  operator: Operator,
): Need {
  const fields: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {}
  const names = textsOf(fields.names)
  if (query.get('secrets') === '1' || fields.secrets === true) return { ...EVERYTHING, words: 'see secrets' }
  if (method !== 'POST') return name === 'logs' ? { ability: 'logs', on: logNames(query, operator) } : READ
  switch (name) {
    case 'diff':
      // Another file is read with the rights of the daemon.
      return fields.file === undefined ? READ : { ability: 'update', on: 'everything' }
    case 'start':
    case 'release':
      return { ability: 'start', on: chosen(names, operator) }
    case 'stop':
    case 'hold':
      return { ability: 'stop', on: chosen(names, operator) }
    case 'restart':
      return { ability: 'restart', on: chosen(names, operator) }
    case 'scale':
      return { ability: 'update', on: programs(fields.programs, operator) }
    case 'apply':
      return { ability: 'update', on: groups(textsOf(fields.groups), operator) }
    case 'rollback':
      return fields.dryRun === true ? READ : { ability: 'update', on: 'everything' }
    case 'upgrade':
      return { ...EVERYTHING, words: 'upgrade the daemon' }
    default:
      return EVERYTHING
  }
}

const EVERYTHING: Need = { ability: 'shutdown', on: 'everything' }

/** What the paths of logs and pages ask of a client. */
export function pathNeed(path: string, query: URLSearchParams, operator: Operator): Need {
  if (path.startsWith('/mainlogtail')) return { ability: 'logs', on: 'everything' }
  if (path.startsWith('/logtail')) return { ability: 'logs', on: named(operator, path.split('/')[2] ?? '') }
  if (/^\/*tail\.html$/.test(path)) return { ability: 'logs', on: named(operator, query.get('processname') ?? '') }
  return READ
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function chosen(names: readonly string[], operator: Operator): Subject {
  return names.includes('all') ? all(operator) : names.flatMap((name) => named(operator, name))
}

function groups(names: readonly string[], operator: Operator): Subject {
  if (names.length === 0 || names.includes('all')) return 'everything'
  return names.flatMap((name) => members(operator, splitName(name).group))
}

function programs(value: unknown, operator: Operator): Subject {
  const wanted = typeof value === 'object' && value !== null ? Object.keys(value) : []
  const homes = wanted.flatMap((program) => operator.config().numprocs[program]?.groups ?? [])
  return homes.length === 0 ? 'everything' : homes.flatMap((name) => members(operator, name))
}

/** Patterns may mean what is not there yet: the pattern itself has to be allowed, that of a group as `group:*`. */
function logNames(query: URLSearchParams, operator: Operator): Subject {
  const patterns = query.getAll('name')
  if (patterns.length === 0 || patterns.includes('all')) return 'everything'
  return patterns.map((pattern) => {
    if (pattern.endsWith(':')) return `${pattern}*`
    const group = operator.group(pattern)
    return group === null || group.processes.every(({ spec }) => spec.name === pattern) ? pattern : `${pattern}:*`
  })
}
