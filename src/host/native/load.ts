import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Loads the addon built for this machine.
 *
 * @returns its exports, untyped; `posix.ts` says what they are
 * @throws Error naming the platform and the places looked at when there is no file for it
 */
export function loadAddon(): unknown {
  return createRequire(import.meta.url)(findAddon())
}

/** @returns the path of the addon for this machine @throws as `loadAddon` */
export function findAddon(): string {
  const candidates = placesOf(addonName())
  const found = candidates.find((path) => existsSync(path))
  if (found === undefined) throw new Error(missing(candidates))
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
