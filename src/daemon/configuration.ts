import { hostname } from 'node:os'
import type { SupervisordOptions } from '../cli/supervisord-options.js'
import { createKnownPrograms } from '../desired/known-programs.js'
import { loadConfig } from '../desired/load.js'
import { type Locate, locateIn } from '../desired/origins.js'
import { hostFiles } from '../host/files.js'
import { homeFolder } from '../host/own-account.js'
import { createRecall } from '../host/recall.js'
import type { HostUsers } from '../host/users.js'
import type { Config, ConvergeSpec } from '../model/config.js'
import type { Diagnostic, Parsed } from '../model/diagnostic.js'
import type { Scales } from '../model/spec.js'
import { type IncludeFolders, includeFolders, keepIncludes } from './include-folders.js'

/** Reads the configuration: the daemon's own file, or another one to compare with. */
export type Load = (file?: string, scales?: Scales) => Parsed<Config>

/**
 * Makes the one way in which this daemon reads configuration: command line over environment over file.
 *
 * @param file - as named on the command line or found; resolved once, so that a later chdir changes nothing
 */
export function createLoad(file: string, options: SupervisordOptions, users: HostUsers): Load {
  const cwd = process.cwd()
  const environment = ownEnvironment()
  const request = { environment, hostName: hostname(), cwd, home: homeFolder(), strict: options.strict }
  const reader = (wanted: string, scales: Scales) => {
    const known = createKnownPrograms()
    return createRecall({ files: hostFiles, users }, (around) => {
      const parsed = loadConfig({ ...request, file: wanted, scales }, around.files, around.users, known)
      return parsed.ok ? unlessExposed({ ...parsed, value: overrule(parsed.value, options) }) : parsed
    })
  }
  let own = { scales: NO_SCALES, read: reader(file, NO_SCALES) }
  let folders: IncludeFolders = new Map()

  return (wanted, asked = NO_SCALES) => {
    // All that scale nothing are one, or the first read after the start would know nothing of it.
    const scales = Object.keys(asked).length === 0 ? NO_SCALES : asked
    users.refresh()
    if (wanted !== undefined) return reader(wanted, scales)()
    if (own.scales !== scales) own = { scales, read: reader(file, scales) }
    const read = own.read()
    // To the letter, a folder that is gone takes its programs with it.
    if (!read.ok || read.value.daemon.converge.mode === 'manual') return read
    const kept = keepIncludes(read, folders)
    if (kept.ok) folders = includeFolders(kept.value)
    return kept
  }
}

const NO_SCALES: Scales = {}

/** To the letter, a daemon that everyone may use starts; else somebody has to have said that it is meant. */
function unlessExposed(read: Extract<Parsed<Config>, { ok: true }>): Parsed<Config> {
  const errors = exposure(read.value)
  return errors.length === 0 ? read : { ok: false, errors, warnings: read.warnings }
}

/** Why a daemon must not start with this configuration: its servers without a password that other machines reach. */
export function exposure({ daemon, exposed = [] }: Config): readonly Diagnostic[] {
  return daemon.converge.mode === 'auto' ? exposed : []
}

/** Makes what finds the places of a main file's values; the file and what it includes are read anew for each answer. */
export function createLocate(): (file: string) => Locate {
  const around = { environment: ownEnvironment(), hostName: hostname() }
  return (file) => locateIn({ file, ...around }, hostFiles)
}

/** What `converge` is before any file was read: from the command line or the environment. */
export function convergeMode(options: SupervisordOptions): ConvergeSpec['mode'] | null {
  const named = options.converge ?? process.env.SVCTL_CONVERGE
  return named === 'auto' || named === 'manual' ? named : null
}

/** Our environment without what is meant for us alone. */
export function ownEnvironment(): Readonly<Record<string, string>> {
  const pairs = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith('SVCTL_') ? [] : [[name, value] as const],
  )
  return Object.fromEntries(pairs)
}

/** Command line and environment over what the file says. */
export function overrule(config: Config, options: SupervisordOptions): Config {
  const mode = convergeMode(options) ?? config.daemon.converge.mode
  const converge = { ...config.daemon.converge, mode }
  const named = options.overrides.logfile === undefined ? {} : { logfileIsDefault: false }
  const daemon = { ...config.daemon, ...options.overrides, ...named, converge }
  return { ...config, daemon, daemonAsWritten: config.daemon }
}
