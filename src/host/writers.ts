import { closeSync, constants, openSync } from 'node:fs'
import { isBeingWritten } from './native/posix.js'

/**
 * Whether somebody has a file open for writing, so that what it says now may be half of what it will say.
 *
 * @returns false also where nobody can tell: another user's file, a file system without leases, no file
 */
export function isOpenForWriting(path: string): boolean {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const found = isBeingWritten(fd)
    closeSync(fd)
    return found.ok && found.value
  } catch {
    // Who reads it next says what is wrong with it.
    return false
  }
}
