import { chmodSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Script } from 'node:vm'
import { crc32 } from 'node:zlib'

/** The code that runs, as its launcher has loaded it. */
export interface OwnCode {
  readonly script: Script
  /** Its path. */
  readonly file: string
  /** Where to keep what V8 has made of it; `null` when it need not be kept. */
  readonly keepIn: string | null
  /** `import()`, which code that a launcher has loaded cannot do by itself. */
  importModule(href: string): Promise<unknown>
}

/** A name in the code of a command, see `launch.ts`; there is none when it runs from source. */
declare const launched: OwnCode | undefined

/** @returns `null` when it was not started by a launcher */
export function ownCode(): OwnCode | null {
  return typeof launched === 'undefined' ? null : launched
}

/** Loads a module that is no part of this program. */
export function importModule(href: string): Promise<unknown> {
  return ownCode()?.importModule(href) ?? import(/* @vite-ignore */ href)
}

/**
 * Keeps what V8 has made of the code until now, functions that have been called included, for the runs after this one. To
 * be called once the work is done that should be quick; does nothing when it is kept already.
 *
 * Only in a folder of our own user: nobody else should have to remove a file of ours, or believe it. Never throws.
 */
export function keepCompiled(): void {
  const code = ownCode()
  if (code === null || code.keepIn === null || done) return
  done = true
  const next = `${code.keepIn}.${process.pid}.new`
  try {
    if (statSync(dirname(code.keepIn)).uid !== process.geteuid?.()) return
    writeFileSync(next, sealed(code.script.createCachedData()), { flag: 'wx' })
    chmodSync(next, 0o644) // whatever the umask
    renameSync(next, code.keepIn)
  } catch {
    // Read-only, or full: the next run starts as slowly as this one did.
    remove(next)
  }
}

let done = false

/** V8 believes what it reads, and ends the process over a wrong byte: so the last four are the CRC-32 of those before. */
function sealed(data: Buffer): Buffer {
  const seal = Buffer.alloc(4)
  seal.writeUInt32LE(crc32(data))
  return Buffer.concat([data, seal])
}

/** @returns `null` when this is not, to the last byte, what was sealed */
export function unsealed(bytes: Buffer): Buffer | null {
  if (bytes.length < 4) return null
  const data = bytes.subarray(0, -4)
  return crc32(data) === bytes.readUInt32LE(data.length) ? data : null
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Not even made.
  }
}
