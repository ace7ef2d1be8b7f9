import fs from 'node:fs'
import path from 'node:path'
import { errnoOf } from './target.js'

const ATTEMPTS_MAX = 100

/**
 * Makes the file of an AUTO log: `<process>-<channel>---<identifier>-<8 random characters>.log`, empty, mode 0600.
 *
 * @returns `errno` is a code such as `EACCES`
 * @throws never
 * @see Supervisor options.py, get_autochildlog_name
 */
export function createAutoLogFile(
  directory: string,
  identifier: string,
  processName: string,
  channel: 'stdout' | 'stderr',
): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly errno: string } {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const file = path.join(directory, `${processName}-${channel}---${identifier}-${randomName()}.log`)
    try {
      // O_EXCL: in a folder open to all, a name that is already there may be a trap.
      fs.closeSync(fs.openSync(file, 'wx', 0o600))
      return { ok: true, path: file }
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') return { ok: false, errno: errnoOf(error) }
    }
  }
  return { ok: false, errno: 'EEXIST' }
}

/**
 * Removes the AUTO logs, rotated ones too, that earlier runs under this identifier left. Call it only when this is
 * known to be the one instance: those of a running one look the same.
 *
 * @param inUse - of processes that an earlier run has left to us
 * @returns warnings for the activity log, in the original's words
 * @throws never
 * @see Supervisor options.py, clear_autochildlogdir. There the identifier is a regular expression by accident.
 */
export function removeAutoLogs(
  directory: string,
  identifier: string,
  inUse: ReadonlySet<string> = new Set(),
): readonly string[] {
  // Not anchored at the end, as the original: it takes `x.log.gz` along.
  const ours = new RegExp(`^.+?---${escapeRegExp(identifier)}-\\S+\\.log\\.{0,1}\\d{0,4}`)
  let entries: fs.Dirent[]
  try {
    entries = fs.readdirSync(directory, { withFileTypes: true })
  } catch {
    return ['Could not clear childlog dir']
  }
  const warnings: string[] = []
  // Regular files only: links and folders are not of our making.
  for (const entry of entries.filter((found) => found.isFile() && ours.test(found.name))) {
    const file = path.join(directory, entry.name)
    if (inUse.has(file)) continue
    try {
      fs.unlinkSync(file)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') warnings.push(`Failed to clean up '${file}'`)
    }
  }
  return warnings
}

/** Eight hexadecimal digits. Whoever guesses them can only make us guess again, and `node:crypto` takes 2 ms to load. */
function randomName(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
