import { FAULT_CODES } from '../../api/faults.js'
import { type Action, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { asAnything, type Outcome, type Session } from './session.js'

export const add: Action = {
  help: 'add <name> [...]\tActivates any updates in config for process/group',
  run: (session, argument) =>
    forEachGroup(session, argument, 'supervisor.addProcessGroup', 'added process group', (code, group) => {
      if (code === FAULT_CODES.SHUTDOWN_STATE) return { line: 'ERROR: shutting down', fails: true }
      // Not a failure in the original either: what was wanted is so.
      if (code === FAULT_CODES.ALREADY_ADDED) return { line: 'ERROR: process group already active', fails: false }
      if (code === FAULT_CODES.BAD_NAME) return { line: `ERROR: no such process/group: ${group}`, fails: true }
      return null
    }),
}

export const remove: Action = {
  help: 'remove <name> [...]\tRemoves process/group from active config',
  run: (session, argument) =>
    forEachGroup(session, argument, 'supervisor.removeProcessGroup', 'removed process group', (code, group) => {
      if (code === FAULT_CODES.STILL_RUNNING) {
        return { line: `ERROR: process/group still running: ${group}`, fails: true }
      }
      if (code === FAULT_CODES.BAD_NAME) return { line: `ERROR: no such process/group: ${group}`, fails: true }
      return null
    }),
}

/** What is said of a fault; `null` for one that is not expected. */
type FaultWording = (code: number, group: string) => { readonly line: string; readonly fails: boolean } | null

async function forEachGroup(
  session: Session,
  argument: string,
  method: string,
  success: string,
  wording: FaultWording,
): Promise<Outcome> {
  for (const group of wordsOf(argument)) {
    const result = await session.ask(method, [group], asAnything)
    if (result.ok) {
      session.print(`${group}: ${success}`)
      continue
    }
    const said = result.problem.kind === 'fault' ? wording(result.problem.code, group) : null
    if (said === null) return result.problem
    session.print(said.line)
    if (said.fails) session.exitStatus = EXIT.generic
  }
  return 'done'
}
