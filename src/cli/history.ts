import { readFileSync, writeFileSync } from 'node:fs'

/** What was typed before, newest first, as readline wants it. */
export interface History {
  readonly lines: readonly string[]
  replace(lines: readonly string[]): void
  /** Writes the file, when there is one; a file that cannot be written is none of the user's worries. */
  save(): void
}

/** Lines kept, in memory and in the file. */
export const HISTORY_LINES_MAX = 5000

/**
 * @param file - one line each, oldest first, as GNU readline and Python write it; `null` for none. A file that cannot
 * be read is an empty one
 */
export function createHistory(file: string | null): History {
  let lines: readonly string[] = file === null ? [] : read(file)
  return {
    get lines() {
      return lines
    },
    replace(newLines) {
      lines = newLines.slice(0, HISTORY_LINES_MAX)
    },
    save() {
      if (file === null) return
      try {
        // What is typed may hold what nobody else should read.
        writeFileSync(
          file,
          [...lines]
            .reverse()
            .map((line) => `${line}\n`)
            .join(''),
          { mode: 0o600 },
        )
      } catch {
        // As in the original: a shell that worked must not end with a complaint about its history.
      }
    },
  }
}

function read(file: string): readonly string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines
      .filter((line) => line !== '')
      .slice(-HISTORY_LINES_MAX)
      .reverse()
  } catch {
    return []
  }
}
