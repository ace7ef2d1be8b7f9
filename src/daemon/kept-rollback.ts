import { type Pinned, readPinned } from '../control/pin.js'
import { readGroupsOf } from '../control/revisions.js'
import { gzipPacking } from '../host/packing.js'
import { openStateDirectory } from '../host/state-directory.js'
import type { HostUsers } from '../host/users.js'
import type { Config } from '../model/config.js'
import { fingerprintOf } from '../reconcile/fingerprint.js'
import { isBelieved } from './last-good.js'
import type { StatePlace } from './state.js'

/** What to start with while a rollback is in force. */
export interface KeptRollback {
  readonly config: Config
  readonly pinned: Pinned
}

/**
 * Takes up a rollback that was in force when the last daemon ended: the file still says what was rolled away from.
 *
 * @param config - what the file says
 * @returns `null` when there was none, the file has changed since, or what was in force cannot be read or believed
 */
export function findKeptRollback({ directory }: StatePlace, config: Config, users: HostUsers): KeptRollback | null {
  const state = openStateDirectory(directory, config.file)
  const pinned = readPinned(state, config.file)
  if (pinned === null || pinned.fingerprint !== fingerprintOf(config.groups)) return null
  const groups = readGroupsOf(state, gzipPacking, pinned)
  if (groups === null || !isBelieved(state.owner(), config.daemon.user, users)) return null
  return { config: { ...config, groups }, pinned }
}
