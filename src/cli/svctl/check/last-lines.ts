import { decodeLog, readFile } from '../../../host/logs/read.js'
import type { ProcessSpec } from '../../../model/spec.js'

const LINES_MAX = 10
const BYTES_MAX = 4096

/**
 * The last lines that a process wrote to standard error, or to both outputs when they are one; oldest first.
 *
 * @param spec - with log files of the private daemon
 */
export function lastLines({ redirectStderr, stdout, stderr }: ProcessSpec): readonly string[] {
  const { logfile } = redirectStderr ? stdout : stderr
  if (logfile.kind !== 'file') return []
  const read = readFile(logfile.path, -BYTES_MAX, 0)
  if (!read.ok) return []
  const lines = decodeLog(read.data).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines.slice(-LINES_MAX)
}
