import fs from 'node:fs'

/** What a file is, whatever its name is by now. */
export interface FileId {
  readonly dev: number
  readonly ino: number
}

/**
 * Opens a log to read it, without waiting: a named pipe would block until someone writes.
 *
 * @throws NodeJS.ErrnoException
 */
export function openToRead(file: string): number {
  return fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY)
}

/** @returns `null` for what is not there or cannot be looked at */
export function statOf(file: string): fs.Stats | null {
  try {
    return fs.statSync(file)
  } catch {
    return null
  }
}

export function isSameFile(a: FileId, b: FileId): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

/** Rotated files of one log that are looked at. */
const ROTATED_MAX = 100

/** What was rotated away from a log, `file.1`, `file.2` and so on: the newest first. */
export function* rotatedFiles(file: string): Generator<{ readonly path: string; readonly stat: fs.Stats }> {
  for (let number = 1; number <= ROTATED_MAX; number++) {
    const path = `${file}.${number}`
    const stat = statOf(path)
    if (stat === null) return
    yield { path, stat }
  }
}
