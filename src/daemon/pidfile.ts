import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import type { Log } from '../model/ports.js'

/** Writes our pid; a failure is told and lived with, as in the original. @returns removes the file if it is still ours */
export function writePidFile(path: string, log: Log): () => void {
  const text = `${process.pid}\n`
  try {
    // After a change of version it is there already, and somebody may be reading it.
    if (!holds(path, text)) writeFileSync(path, text)
  } catch {
    log.write('critical', `could not write pidfile ${path}`)
    return () => {}
  }
  return () => {
    try {
      if (holds(path, text)) unlinkSync(path)
    } catch {
      // Somebody removed it before us.
    }
  }
}

function holds(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') === text
}
