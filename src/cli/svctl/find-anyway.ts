import type { LoadRequest } from '../../desired/reading.js'
import { salvage } from '../../desired/salvage.js'
import { hostFiles } from '../../host/files.js'
import { lastKnownServer } from './last-known.js'
import type { Terminal } from './terminal.js'

/** A server, what to log in there with, and in words where that was found. */
export interface FoundAnyway {
  readonly serverUrl: string
  readonly username: string | null
  readonly password: string | null
  readonly caFile: string | null
  readonly source: string
}

/**
 * Finds the daemon of a file that cannot be used: by the sections of it that can be read, else where it listened last.
 *
 * A password goes only to the server that the same section names.
 *
 * @returns `null` when nothing is known
 */
export function findAnyway(request: LoadRequest, terminal: Terminal): FoundAnyway | null {
  const { client, stateDirectory, serverUrl } = salvage(request, hostFiles)
  if (client !== null) {
    const { username, password, caFile = null } = client
    const source = `${client.serverUrl} of its [supervisorctl], which can be read`
    return { serverUrl: client.serverUrl, username, password, caFile, source }
  }
  const nobody = { username: null, password: null, caFile: null }
  const last = lastKnownServer(request.file, stateDirectory, terminal)
  if (last !== null)
    return { ...nobody, ...last, source: `${last.serverUrl}, where it listened last (by ${last.directory})` }
  if (serverUrl === null) return null
  return { ...nobody, serverUrl, source: `${serverUrl}, where its sections that can be read let it listen` }
}
