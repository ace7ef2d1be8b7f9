import type { SpawnRequest } from '../model/ports.js'
import { attributeFailure } from './attributes.js'
import type { NativeSpawned } from './native/posix.js'
import type { HostUsers } from './users.js'

/** Whether and how a process changes its user. */
export type ChangeOfUser =
  | { readonly kind: 'stay' }
  | { readonly kind: 'become'; readonly uid: number; readonly gid: number; readonly groups: readonly number[] }
  /** The child is made all the same, and fails. */
  | { readonly kind: 'refuse'; readonly reason: string }

/**
 * Who a process will be.
 *
 * @param uid - as configured; our own means no change, `null` too
 * @see Supervisor options.py, drop_privileges, for the rules and texts
 */
export function changeOfUser(uid: number | null, users: Pick<HostUsers, 'credentials'>): ChangeOfUser {
  const own = process.getuid?.() ?? 0
  if (uid === null) return { kind: 'stay' }
  const found = users.credentials(uid)
  if (found === null) return { kind: 'refuse', reason: `Can't find uid ${uid}` }
  if (uid === own) return { kind: 'stay' }
  if (own !== 0) return { kind: 'refuse', reason: "Can't drop privilege as nonroot user" }
  return { kind: 'become', ...found }
}

/** What the child of a failed set-up has to say, in the original's words, without `supervisor: `. */
export function failureReason(request: SpawnRequest, failed: NativeSpawned, user: ChangeOfUser): string {
  const { stage, errno } = failed
  const setuid = `couldn't setuid to ${request.uid}`
  switch (stage) {
    case 'refused':
      return `${setuid}: ${user.kind === 'refuse' ? user.reason : errno}`
    case 'groups':
      return `${setuid}: Could not set groups of effective user`
    case 'gid':
      return `${setuid}: Could not set group id of effective user`
    case 'uid':
      return `${setuid}: ${errno}`
    case 'directory':
      return `couldn't chdir to ${request.directory}: ${errno}`
    case 'exec':
      return `couldn't exec ${request.argv[0]}: ${errno}`
    default:
      // Ours alone; the original has no such step, or never sees it fail.
      return attributeFailure(request, failed) ?? `couldn't set up ${stage}: ${errno}`
  }
}

/** What comes back by itself once somebody closes, ends or frees something, or mounts a disk again. */
const PASSING = ['EAGAIN', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOMEM', 'ENOSPC', 'EROFS', 'ESTALE']

/** Whether a spawn that failed for this is worth trying until it succeeds: the program has no part in it. */
export function isPassing(errno: string): boolean {
  return PASSING.includes(errno)
}

/** `spawnerr` when pipes or logs cannot be opened. @see Supervisor process.py, spawn */
export function plumbingError(name: string, errno: string): string {
  if (errno === 'EMFILE') return `too many open files to spawn '${name}'`
  return `unknown error making dispatchers for '${name}': ${errno}`
}

/** `spawnerr` when there can be no child at all. @see Supervisor process.py, spawn */
export function forkError(name: string, errno: string): string {
  if (errno === 'EAGAIN') return `Too many processes in process table to spawn '${name}'`
  return `unknown error during fork for '${name}': ${errno}`
}
