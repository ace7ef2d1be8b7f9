import { hostname } from 'node:os'
import type { ErrorDocument } from '../../api/json/answers.js'
import { homeFolder } from '../../host/own-account.js'
import type { Credentials } from '../../model/config.js'
import type { Diagnostic } from '../../model/diagnostic.js'
import type { Options } from './arguments.js'
import { printable } from './paint.js'
import type { Terminal } from './terminal.js'

/** Where the daemon is and what it wants to hear first. */
export type Located =
  | {
      readonly ok: true
      readonly serverUrl: string
      readonly credentials: Credentials | null
      /** Certificates to trust for https; `null` for the usual ones. */
      readonly caFile: string | null
      /** How it was found where nobody has named anything, in words to go on with; '' when somebody has. */
      readonly guessed: string
    }
  | { readonly ok: false; readonly error: ErrorDocument }

/**
 * Finds the daemon: `-s` if given, else `[supervisorctl]` of `--client-config`, of `SVCTL_CONFIG`, or of the file that
 * supervisorctl would find. While that file cannot be used it is what its readable sections say, or where its daemon
 * listened last; what was used is said.
 *
 * With `-s` alone no file is read: a password written down for one server is not sent to another.
 */
export async function locate(options: Options, terminal: Terminal): Promise<Located> {
  const { env } = terminal
  const named = options.clientConfig ?? (env.SVCTL_CONFIG || null)
  const username = options.username ?? (env.SVCTL_USERNAME || null)
  const password = options.password ?? env.SVCTL_PASSWORD ?? null
  const caFile = options.caFile ?? (env.SVCTL_CAFILE || null)
  if (options.server !== null && options.clientConfig === null) {
    return located(options.server, username, password, caFile)
  }
  const { findConfig } = await import('../../desired/search.js')
  const { hostFiles } = await import('../../host/files.js')
  const found = findConfig({ argv0: process.argv[1] ?? 'svctl', exists: (path) => hostFiles.kind(path) !== null })
  const file = named ?? (found.ok ? found.file : null)
  const { CLIENT_DEFAULTS, loadClientConfig } = await import('../../desired/client.js')
  const guessed =
    named === null && options.server === null
      ? `; ${guess(file)}: name its file with --client-config or SVCTL_CONFIG`
      : ''
  if (file === null) return located(CLIENT_DEFAULTS.serverUrl, username, password, caFile, guessed)
  const request = {
    file,
    environment: definedOf(env),
    hostName: hostname(),
    cwd: terminal.directory,
    home: env.HOME ?? homeFolder(),
    strict: false,
  }
  const read = loadClientConfig(request, hostFiles)
  if (!read.ok && options.server === null) {
    const { findAnyway } = await import('./find-anyway.js')
    const found = findAnyway(request, terminal)
    if (found !== null) {
      terminal.err(`note: ${printable(file)} cannot be used to find the daemon; using ${printable(found.source)}\n`)
      const { serverUrl } = found
      return located(serverUrl, username ?? found.username, password ?? found.password, caFile ?? found.caFile)
    }
  }
  if (!read.ok)
    return { ok: false, error: failure('CONFIG_INVALID', `Cannot use ${file} to find the daemon`, read.errors) }
  const client = read.value
  return located(
    options.server ?? client.serverUrl,
    username ?? client.username,
    password ?? client.password,
    caFile ?? client.caFile ?? null,
    guessed,
  )
}

function guess(file: string | null): string {
  return file === null ? 'there is no configuration file in the usual places' : `${file} says so`
}

/** Credentials only when there are both, as supervisorctl has it; a name without password is a mistake here. */
function located(
  serverUrl: string,
  username: string | null,
  password: string | null,
  caFile: string | null,
  guessed = '',
): Located {
  if (username !== null && password === null) {
    return {
      ok: false,
      error: failure('BAD_REQUEST', `No password for user ${JSON.stringify(username)}: set SVCTL_PASSWORD`),
    }
  }
  const credentials = username === null || password === null ? null : { username, password }
  return { ok: true, serverUrl, credentials, caFile, guessed }
}

/** An error of our own in the form of the daemon's. */
export function failure(
  code: ErrorDocument['code'],
  message: string,
  diagnostics: readonly Diagnostic[] = [],
): ErrorDocument {
  return { schema: 'svctl.error/v1', code, message, diagnostics, unknown: [], diff: null }
}

function definedOf(env: Terminal['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
}
