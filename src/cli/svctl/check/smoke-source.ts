import { homedir, hostname } from 'node:os'
import { readDocument } from '../../../config/read.js'
import { interpret } from '../../../desired/load.js'
import { absolutePath } from '../../../desired/paths.js'
import { hostFiles } from '../../../host/files.js'
import type { Config } from '../../../model/config.js'
import type { Files, Users } from '../../../model/ports.js'
import type { Terminal } from '../terminal.js'
import { setOptions } from './set-options.js'
import type { SmokeReport } from './smoke-report.js'

/** The configuration to be tried, or what is to be told instead. */
export type SmokeSource =
  | { readonly kind: 'read'; readonly config: Config }
  | Extract<SmokeReport, { readonly kind: 'invalid' | 'usage' }>

/**
 * Reads the configuration as a daemon started here would.
 *
 * @param file - as the user named it
 * @param sets - values of `--set`
 */
export function readForSmoke(file: string, sets: readonly string[], terminal: Terminal, users: Users): SmokeSource {
  const request = {
    file,
    environment: daemonEnvironment(terminal.env),
    hostName: hostname(),
    cwd: terminal.directory,
    home: homedir(),
    strict: false,
  }
  const document = readDocument({ ...request, file: absolutePath(file, request.cwd), shownAs: file }, hostFiles)
  if (!document.ok) return { kind: 'invalid', errors: document.errors }
  const set = setOptions(document.value, sets)
  if (!set.ok) return { kind: 'usage', message: set.message }
  const read = interpret(set.document, request, withLogFolders, users)
  return read.ok ? { kind: 'read', config: read.value } : { kind: 'invalid', errors: read.errors }
}

/**
 * The files of this machine, where folders that are missing count as there: what is asked for them are the folders of
 * logs, pid files and sockets, all of which a smoke test has elsewhere. Whether they are there is for `check --host`.
 */
const withLogFolders: Files = { ...hostFiles, kind: (path) => hostFiles.kind(path) ?? 'directory' }

/** What a daemon has as its environment: ours without what is meant for svctl. */
function daemonEnvironment(env: Terminal['env']): Readonly<Record<string, string>> {
  const pairs = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return Object.fromEntries(pairs.filter(([name]) => !name.startsWith('SVCTL_')))
}
