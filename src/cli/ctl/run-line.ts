import { findAction } from './actions.js'
import { EXIT } from './exit-status.js'
import { errorLine } from './problem.js'
import type { Outcome, Session } from './session.js'

/** How a line ended: the shell goes on, is left, or was interrupted. */
export type LineEnd = 'done' | 'leave' | 'interrupted'

/**
 * Carries out one line as it was typed and prints whatever goes wrong. Never throws for the user's or the server's
 * mistakes.
 *
 * @see Supervisor supervisorctl.py, onecmd; Python cmd.py, parseline
 */
export async function runLine(session: Session, line: string): Promise<LineEnd> {
  const { word, argument } = parseLine(line)
  const run = findRunner(session, word)
  if (run === null) {
    if (line.trim() === '') return 'done'
    session.print(`*** Unknown syntax: ${line.trim()}`)
    session.exitStatus = EXIT.generic
    return 'done'
  }
  const outcome = await run(argument)
  session.hangUp()
  if (typeof outcome === 'string') return outcome
  if (outcome.kind !== 'http' || outcome.status !== 401) return fail(session, outcome)
  session.print('Server requires authentication')
  if (!session.interactive) return fail(session, outcome)
  const asked = await askForCredentials(session)
  return asked === 'asked' ? runLine(session, line) : asked
}

/** The built-in action, or that of the first plugin that has it. */
function findRunner(session: Session, word: string): ((argument: string) => Promise<Outcome>) | null {
  const action = findAction(word)
  if (action !== undefined) return (argument) => action.run(session, argument)
  const plugin = session.plugins.find(({ actions }) => actions.includes(word))
  return plugin === undefined ? null : (argument) => plugin.run(word, argument)
}

/** The word a line begins with and the rest of it, trimmed; the word is '' when there is none. */
export function parseLine(line: string): { readonly word: string; readonly argument: string } {
  const trimmed = line.trim()
  if (trimmed.startsWith('?')) return { word: 'help', argument: trimmed.slice(1).trim() }
  const word = /^[A-Za-z0-9_]*/.exec(trimmed)?.[0] ?? ''
  return { word, argument: trimmed.slice(word.length).trim() }
}

async function askForCredentials(session: Session): Promise<'asked' | LineEnd> {
  const username = await session.terminal.readLine({ prompt: 'Username:' })
  if (username.kind === 'interrupt') return 'interrupted'
  if (username.kind === 'end') return fail(session, { kind: 'end-of-input' })
  const password = await session.terminal.readSecret('Password:')
  if (password.kind === 'interrupt') return 'interrupted'
  if (password.kind === 'end') return fail(session, { kind: 'end-of-input' })
  session.print('')
  session.server = { ...session.server, username: username.text, password: password.text }
  return 'asked'
}

function fail(session: Session, problem: Exclude<Outcome, string>): LineEnd {
  session.print(errorLine(problem))
  session.exitStatus = EXIT.generic
  return 'done'
}
