import { resolve } from 'node:path'
import { daemonsOfFile } from '../../host/daemon-of-file.js'
import { homeFolder } from '../../host/own-account.js'
import { openStateDirectory, stateDirectoryOf } from '../../host/state-directory.js'
import type { Terminal } from './terminal.js'

/** Where the daemon of a file keeps what it was last configured with. */
const SETTINGS = 'settings.json'

/** Where a daemon listened last, and the folder that says so. */
export interface LastKnown {
  readonly serverUrl: string
  readonly directory: string
}

/**
 * Finds the unix socket of the daemon of a file that is empty, broken or gone: that is when people need svctl most.
 *
 * Its state is looked for where our environment says, where the file said, where a daemon that runs with this file was
 * told to keep it, and in the default place. Only root and we ourselves are believed, since what is sent there may hold
 * a password.
 *
 * @param inFile - `state_directory` of the file as far as it can be read
 * @returns `null` when nothing is known
 */
export function lastKnownServer(file: string, inFile: string | null, { env, directory }: Terminal): LastKnown | null {
  const main = resolve(directory, file)
  const named = env.SVCTL_STATE_DIRECTORY || null
  const told = [named === null || named === 'none' ? named : resolve(directory, named), inFile]
  return (
    firstOf(told, (wanted) => serverIn(wanted, main, env)) ??
    firstOf(daemonsOfFile(main), ({ stateDirectory }) => serverIn(stateDirectory, main, env)) ??
    serverIn('', main, env)
  )
}

function firstOf<T, R>(items: readonly T[], look: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = look(item)
    if (found !== null) return found
  }
  return null
}

/** @param wanted - '' is the default place; `null` and `none` are no place */
function serverIn(wanted: string | null, main: string, env: Terminal['env']): LastKnown | null {
  if (wanted === null) return null
  const uid = process.geteuid?.() ?? 0
  const environment = { ...env, HOME: homeFolder() }
  const place = stateDirectoryOf({ file: main, wanted, uid, environment })
  const state = openStateDirectory(place, main)
  if (place === null || ![0, uid].includes(state.owner() ?? -1)) return null
  const bytes = state.read(SETTINGS)
  const path = bytes && socketIn(new TextDecoder().decode(bytes), main)
  return path ? { serverUrl: `unix://${path}`, directory: place } : null
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
