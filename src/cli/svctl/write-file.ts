import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ErrorDocument } from '../../api/json/answers.js'
import { errnoOf } from '../../host/native/errno.js'
import { failure } from './locate.js'

/** How a file is written. */
export interface WriteOptions {
  /** Replaces a file that is there. */
  readonly force: boolean
  /** Permissions, before the umask; those of any new file when left out. */
  readonly mode?: number
}

/**
 * Writes a file that a daemon may be watching: it is there as a whole or not at all.
 *
 * @returns what is wrong; `null` when it is written
 */
export function writeWhole(path: string, text: string, { force, mode = 0o666 }: WriteOptions): ErrorDocument | null {
  // The name is one that nobody reads: not a pattern of [include], not a place where configurations are looked for.
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    writeFileSync(beside, text, { mode, flag: 'wx' })
    if (force) renameSync(beside, path)
    else linkSync(beside, path)
    return null
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST' && !force) return failure('GUARD_REFUSED', `${path} is there already; --force replaces it`)
    return failure('BAD_REQUEST', `Cannot write ${path}: ${errno}`)
  } finally {
    rmSync(beside, { force: true })
  }
}
