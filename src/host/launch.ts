import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { type OwnCode, unsealed } from './own-code.js'

/*
 * A command is two files: one that people and npm know, a few lines made from this, and its code, which this runs. V8
 * needs longer to read through the code than the command then takes; so what V8 made of it is kept beside it by the first
 * run that may write there, as Python does with `__pycache__`, and taken from there by all others.
 */

/** What the code of a command is: a function with the names that Node gives to every file, and one of ours. */
type Code = (
  exports: unknown,
  require: NodeJS.Require,
  module: NodeJS.Module,
  file: string,
  folder: string,
  launched: OwnCode,
) => void

/** Runs the code of a command. @param name - of its file in the folder `code` beside the launcher */
export function launch(name: string): void {
  const file = join(__dirname, 'code', name)
  // V8 takes back only what this very version of it has made, from a source of this length: the name holds a hash.
  const kept = `${file}.${process.version}-${process.arch}.cache`
  const code = openSync(file, 'r')
  const text = readFileSync(code, 'latin1')
  const cachedData = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : readKept(kept, fstatSync(code).mtimeMs)
  closeSync(code)
  const script = new Script(text, {
    filename: file,
    ...(cachedData ? { cachedData } : {}),
  })
  const run = script.runInThisContext() as Code
  // One that is refused was made under other V8 flags: kept for those.
  const keepIn = cachedData === null ? kept : null
  const importModule = (href: string): Promise<unknown> => import(href)
  run(exports, require, module, __filename, __dirname, { script, file, keepIn, importModule })
}

/** @returns `null` when there is none, a damaged one, or one from before somebody edited the code by hand */
function readKept(path: string, newerThanMs: number): Buffer | null {
  try {
    const fd = openSync(path, 'r')
    try {
      return fstatSync(fd).mtimeMs < newerThanMs ? null : unsealed(readFileSync(fd))
    } finally {
      closeSync(fd)
    }
  } catch {
    return null
  }
}
