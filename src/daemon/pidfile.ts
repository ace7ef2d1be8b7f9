import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import type { Log } from '../model/ports.js'

/** The file with our pid. */
export interface PidFile {
  /** Writes it again when it is missing: its folder was gone, or a cleaner of /tmp took it. Nothing else is touched. */
  repair(): void
  /** Removes it if it is still ours. */
  remove(): void
}

/**
 * Writes our pid; a failure is told and lived with, as in the original.
 *
 * @param lasting - whether `repair` does anything; the original writes the file once
 */
export function writePidFile(path: string, log: Log, lasting: boolean): PidFile {
  const text = `${process.pid}\n`
  let written = put(path, text)
  if (!written) log.write('critical', `could not write pidfile ${path}`)
  return {
    repair() {
      if (!lasting || existsSync(path)) return
      const before = written
      written = put(path, text)
      if (written) log.write('warn', `the pidfile ${path} was missing and has been written`)
      else if (before) log.write('error', `the pidfile ${path} is gone and cannot be written`)
    },
    remove() {
      try {
        if (holds(path, text)) unlinkSync(path)
      } catch {
        // Somebody removed it before us.
      }
    },
  }
}

function put(path: string, text: string): boolean {
  try {
    // After a change of version it is there already, and somebody may be reading it.
    if (!holds(path, text)) writeFileSync(path, text)
    return true
  } catch {
    return false
  }
}

function holds(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') === text
}
