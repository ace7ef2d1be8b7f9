import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readDocument } from '../../../config/read.js'
import { hostFiles } from '../../../host/files.js'

/** One side of a comparison without a daemon. */
export type Source =
  | {
      readonly ok: true
      /** As a person named it, made absolute. */
      readonly path: string
      /** The folder that relative paths start at. */
      readonly folder: string
      /** Name of the main file in the folder; `null` for snippets, which have none. */
      readonly main: string | null
      /** Absolute paths of the snippets: what an empty main file would include. */
      readonly snippets: readonly string[]
    }
  | { readonly ok: false; readonly message: string }

/** Main files that count without a look into them, the first that is there. */
const MAIN_NAMES = ['supervisord.conf', 'svctl.yaml', 'supervisord.yaml']

/**
 * Finds out what a file or folder of configuration is: a main file, a folder with one, or snippets for the folder that
 * some main file includes.
 *
 * @param path - absolute
 */
export function findSource(path: string): Source {
  switch (hostFiles.kind(path)) {
    case 'file':
      return isMain(path) === false ? snippets(path, dirname(path), [path]) : main(path, dirname(path), basename(path))
    case 'directory':
      return inFolder(path)
    default:
      return { ok: false, message: `Cannot compare ${path}: there is no such file or folder` }
  }
}

function inFolder(folder: string): Source {
  const names = filesOf(folder)
  const known = MAIN_NAMES.find((name) => names.includes(name))
  if (known !== undefined) return main(folder, folder, known)
  const mains = names.filter((name) => isMain(join(folder, name)))
  const [only] = mains
  if (mains.length > 1) {
    const message = `Cannot choose the main file of ${folder}: ${mains.join(' and ')} have [supervisord]; name one of them`
    return { ok: false, message }
  }
  if (only !== undefined) return main(folder, folder, only)
  return snippets(
    folder,
    folder,
    names.map((name) => join(folder, name)),
  )
}

function main(path: string, folder: string, name: string): Source {
  return { ok: true, path, folder, main: name, snippets: [] }
}

function snippets(path: string, folder: string, paths: readonly string[]): Source {
  return { ok: true, path, folder, main: null, snippets: paths }
}

/** Names of configuration files, sorted; a folder that cannot be listed has none. */
function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.(conf|ini|ya?ml)$/.test(name))
      .sort()
  } catch {
    return []
  }
}

/** Whether a file has `[supervisord]`; `null` when it cannot be read, of which reading it will tell. */
function isMain(path: string): boolean | null {
  const read = readDocument({ file: path, environment: {}, hostName: '', withoutIncludes: true }, hostFiles)
  return read.ok ? read.value.sections.some(({ name }) => name === 'supervisord') : null
}
