import { hostname } from 'node:os'
import { readDocument } from '../../../config/read.js'
import { interpret } from '../../../desired/load.js'
import { absolutePath } from '../../../desired/paths.js'
import { hostFiles } from '../../../host/files.js'
import { homeFolder } from '../../../host/own-account.js'
import type { Config } from '../../../model/config.js'
import type { Users } from '../../../model/ports.js'
import type { Terminal } from '../terminal.js'
import { daemonEnvironment } from './load.js'
import { withLogFolders } from './log-folders.js'
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
    home: homeFolder(),
    strict: false,
  }
  const document = readDocument({ ...request, file: absolutePath(file, request.cwd), shownAs: file }, hostFiles)
  if (!document.ok) return { kind: 'invalid', errors: document.errors }
  const set = setOptions(document.value, sets)
  if (!set.ok) return { kind: 'usage', message: set.message }
  const read = interpret(set.document, request, withLogFolders, users)
  return read.ok ? { kind: 'read', config: read.value } : { kind: 'invalid', errors: read.errors }
}
