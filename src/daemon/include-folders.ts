import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { diagnostic } from '../config/codes.js'
import type { Config } from '../model/config.js'
import type { Parsed } from '../model/diagnostic.js'

/** Where included files came from at the last good read: folders by path, with the file system each was on. */
export type IncludeFolders = ReadonlyMap<string, bigint>

/**
 * Whether a folder of included files has gone away with all that was in it: removed, renamed or unmounted.
 *
 * To Supervisor such a file system that is missing for a moment means that nothing of it is wanted any more. A file that
 * is taken out of a folder that stays is a wish; a folder that goes away is an accident, or `[include]` says so too.
 *
 * @param before - of the last good read
 * @returns `parsed`, or the errors that keep what is there in force
 */
export function keepIncludes(parsed: Parsed<Config>, before: IncludeFolders): Parsed<Config> {
  if (!parsed.ok) return parsed
  const { files, patterns = [] } = parsed.value
  const still = new Set(files.map((file) => dirname(file)))
  const errors = [...before]
    .filter(([folder]) => !still.has(folder) && patterns.some((pattern) => dirname(pattern) === folder))
    .flatMap(([folder, device]) => {
      const now = deviceOf(folder)
      if (now === device) return []
      const how = now === null ? 'is gone' : 'was unmounted, or mounted over'
      return diagnostic({
        code: 'CONFIG_INCLUDE_GONE',
        message: `Cannot include anything from ${folder}: the folder ${how}`,
        help: 'put it back, or take it out of [include] files when its programs are no longer wanted',
      })
    })
  return errors.length === 0 ? parsed : { ok: false, errors, warnings: parsed.warnings }
}

/** The folders that included files of a configuration came from. */
export function includeFolders({ file, files }: Config): IncludeFolders {
  const folders = new Set(files.filter((other) => other !== file).map((other) => dirname(other)))
  return new Map(
    [...folders].flatMap((folder) => {
      const device = deviceOf(folder)
      return device === null ? [] : [[folder, device] as const]
    }),
  )
}

function deviceOf(folder: string): bigint | null {
  try {
    return statSync(folder, { bigint: true }).dev
  } catch {
    return null
  }
}
