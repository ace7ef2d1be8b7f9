import { ACTION_NAMES } from './actions.js'
import { nameOf } from './process-info.js'

/** What completion needs to know of a process. */
export interface Completable {
  readonly group: string
  readonly name: string
}

const TAKES_GROUPS: readonly string[] = ['add', 'remove', 'update']
const TAKES_PROCESSES: readonly string[] = [
  'clear',
  'fg',
  'pid',
  'restart',
  'signal',
  'start',
  'status',
  'stop',
  'tail',
]

/** What ends a word, as readline has it, without `:`, `*` and `-`, which names contain. */
const DELIMITERS = /[ \t\n`~!@#$%^&()=+[{\]}\\|;'",<>/?]/

/**
 * What could stand at the end of a line.
 *
 * @param processes - asked only when names are wanted
 * @param more - actions of plugins
 * @returns the candidates, each with a blank behind it, and the part of the line they complete
 * @see spec ctl.md §8
 */
export async function complete(
  line: string,
  processes: () => Promise<readonly Completable[]>,
  more: readonly string[] = [],
): Promise<readonly [readonly string[], string]> {
  const fragment = line.split(DELIMITERS).at(-1) ?? ''
  const candidates = await candidatesFor(line, fragment, processes, more)
  return [candidates.filter((name) => name.startsWith(fragment)).map((name) => `${name} `), fragment]
}

async function candidatesFor(
  line: string,
  fragment: string,
  processes: () => Promise<readonly Completable[]>,
  more: readonly string[],
): Promise<readonly string[]> {
  const words = line.split(/\s+/).filter((word) => word !== '')
  const [action] = words
  if (action === undefined || (words.length === 1 && !/\s$/.test(line)) || action === 'help') {
    return [...ACTION_NAMES, ...more]
  }
  if (TAKES_GROUPS.includes(action)) return [...new Set((await processes()).map(({ group }) => group))]
  if (TAKES_PROCESSES.includes(action)) return processNames(await processes(), fragment.includes(':'))
  return []
}

function processNames(processes: readonly Completable[], qualified: boolean): readonly string[] {
  const names = processes.flatMap(({ group, name }) =>
    group === name && !qualified ? [nameOf({ group, name })] : [`${group}:${name}`, `${group}:*`],
  )
  return [...new Set(names)]
}
