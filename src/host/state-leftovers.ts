import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from './native/errno.js'
import { OWNER_FILE } from './state-directory.js'

/** Folders looked at in one go. */
const LOOKS_MAX = 500

/** A main file may be gone for a while, on a disk that is not mounted yet. */
const REST_MS = 24 * 60 * 60 * 1000

/**
 * Removes the state of daemons whose main file is gone, so that what temporary files leave does not pile up.
 *
 * Only folders of our naming that say whose they are, and that nothing was written to for a day.
 *
 * @param parent - the folder of such folders
 */
export function removeLeftovers(parent: string, nowWallMs: number): void {
  for (const name of namesIn(parent)) {
    const folder = join(parent, name)
    if (!isLeftover(folder, nowWallMs)) continue
    try {
      rmSync(folder, { recursive: true })
    } catch {
      // Another user's: root's daemon takes care of it.
    }
  }
}

function isLeftover(folder: string, nowWallMs: number): boolean {
  try {
    // A folder's time is that of the last file replaced in it.
    if (nowWallMs - lstatSync(folder).mtimeMs < REST_MS) return false
    lstatSync(readFileSync(join(folder, OWNER_FILE), 'utf8'))
    return false
  } catch (error) {
    return errnoOf(error) === 'ENOENT' && lstatSync(join(folder, OWNER_FILE), { throwIfNoEntry: false }) !== undefined
  }
}

function namesIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent)
      .filter((name) => /-[0-9a-f]{8}$/.test(name))
      .slice(0, LOOKS_MAX)
  } catch {
    return []
  }
}
