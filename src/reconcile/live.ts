import { type Isolation, LIMIT_FIELDS, LIMIT_NAMES, type LimitName, type LimitValue } from '../model/isolation.js'
import { someOf } from '../model/listing.js'
import type { LiveProcess } from '../model/ports.js'

/** One way in which a live process is not as it was started. */
export interface LiveDifference {
  readonly field: 'environment' | 'user' | 'directory' | 'limits'
  /** Names of variables, never their values. */
  readonly message: string
}

/** Shells set these in the programs that they become. */
const SHELL_VARIABLES = new Set(['PWD', 'OLDPWD', 'SHLVL', '_'])

/** More names than this say nothing that the first ones do not. */
const NAMES_SHOWN = 8

/** What a process was given at its start. */
export interface Given extends Pick<LiveProcess, 'uid' | 'environment'> {
  /** `null` when it is no longer there to compare with. */
  readonly directory: string | null
  /** Soft limit of open files where `isolation` says nothing of it. */
  readonly openFiles: number
  readonly isolation: Isolation
}

/**
 * Where a process is not what its spec gave it: somebody changed it from outside, or the program itself did.
 */
export function liveDifferences(given: Given, live: LiveProcess): readonly LiveDifference[] {
  const found: LiveDifference[] = []
  if (live.uid !== given.uid) found.push({ field: 'user', message: `runs as uid ${live.uid}, not ${given.uid}` })
  if (given.directory !== null && live.directory !== given.directory)
    found.push({ field: 'directory', message: `is in ${live.directory}, not ${given.directory}` })
  for (const message of limitDifferences(given, live)) found.push({ field: 'limits', message })
  const environment = environmentDifference(given.environment, live.environment)
  if (environment !== null) found.push({ field: 'environment', message: environment })
  return found
}

function limitDifferences({ openFiles, isolation }: Given, live: LiveProcess): readonly string[] {
  const { nice, oomScoreAdj } = isolation
  const files = isolation.limitNofile === undefined && live.openFiles !== openFiles
  return [
    ...(files ? [`may open ${live.openFiles} files, not ${openFiles}`] : []),
    ...LIMIT_NAMES.flatMap((name) => limitDifference(name, isolation, live)),
    ...differing('nice', live.nice, nice),
    ...differing('oom_score_adj', live.oomScoreAdj, oomScoreAdj),
  ]
}

/** A hard limit that was not given is not compared. */
function limitDifference(name: LimitName, isolation: Isolation, live: LiveProcess): readonly string[] {
  const given = isolation[LIMIT_FIELDS[name]]
  if (given === undefined) return []
  const { soft, hard } = live.limits[name]
  const shown = (amount: number): LimitValue => (amount === Infinity ? 'unlimited' : amount)
  return given.hard === null
    ? differing(`limit_${name}`, shown(soft), given.soft)
    : differing(`limit_${name}`, `${shown(soft)}:${shown(hard)}`, `${given.soft}:${given.hard}`)
}

function differing(
  option: string,
  live: LimitValue | string,
  given: LimitValue | string | undefined,
): readonly string[] {
  return given === undefined || live === given ? [] : [`has ${option}=${live}, not ${given}`]
}

type Variables = LiveProcess['environment']

function environmentDifference(given: Variables, live: Variables): string | null {
  const names = Object.keys(given)
  if (names.length > 0 && !names.some((name) => Object.hasOwn(live, name)))
    return 'its environment is written over, as programs do that change their title'
  const missing = names.filter((name) => !Object.hasOwn(live, name))
  const changed = names.filter(
    (name) => Object.hasOwn(live, name) && live[name] !== given[name] && !SHELL_VARIABLES.has(name),
  )
  const added = Object.keys(live).filter((name) => !Object.hasOwn(given, name) && !SHELL_VARIABLES.has(name))
  const parts = [listed('changed', changed), listed('missing', missing), listed('added', added)].flat()
  return parts.length === 0 ? null : `has other variables than it was given: ${parts.join('; ')}`
}

function listed(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what} ${someOf([...names].sort(), NAMES_SHOWN)}`]
}
