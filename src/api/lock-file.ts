import { closeSync, constants, fstatSync, lstatSync, openSync, unlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { failureOf, lockFile } from '../host/native/posix.js'

/** A lock that is held, or why it cannot be had. */
export type TakenLock =
  | { readonly ok: true; readonly release: () => void }
  | { readonly ok: false; readonly errno: string }

/** What it guards takes milliseconds; who holds it longer hangs. */
const WAIT_MS = 5_000
const RETRY_MS = 20

/**
 * Takes an exclusive lock that lasts until it is released or this process ends. The file goes away with the release.
 *
 * @returns `errno` EAGAIN when somebody else holds it for five seconds
 */
export async function takeLock(path: string): Promise<TakenLock> {
  for (let waitedMs = 0; waitedMs <= WAIT_MS; waitedMs += RETRY_MS) {
    let fd: number
    try {
      fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
    } catch (error) {
      return { ok: false, errno: failureOf(error).errno }
    }
    // The name may have been removed by the holder before us; a lock on a file without a name guards nothing.
    if (lockFile(fd).ok && isNamed(fd, path)) return { ok: true, release: () => release(fd, path) }
    closeSync(fd)
    await sleep(RETRY_MS)
  }
  return { ok: false, errno: 'EAGAIN' }
}

function isNamed(fd: number, path: string): boolean {
  const named = lstatSync(path, { throwIfNoEntry: false })
  const held = fstatSync(fd)
  return named !== undefined && named.ino === held.ino && named.dev === held.dev
}

/** Removed while still locked, so that nobody can lock the same file and find it without a name unawares. */
function release(fd: number, path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Somebody cleaned up; the lock itself goes with the descriptor.
  }
  closeSync(fd)
}
