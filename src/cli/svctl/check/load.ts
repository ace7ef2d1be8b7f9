import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { readDocument } from '../../../config/read.js'
import { checkMeaning } from '../../../desired/checks/all.js'
import type { Checked, Finding } from '../../../desired/checks/finding.js'
import { createOwners, type Owner } from '../../../desired/checks/owners.js'
import { interpret } from '../../../desired/load.js'
import { absolutePath, directoryOf } from '../../../desired/paths.js'
import type { LoadRequest } from '../../../desired/reading.js'
import { resolveDocument } from '../../../desired/resolve.js'
import { baseScopes } from '../../../desired/scopes.js'
import { hostFiles } from '../../../host/files.js'
import { homeFolder } from '../../../host/own-account.js'
import type { HostUsers } from '../../../host/users.js'
import type { Diagnostic, Position } from '../../../model/diagnostic.js'
import type { Files } from '../../../model/ports.js'
import type { Terminal } from '../terminal.js'
import { hideSecrets } from './hide.js'
import { withLogFolders } from './log-folders.js'

/** What reading a configuration came to. */
export interface Loaded {
  /** Every file that was read, the main file first. */
  readonly files: readonly string[]
  readonly findings: readonly Finding[]
  /** `null` when the daemon would refuse the files. */
  readonly checked: Checked | null
}

/** Name of a configuration that comes on standard input. */
export const STDIN = '<stdin>'

/**
 * Reads a configuration as the daemon would, and finds everything that can be said about it without a look at the
 * machine.
 *
 * @param named - as typed; `-` is standard input
 * @param elsewhere - whether logs, pid files and sockets will be elsewhere, so that their folders need not be there
 */
export function load(named: string, strict: boolean, terminal: Terminal, users: HostUsers, elsewhere = false): Loaded {
  const request: LoadRequest = {
    file: named === '-' ? STDIN : named,
    environment: daemonEnvironment(terminal.env),
    hostName: hostname(),
    cwd: terminal.directory,
    home: homeFolder(),
    strict,
  }
  const file = absolutePath(request.file, request.cwd)
  const files = named === '-' ? withStdin(file) : elsewhere ? withLogFolders : hostFiles
  const read = readDocument({ ...request, file, shownAs: request.file }, files)
  if (!read.ok)
    return { files: [file], findings: attributed([...read.errors, ...read.warnings], () => null), checked: null }
  const written = read.value
  const owners = createOwners(written)
  const parsed = interpret(written, request, files, users)
  if (!parsed.ok)
    return { files: written.files, findings: attributed([...parsed.errors, ...parsed.warnings], owners), checked: null }
  const config = parsed.value
  const environment = { ...request.environment, ...config.daemon.environment }
  const names = baseScopes({ environment, hostName: request.hostName, here: directoryOf(file) })('here')
  const resolved = resolveDocument(written, names)
  const checked = { request, files, written, document: resolved.ok ? resolved.value : written, config }
  const findings = [...attributed(parsed.warnings, owners), ...hideSecrets(checkMeaning(checked), owners)]
  return { files: written.files, findings, checked }
}

/** Our environment as a daemon started here would have it: without what is meant for us alone. */
export function daemonEnvironment(env: Terminal['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && !pair[0].startsWith('SVCTL_'),
    ),
  )
}

/** The files of this machine, and one that is standard input. */
function withStdin(file: string): Files {
  const bytes = readFileSync(0)
  return {
    ...hostFiles,
    read: (path) => (path === file ? { ok: true, bytes } : hostFiles.read(path)),
    kind: (path) => (path === file ? 'file' : hostFiles.kind(path)),
  }
}

function attributed(diagnostics: readonly Diagnostic[], owners: (at: Position) => Owner | null): readonly Finding[] {
  const findings = diagnostics.map((one) => ({ ...one, section: one.at && (owners(one.at)?.section ?? null) }))
  return hideSecrets(findings, owners)
}
