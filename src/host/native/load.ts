import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The native part is missing or cannot be loaded: no bug of ours, the message says what to do. */
export class NativePartError extends Error {}

/**
 * Loads the addon built for this machine.
 *
 * @returns its exports, untyped; `posix.ts` says what they are
 * @throws NativePartError naming the file and why it cannot be loaded, or the platform when there is none for it
 */
export function loadAddon(path = findAddon()): unknown {
  try {
    if (!isWhole(path)) throw new Error('its end is missing')
    return createRequire(import.meta.url)(path)
  } catch (error) {
    throw new NativePartError(unusable(path, error instanceof Error ? error.message : String(error)))
  }
}

/** @returns the path of the addon for this machine @throws NativePartError when there is none */
export function findAddon(): string {
  const candidates = placesOf(addonName())
  const found = candidates.find((path) => existsSync(path))
  if (found === undefined) throw new NativePartError(missing(candidates))
  return found
}

/** @returns the path of the guard's program for this machine, `null` where none was built */
export function findGuard(): string | null {
  return placesOf(guardName()).find((path) => existsSync(path)) ?? null
}

/** Bundled, this code runs from dist/ and the files lie in dist/native/; from source they lie in prebuilt/. */
function placesOf(name: string): readonly string[] {
  const here = dirname(fileURLToPath(import.meta.url))
  return [join(here, 'native', name), join(here, 'prebuilt', name)]
}

/** Name of its file. */
export function addonName(): string {
  return `posix-${process.platform}-${process.arch}.node`
}

/** Name of the file of the guard's program. */
export function guardName(): string {
  return `guard-${process.platform}-${process.arch}`
}

/** Where the header of a 64-bit ELF file says how long it is: its last part is the table of its sections. */
const ELF_HEADER = { bytes: 64, tableAt: 40, entryBytes: 58, entries: 60 } as const

/** Whether nothing was cut off: where there is less than the linker maps, it ends the process by SIGBUS. */
function isWhole(path: string): boolean {
  const fd = openSync(path, 'r')
  try {
    const header = Buffer.alloc(ELF_HEADER.bytes)
    if (readSync(fd, header) < header.length) return false
    const table = header.readUInt16LE(ELF_HEADER.entryBytes) * header.readUInt16LE(ELF_HEADER.entries)
    return header.readBigUInt64LE(ELF_HEADER.tableAt) + BigInt(table) <= BigInt(fstatSync(fd).size)
  } finally {
    closeSync(fd)
  }
}

/** What to do about what the linker says; the first that fits counts. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/failed to map segment|operation not permitted/i, 'install svctl on a file system that is not mounted noexec'],
  [/permission denied/i, 'this user must be allowed to read it'],
]

function unusable(path: string, message: string): string {
  const [line = ''] = message.replace(`${path}: `, '').split('\n')
  const remedy =
    REMEDIES.find(([text]) => text.test(line))?.[1] ??
    `it is damaged or not made for ${process.platform}-${process.arch}: install svctl again`
  return `cannot load the native part "${path}" (${line}); ${remedy}`
}

function missing(candidates: readonly string[]): string {
  const platform = `${process.platform}-${process.arch}`
  if (process.platform !== 'linux') {
    return `svctl runs on Linux only: this is ${platform}`
  }
  return (
    `no native part for ${platform} (looked for ${candidates.join(' and ')}); ` +
    'prebuilt are linux-x64 and linux-arm64, for others run "node src/build/native.mjs --local" in a checkout'
  )
}
