import { closeSync } from 'node:fs'
import { describe, type Target } from './target.js'

/** A log as it is handed to the program that takes our place. */
export interface OpenLog {
  /** Absolute path it was opened by. */
  readonly file: string
  /** The open file; `null` for a descriptor that everybody inherits. */
  readonly fd: number | null
  /** What its reader has not taken yet, base64. */
  readonly waiting: string
}

/** What the program before us had open and nobody here has asked for yet, by path. */
const handedOn = new Map<string, OpenLog>()

/**
 * Takes on open logs: who opens one by its path gets the file that was written so far, although its name may be gone, be
 * another's or not ours to open any more.
 */
export function takeOnLogs(logs: readonly OpenLog[]): void {
  for (const log of logs) handedOn.set(log.file, log)
}

/** @returns the open file of that path, and what is to be written to it first; `null` when none was handed on */
export function claimLog(file: string): { readonly target: Target | null; readonly waiting: Uint8Array } | null {
  const log = handedOn.get(file)
  if (log === undefined) return null
  handedOn.delete(file)
  return { target: log.fd === null ? null : describe(log.fd, true), waiting: Buffer.from(log.waiting, 'base64') }
}

/** Closes what nobody has claimed. */
export function dropUnclaimedLogs(): void {
  for (const { fd } of handedOn.values()) if (fd !== null) closeSync(fd)
  handedOn.clear()
}
