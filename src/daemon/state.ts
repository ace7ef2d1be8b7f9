import { dirname, resolve } from 'node:path'
import type { SupervisordOptions } from '../cli/supervisord-options.js'
import { homeFolder } from '../host/own-account.js'
import { makeStateDirectoryFor, stateDirectoryOf } from '../host/state-directory.js'
import { removeLeftovers } from '../host/state-leftovers.js'
import type { HostUsers } from '../host/users.js'
import type { Config } from '../model/config.js'
import type { Clock } from '../model/ports.js'

/** Where this daemon keeps its state. */
export interface StatePlace {
  /** `null` when nothing is kept. */
  readonly directory: string | null
  /** Nobody named it: its neighbours are folders of ours, too. */
  readonly isDefault: boolean
}

export const NO_STATE: StatePlace = { directory: null, isDefault: false }

/**
 * Finds the place: command line over environment over file.
 *
 * @param file - the main file as named or found
 * @param config - `null` while the file cannot be read
 */
export function statePlace(file: string, options: SupervisordOptions, config: Config | null): StatePlace {
  const named = [options.stateDirectory, process.env.SVCTL_STATE_DIRECTORY, config?.daemon.state.directory]
  const wanted = named.find((text) => text !== null && text !== undefined && text !== '') ?? null
  const directory = stateDirectoryOf({
    file: resolve(file),
    wanted: wanted === null || wanted === 'none' ? wanted : resolve(wanted),
    uid: process.geteuid?.() ?? 0,
    environment: { ...process.env, HOME: homeFolder() },
  })
  return { directory, isDefault: wanted === null }
}

/** Makes the folder while we are root, if we are about to become a user who could not. */
export function makeStateDirectory({ directory }: StatePlace, user: string | null, users: HostUsers): void {
  if (directory === null || user === null || process.geteuid?.() !== 0) return
  const found = users.user(user)
  if (found !== null && found.uid !== 0) makeStateDirectoryFor(found.uid, found.gid, directory)
}

/** Long after the start, ms: nobody waits for it. */
const TIDY_DELAY_MS = 60_000

/** Removes, some time later, what daemons whose files are gone have left beside our folder. @returns the cancel */
export function tidyLater({ directory, isDefault }: StatePlace, clock: Clock): () => void {
  if (directory === null || !isDefault) return () => {}
  const parent = dirname(directory)
  return clock.wakeAt(clock.monotonicMs() + TIDY_DELAY_MS, () => removeLeftovers(parent, clock.wallMs()))
}
