import {
  byteSize,
  existingDirectory,
  existingPath,
  integer,
  logLevel,
  octal,
  type PathContext,
  type ValueResult,
} from '../config/values.js'
import type { DaemonSpec } from '../model/config.js'
import { reprString } from '../model/python.js'
import { conflictText, getopt, type OptionSpec } from './getopt.js'

/** What supervisord's command line asks for. */
export interface SupervisordOptions {
  /** As typed; `null` searches the default places. */
  readonly config: string | null
  /** Print the usage, or the version, to standard output and exit 0; nothing after the option was looked at. */
  readonly help: boolean
  readonly version: boolean
  /** Options of `[supervisord]` that the command line overrules. Paths as typed, `~` filled in. */
  readonly overrides: Partial<DaemonSpec>
  /** Overrules `[supervisord] converge` and the environment. */
  readonly converge: 'auto' | 'manual' | null
  /** Unknown sections and options are errors. */
  readonly strict: boolean
  /** Start from the last good revision when the file cannot be used. */
  readonly bootLastGood: boolean
  /** Overrules `[supervisord] state_directory` and the environment; as typed. */
  readonly stateDirectory: string | null
  /** For Supervisor's profiler; accepted and without effect. */
  readonly profileOptions: string | null
}

/** The options, or Supervisor's text for what is wrong with them. */
export type ParsedSupervisordOptions =
  | { readonly ok: true; readonly options: SupervisordOptions }
  | { readonly ok: false; readonly classic: string }

/**
 * Reads supervisord's command line.
 *
 * @param argv - without the program's name
 * @param context - what paths are checked against
 * @see Supervisor options.py, ServerOptions
 */
export function parseSupervisordOptions(argv: readonly string[], context: PathContext): ParsedSupervisordOptions {
  const read = getopt(argv, [...GETOPT_SPECS])
  if (!read.ok) return read
  if (read.rest.length > 0) {
    const words = read.rest.map(reprString).join(', ')
    return { ok: false, classic: `positional arguments are not supported: [${words}]` }
  }
  let options = NOTHING_ASKED
  const seen = new Set<string>()
  for (const { name, spelling, value } of read.given) {
    // In the order given, as the original does it: what follows -h or -v is not looked at any more.
    if (name === 'help') return { ok: true, options: { ...options, help: true } }
    if (name === 'version') return { ok: true, options: { ...options, version: true } }
    const meaning = MEANINGS[name as OptionName](value, context)
    if (!meaning.ok) {
      return { ok: false, classic: `invalid value for ${spelling} ${reprString(value)}: ${meaning.classic}` }
    }
    if (seen.has(name)) return { ok: false, classic: conflictText(spelling) }
    seen.add(name)
    const { overrides, ...others } = meaning.value
    options = { ...options, ...others, overrides: { ...options.overrides, ...overrides } }
  }
  return { ok: true, options }
}

const NOTHING_ASKED: SupervisordOptions = {
  config: null,
  help: false,
  version: false,
  overrides: {},
  converge: null,
  strict: false,
  bootLastGood: false,
  stateDirectory: null,
  profileOptions: null,
}

type OptionName = Exclude<(typeof GETOPT_SPECS)[number]['name'], 'help' | 'version'>

const GETOPT_SPECS = [
  { name: 'config', short: 'c', long: 'configuration', argument: true },
  { name: 'nodaemon', short: 'n', long: 'nodaemon', argument: false },
  { name: 'silent', short: 's', long: 'silent', argument: false },
  { name: 'help', short: 'h', long: 'help', argument: false },
  { name: 'help', short: '?', argument: false },
  { name: 'version', short: 'v', long: 'version', argument: false },
  { name: 'user', short: 'u', long: 'user', argument: true },
  { name: 'umask', short: 'm', long: 'umask', argument: true },
  { name: 'directory', short: 'd', long: 'directory', argument: true },
  { name: 'logfile', short: 'l', long: 'logfile', argument: true },
  { name: 'logBytesMax', short: 'y', long: 'logfile_maxbytes', argument: true },
  { name: 'logBackups', short: 'z', long: 'logfile_backups', argument: true },
  { name: 'logLevel', short: 'e', long: 'loglevel', argument: true },
  { name: 'pidfile', short: 'j', long: 'pidfile', argument: true },
  { name: 'identifier', short: 'i', long: 'identifier', argument: true },
  { name: 'childlogdir', short: 'q', long: 'childlogdir', argument: true },
  { name: 'nocleanup', short: 'k', long: 'nocleanup', argument: false },
  { name: 'minfds', short: 'a', long: 'minfds', argument: true },
  { name: 'minprocs', long: 'minprocs', argument: true },
  { name: 'stripAnsi', short: 't', long: 'strip_ansi', argument: false },
  { name: 'profileOptions', long: 'profile_options', argument: true },
  { name: 'converge', long: 'converge', argument: true, ours: true },
  { name: 'strict', long: 'strict', argument: false, ours: true },
  { name: 'bootLastGood', long: 'boot-last-good', argument: false, ours: true },
  { name: 'stateDirectory', long: 'state-directory', argument: true, ours: true },
] as const satisfies readonly OptionSpec[]

type Meaning = (value: string, context: PathContext) => ValueResult<Partial<SupervisordOptions>>

/** What each option sets. The user is looked up later, as in the original: only then is it known who asks. */
const MEANINGS: Readonly<Record<OptionName, Meaning>> = {
  config: (text) => sets({ config: text }),
  nodaemon: () => overrides({ nodaemon: true }),
  silent: () => overrides({ silent: true }),
  user: (text) => overrides({ user: text }),
  umask: (text) => then(octal(text), (umask) => ({ umask })),
  directory: (text, context) => then(existingDirectory(text, context), (directory) => ({ directory })),
  logfile: (text, context) => then(existingPath(text, context), (logfile) => ({ logfile })),
  logBytesMax: (text) => then(byteSize(text), (logBytesMax) => ({ logBytesMax })),
  logBackups: (text) => then(integer(text), (logBackups) => ({ logBackups })),
  logLevel: (text) => then(logLevel(text), (level) => ({ logLevel: level })),
  pidfile: (text, context) => then(existingPath(text, context), (pidfile) => ({ pidfile })),
  identifier: (text) => overrides({ identifier: text }),
  childlogdir: (text, context) => then(existingDirectory(text, context), (childlogdir) => ({ childlogdir })),
  nocleanup: () => overrides({ nocleanup: true }),
  minfds: (text) => then(integer(text), (minfds) => ({ minfds })),
  minprocs: (text) => then(integer(text), (minprocs) => ({ minprocs })),
  stripAnsi: () => overrides({ stripAnsi: true }),
  profileOptions: (text) => sets({ profileOptions: text }),
  converge: (text) =>
    text === 'auto' || text === 'manual'
      ? sets({ converge: text })
      : { ok: false, classic: `not auto or manual: ${reprString(text)}`, wanted: 'auto or manual' },
  strict: () => sets({ strict: true }),
  bootLastGood: () => sets({ bootLastGood: true }),
  stateDirectory: (text) => sets({ stateDirectory: text }),
}

function sets(value: Partial<SupervisordOptions>): ValueResult<Partial<SupervisordOptions>> {
  return { ok: true, value }
}

function overrides(value: Partial<DaemonSpec>): ValueResult<Partial<SupervisordOptions>> {
  return sets({ overrides: value })
}

function then<T>(
  result: ValueResult<T>,
  use: (value: T) => Partial<DaemonSpec>,
): ValueResult<Partial<SupervisordOptions>> {
  return result.ok ? overrides(use(result.value)) : result
}
