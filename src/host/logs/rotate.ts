import fs from 'node:fs'
import { errnoOf } from './target.js'

/**
 * Makes room at `base`: `base.N-1` becomes `base.N` and so on down to `base` becoming `base.1`.
 *
 * Files that are missing are skipped, since others may clean up too; nothing moves when `base` itself is. Surplus older
 * backups stay.
 *
 * @param backups - files to keep, 1 or more
 * @throws NodeJS.ErrnoException when a file cannot be removed or renamed; those done before stay moved
 * @see Supervisor loggers.py, RotatingFileHandler.doRollover
 */
export function shiftBackups(base: string, backups: number): void {
  // Made room for before, and then no new file could be opened: doing it again would push backups out.
  if (fs.lstatSync(base, { throwIfNoEntry: false }) === undefined) return
  for (let number = backups - 1; number >= 1; number--) move(`${base}.${number}`, `${base}.${number + 1}`)
  move(base, `${base}.1`)
}

function move(from: string, to: string): void {
  // The target stays when there is nothing to put in its place.
  if (fs.lstatSync(from, { throwIfNoEntry: false }) === undefined) return
  // Not by renaming over it: ext4 then flushes the file and stalls us for some 50 ms.
  unlessMissing(() => fs.unlinkSync(to))
  unlessMissing(() => fs.renameSync(from, to))
}

function unlessMissing(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}
