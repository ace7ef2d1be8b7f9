import { homedir, hostname } from 'node:os'
import type { SupervisordOptions } from '../cli/supervisord-options.js'
import { loadConfig } from '../desired/load.js'
import { hostFiles } from '../host/files.js'
import { fingerprint } from '../host/fingerprint.js'
import type { HostUsers } from '../host/users.js'
import type { Config, ConvergeSpec } from '../model/config.js'
import type { Parsed } from '../model/diagnostic.js'

/** Reads the configuration: the daemon's own file, or another one to compare with. */
export type Load = (file?: string) => Parsed<Config>

/** Times a read is begun anew because a file moved under it; then the watcher will bring us back anyway. */
const ATTEMPTS_MAX = 5

/**
 * Makes the one way in which this daemon reads configuration: command line over environment over file.
 *
 * @param file - as named on the command line or found; resolved once, so that a later chdir changes nothing
 */
export function createLoad(file: string, options: SupervisordOptions, users: HostUsers): Load {
  const cwd = process.cwd()
  const environment = ownEnvironment()
  const readOnce = (wanted: string) =>
    loadConfig(
      { file: wanted, environment, hostName: hostname(), cwd, home: homedir(), strict: options.strict },
      hostFiles,
      users,
    )

  return (wanted = file) => {
    let parsed = readOnce(wanted)
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
      const files = parsed.ok ? parsed.value.files : [wanted]
      const before = fingerprint(files)
      parsed = readOnce(wanted)
      if (fingerprint(parsed.ok ? parsed.value.files : [wanted]) === before) break
    }
    return parsed.ok ? { ...parsed, value: overrule(parsed.value, options) } : parsed
  }
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

function overrule(config: Config, options: SupervisordOptions): Config {
  const mode = convergeMode(options) ?? config.daemon.converge.mode
  const converge = { ...config.daemon.converge, mode }
  return { ...config, daemon: { ...config.daemon, ...options.overrides, converge } }
}
