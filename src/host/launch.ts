import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
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

/** By the group or everybody. */
const WRITABLE_BY_OTHERS = 0o022

/** Runs the code of a command. @param name - of its file in the folder `code` beside the launcher */
export function launch(name: string): void {
  const file = join(__dirname, 'code', name)
  // V8 takes back only what this very version of it has made, from a source of this length: the name holds a hash.
  const kept = `${file}.${process.version}-${process.arch}.cache`
  const code = openSync(file, 'r')
  const text = readFileSync(code, 'latin1')
  const cachedData = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : readKept(kept, fstatSync(code))
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

/**
 * V8 runs what it reads there: as with the code itself, nobody may write it who may not write that.
 *
 * @returns `null` when there is none, a damaged one, one of another user, or one from before somebody edited the code by hand
 */
function readKept(path: string, code: Stats): Buffer | null {
  try {
    const fd = openSync(path, 'r')
    try {
      const { mode, uid, mtimeMs } = fstatSync(fd)
      const safe = (mode & WRITABLE_BY_OTHERS) === 0 && (uid === code.uid || uid === process.geteuid?.() || uid === 0)
      return safe && mtimeMs >= code.mtimeMs ? unsealed(readFileSync(fd)) : null
    } finally {
      closeSync(fd)
    }
  } catch {
    return null
  }
}
