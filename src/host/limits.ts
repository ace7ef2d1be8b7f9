import { readFileSync } from 'node:fs'
import { getLimit, type Limit, setLimit } from './native/posix.js'

/** What raising the limits came to: lines for the activity log, or the sentence to end with. */
export type RaisedLimits =
  | { readonly ok: true; readonly infos: readonly string[] }
  /** `error` is Supervisor's text, to the letter; `detail` what it does not tell. */
  | { readonly ok: false; readonly error: string; readonly detail: string }

const TEXTS = {
  nofile: (wanted: number) =>
    `The minimum number of file descriptors required to run this process is ${wanted} as per the "minfds" ` +
    'command-line argument or config file setting. The current environment will only allow you to open ' +
    `${wanted} file descriptors.  Either raise the number of usable file descriptors in your environment (see ` +
    'README.rst) or lower the minfds setting in the config file to allow the process to start.',
  nproc: (wanted: number) =>
    `The minimum number of available processes required to run this program is ${wanted} as per the "minprocs" ` +
    'command-line argument or config file setting. The current environment will only allow you to open ' +
    `${wanted} processes.  Either raise the number of usable processes in your environment (see README.rst) or ` +
    'lower the minprocs setting in the config file to allow the program to start.',
} as const

/**
 * Raises the limits of open files and processes to what the configuration asks for at least.
 *
 * @param inheritedFiles - the soft limit of files before Node raised it, `null` when unknown: the original tells when
 *   that one was too low
 * @see Supervisor options.py, set_rlimits_or_exit. The number it says is allowed is the one asked for.
 */
export function raiseLimits(minfds: number, minprocs: number, inheritedFiles: number | null): RaisedLimits {
  const infos: string[] = []
  for (const [resource, wanted] of [
    ['nofile', minfds],
    ['nproc', minprocs],
  ] as const) {
    const found = getLimit(resource)
    const name = `RLIMIT_${resource.toUpperCase()}`
    if (!found.ok) return { ok: false, error: `Cannot read the limit ${name}: ${found.text}`, detail: '' }
    const { soft, hard } = found.value
    const raised = soft >= wanted || setLimit(resource, { soft: wanted, hard: Math.max(hard, wanted) }).ok
    if (!raised) return { ok: false, error: TEXTS[resource](wanted), detail: `the hard limit ${name} here is ${hard}` }
    const before = resource === 'nofile' ? (inheritedFiles ?? soft) : soft
    if (before < wanted) infos.push(`Increased ${name} limit to ${wanted}`)
  }
  return { ok: true, infos }
}

/** More than any kernel allows; stands for "unlimited", which is no number of files either. */
const FILES_MAX = 2 ** 40

/**
 * The soft limit of open files that children get: what we were started with, at least `minfds`.
 *
 * @param inherited - from `inheritedFileLimit`
 */
export function childFileLimit(minfds: number, inherited: number | null): number {
  return Math.min(Math.max(minfds, inherited ?? 0), FILES_MAX)
}

/** How the one who starts us tells the limit. Never passed on to children. */
export const FILE_LIMIT_VARIABLE = 'SVCTL_NOFILE'

/**
 * The soft limit of open files this process was started with. Node raises it to the hard limit before any code of ours
 * runs, so it is known only from a launcher that said it, or from the parent when it lives under the same hard limit.
 *
 * @returns `null` when it cannot be known
 */
export function inheritedFileLimit(environment: Readonly<Record<string, string | undefined>>): number | null {
  const told = environment[FILE_LIMIT_VARIABLE]
  if (told !== undefined && /^\d+$/.test(told)) return Number(told)
  if (told === 'unlimited') return Infinity
  const own = getLimit('nofile')
  const parent = parentLimit()
  // systemd and container runtimes run under a hard limit of their own; what is theirs says nothing about ours.
  return own.ok && parent !== null && parent.hard === own.value.hard ? parent.soft : null
}

/** What to add to the environment of a program of ours so that it knows the limit, too. */
export function passFileLimit(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const limit = inheritedFileLimit(environment)
  return limit === null ? {} : { [FILE_LIMIT_VARIABLE]: limit === Infinity ? 'unlimited' : String(limit) }
}

function parentLimit(): Limit | null {
  try {
    const line = /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${process.ppid}/limits`, 'latin1'))
    if (line === null) return null
    const value = (text: string | undefined) => (text === 'unlimited' ? Infinity : Number(text))
    return { soft: value(line[1]), hard: value(line[2]) }
  } catch {
    return null // no parent in our pid namespace, or not ours to read
  }
}
