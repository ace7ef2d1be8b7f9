import { resolve } from 'node:path'
import { homeFolder } from '../../host/own-account.js'
import { openStateDirectory, stateDirectoryOf } from '../../host/state-directory.js'
import type { Terminal } from './terminal.js'

/** Where the daemon of a file keeps what it was last configured with. */
const SETTINGS = 'settings.json'

/**
 * Finds the unix socket of the daemon of a file that is empty, broken or gone: that is when people need svctl most.
 *
 * Only root and we ourselves are believed, since what is sent there may hold a password.
 *
 * @returns the address; `null` when nothing is known
 */
export function lastKnownServer(file: string, { env, directory }: Terminal): string | null {
  const wanted = env.SVCTL_STATE_DIRECTORY || null
  const uid = process.geteuid?.() ?? 0
  const main = resolve(directory, file)
  const place = stateDirectoryOf({
    file: main,
    wanted: wanted === null || wanted === 'none' ? wanted : resolve(directory, wanted),
    uid,
    environment: { ...env, HOME: homeFolder() },
  })
  const state = openStateDirectory(place, main)
  if (![0, uid].includes(state.owner() ?? -1)) return null
  const bytes = state.read(SETTINGS)
  const path = bytes && socketIn(new TextDecoder().decode(bytes), main)
  return path && `unix://${path}`
}

/** The socket in stored settings of this main file. */
function socketIn(text: string, main: string): string | null {
  try {
    const settings = JSON.parse(text) as { readonly file?: unknown; readonly servers?: unknown } | null
    if (settings?.file !== main || !Array.isArray(settings.servers)) return null
    const servers: readonly unknown[] = settings.servers
    return servers.map(pathOf).find((path) => path !== null) ?? null
  } catch {
    // Cut off by a crash: nothing is known.
    return null
  }
}

function pathOf(server: unknown): string | null {
  if (typeof server !== 'object' || server === null) return null
  const { kind, path } = server as Readonly<Record<string, unknown>>
  return kind === 'unix' && typeof path === 'string' ? path : null
}
