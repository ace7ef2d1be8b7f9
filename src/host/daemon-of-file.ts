import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { resolve } from 'node:path'

/** How a daemon that runs was told where to keep its state. */
export interface RunningDaemon {
  readonly pid: number
  /** `--state-directory`, else SVCTL_STATE_DIRECTORY: absolute, or `none`; `null` when it was told neither. */
  readonly stateDirectory: string | null
}

/**
 * Finds daemons that were started with `-c FILE`, through /proc. Only those of root and of ourselves: others could say
 * anything.
 *
 * @param file - absolute
 * @throws never
 */
export function daemonsOfFile(file: string): readonly RunningDaemon[] {
  const own = process.geteuid?.() ?? 0
  return pids().flatMap((pid): readonly RunningDaemon[] => {
    try {
      if (![0, own].includes(lstatSync(`/proc/${pid}`).uid)) return []
      const words = texts(`/proc/${pid}/cmdline`)
      if (!words.some((word) => word.includes('supervisord'))) return []
      const folder = readlinkSync(`/proc/${pid}/cwd`)
      const named = optionOf(words, ['-c', '--configuration'])
      if (named === null || resolve(folder, named) !== file) return []
      const variable = texts(`/proc/${pid}/environ`).find((text) => text.startsWith(VARIABLE))
      const wanted = optionOf(words, ['--state-directory']) ?? variable?.slice(VARIABLE.length) ?? ''
      const stateDirectory = wanted === '' ? null : wanted === 'none' ? wanted : resolve(folder, wanted)
      return [{ pid, stateDirectory }]
    } catch {
      return [] // ended meanwhile, or not ours to look at
    }
  })
}

const VARIABLE = 'SVCTL_STATE_DIRECTORY='

/** The value of an option: `-c x`, `-cx`, `--configuration x`, `--configuration=x`. */
function optionOf(words: readonly string[], names: readonly string[]): string | null {
  for (const [i, word] of words.entries()) {
    if (names.includes(word)) return words[i + 1] ?? null
    for (const name of names) {
      const joined = name.startsWith('--') ? `${name}=` : name
      if (word.startsWith(joined) && !(joined === '-c' && word.startsWith('--'))) return word.slice(joined.length)
    }
  }
  return null
}

function texts(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\0')
}

function pids(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}
