import { type Pinned, readPinned } from '../control/pin.js'
import { readLastGood } from '../control/revisions.js'
import { gzipPacking } from '../host/packing.js'
import { openStateDirectory } from '../host/state-directory.js'
import type { HostUsers } from '../host/users.js'
import type { Config } from '../model/config.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { LastGoodBoot } from '../model/revision.js'
import type { StatePlace } from './state.js'

/** The configuration to start with although the file is bad. */
export interface LastGood {
  readonly config: Config
  readonly boot: LastGoodBoot
  /** A rollback that was in force: the file may yet become what was rolled away from. */
  readonly pinned: Pinned | null
  /** For standard error and the activity log. */
  readonly banner: readonly string[]
}

/**
 * Finds the last good revision of a file that cannot be used, if we were told to start from it.
 *
 * @param asked - on the command line; else it counts what the last good file said
 * @returns `null` when nobody wants it, or when there is none that can be believed
 */
export function findLastGood(
  { directory }: StatePlace,
  file: string,
  asked: boolean,
  diagnostics: readonly Diagnostic[],
  users: HostUsers,
): LastGood | null {
  const state = openStateDirectory(directory, file)
  const found = readLastGood(state, gzipPacking)
  if (found === null || !(asked || found.config.daemon.state.bootLastGood)) return null
  const { config, revision } = found
  if (!isBelieved(state.owner(), config.daemon.user, users)) return null
  const [first] = diagnostics
  const at = first?.at ? `${first.at.file}:${first.at.line}:${first.at.column}: ` : ''
  const acceptedAt = new Date(revision.wallMs).toISOString()
  const banner = [
    `THE CONFIGURATION CANNOT BE USED: ${at}${first?.message ?? 'no file'}`,
    `STARTING FROM THE LAST GOOD REVISION INSTEAD: ${revision.number} of ${acceptedAt} (boot_last_good)`,
    `${file} is taken on as soon as it is good`,
  ]
  const pinned = readPinned(state, config.file)
  return { config, pinned, boot: { revision: revision.number, diagnostics }, banner }
}

/**
 * Whoever can write the folder decides what is run: that must not give more rights than its owner has. A daemon that
 * becomes another user leaves the folder to that user, and starts from it as that user only.
 */
export function isBelieved(owner: number | null, user: string | null, users: HostUsers): boolean {
  const own = process.geteuid?.() ?? 0
  if (owner === own || owner === 0) return true
  return owner !== null && user !== null && users.user(user)?.uid === owner
}
