import type { Action } from './action.js'
import type { Session } from './session.js'

const WIDTH = 80
const GAP = 2

/** @param actions - every action by its word, `help` left out */
export function helpAction(actions: Readonly<Record<string, Action>>): Action {
  const help = ['help\t\tPrint a list of available actions', 'help <action>\tPrint help for <action>'].join('\n')
  return {
    help,
    async run(session, argument) {
      if (argument === '') {
        printTopics(session, 'default', Object.keys(actions).sort())
        for (const plugin of session.plugins) printTopics(session, plugin.name, plugin.actions)
        return 'done'
      }
      const found = argument === 'help' ? help : Object.hasOwn(actions, argument) ? actions[argument]?.help : undefined
      if (found !== undefined) session.print(found)
      else if (!(await helpOfPlugin(session, argument))) session.print(`*** No help on ${argument}`)
      return 'done'
    },
  }
}

function printTopics(session: Session, name: string, words: readonly string[]): void {
  if (words.length === 0) return
  const title = `${name} commands (type help <topic>):`
  for (const line of ['', title, '='.repeat(title.length), ...columns(words), '']) session.print(line)
}

/** The original asks every plugin, so that each that does not know the word complains. */
async function helpOfPlugin(session: Session, word: string): Promise<boolean> {
  const plugin = session.plugins.find(({ actions }) => actions.includes(word))
  return plugin !== undefined && (await plugin.help(word))
}

/**
 * Words in as few rows as fit into 80 columns, read downwards; every cell is padded to the width of its column.
 *
 * @see Python cmd.py, columnize
 */
export function columns(words: readonly string[]): readonly string[] {
  for (let rows = 1; rows < words.length; rows++) {
    const table = inColumns(words, rows)
    const widths = table.map((column) => Math.max(...column.map((word) => word.length)))
    const total = widths.reduce((sum, width) => sum + width + GAP, -GAP)
    if (total > WIDTH) continue
    return Array.from({ length: rows }, (_, row) =>
      // The last row may be short; its missing cells are not printed.
      table
        .flatMap((column, at) => (column[row] === undefined ? [] : [(column[row] ?? '').padEnd(widths[at] ?? 0)]))
        .join(' '.repeat(GAP)),
    )
  }
  return words
}

function inColumns(words: readonly string[], rows: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(words.length / rows) }, (_, at) => words.slice(at * rows, (at + 1) * rows))
}
