import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandLookup } from '../model/ports.js'
import { reprString } from '../model/python.js'
import { splitWords } from '../model/words.js'

/**
 * Splits a command line and finds its program, as the user the daemon runs as.
 *
 * Unlike the original, a relative path is looked up where the program will be started, in `directory`, and the search
 * goes on behind a file that cannot be executed.
 *
 * @param searchPath - folders separated by colons; an empty one is the current folder
 * @param directory - where the program will be started; `null` is the daemon's folder
 * @see Supervisor process.py, get_execv_args; options.py, check_execv_args
 */
export function lookUpCommand(command: string, searchPath: string, directory: string | null): CommandLookup {
  const split = splitWords(command)
  if (!split.ok) return refuse('NOT_EXECUTABLE', `can't parse command ${reprString(command)}: ${split.error}`)
  const program = split.words[0]
  if (program === undefined) return refuse('NOT_EXECUTABLE', 'command is empty')

  const base = directory ?? '.'
  const candidates = program.includes('/') ? [program] : searchPath.split(':').map((folder) => join(folder, program))
  let first: CommandLookup | null = null
  for (const filename of candidates) {
    const stats = statOrNull(resolve(base, filename))
    if (stats === null) continue
    const found = check(filename, resolve(base, filename), stats, split.words)
    if (found.ok) return found
    first ??= found
  }
  return first ?? refuse('NO_FILE', `can't find command ${reprString(program)}`)
}

function check(filename: string, absolute: string, stats: Stats, argv: readonly string[]): CommandLookup {
  if (stats.isDirectory()) return refuse('NOT_EXECUTABLE', `command at ${reprString(filename)} is a directory`)
  if ((stats.mode & 0o111) === 0)
    return refuse('NOT_EXECUTABLE', `command at ${reprString(filename)} is not executable`)
  try {
    accessSync(absolute, constants.X_OK)
  } catch {
    return refuse('NOT_EXECUTABLE', `no permission to run command ${reprString(filename)}`)
  }
  return { ok: true, filename, argv }
}

/** Any failure counts as "not there", a NUL in the name included. */
function statOrNull(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

/** As Python's os.path.join for a name without a slash; the result is shown in messages. */
function join(folder: string, name: string): string {
  return folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

function refuse(fault: 'NO_FILE' | 'NOT_EXECUTABLE', text: string): CommandLookup {
  return { ok: false, fault, text }
}
