import { FAULT_CODES } from '../../api/faults.js'
import type { XmlValue } from '../../api/value.js'
import { displayName, splitName } from '../../model/names.js'
import { EXIT } from './exit-status.js'
import type { Problem } from './problem.js'
import { asProcessResults, nameOf, type ProcessResult } from './process-info.js'
import { asAnything, type Outcome, type Session } from './session.js'

/** What one verb on processes calls and how it words each result. */
export interface Verb {
  readonly all: string
  /** `null`: groups are not known to it. */
  readonly group: string | null
  readonly one: string
  /** Said of a success. */
  readonly success: string
  /** Said of a fault, by its code. `null` prints the fault's own text. Other codes are unexpected. */
  readonly faults: Readonly<Record<number, string | null>>
  /** A fault that leaves the exit status alone. */
  readonly harmless: number | null
  /** For `g:*` of a group that is not there. */
  readonly unknownGroupStatus: number
}

/**
 * Does a verb to each of some names, one after the other, and prints what came of it.
 *
 * @param more - parameters after the name
 */
export async function runVerb(
  session: Session,
  verb: Verb,
  names: readonly string[],
  more: readonly XmlValue[] = [],
): Promise<Outcome> {
  if (names.includes('all')) {
    const results = await session.ask(verb.all, more, asProcessResults)
    return results.ok ? report(session, verb, results.value) : results.problem
  }
  for (const name of names) {
    const { group, process } = splitName(name)
    const outcome =
      process === null && verb.group !== null
        ? await runOnGroup(session, verb, verb.group, group, more)
        : // The original prints Python's None for the process that `g:*` does not name.
          await runOnProcess(session, verb, { typed: name, group, process: process ?? 'None' }, more)
    if (outcome !== 'done') return outcome
  }
  return 'done'
}

/** Prints results of a verb and keeps what they mean for the exit status. */
function report(session: Session, verb: Verb, results: readonly ProcessResult[]): Outcome {
  for (const result of results) {
    const line = wording(verb, result)
    if (typeof line !== 'string') return line
    session.print(line)
    keepStatus(session, result.status, verb.harmless)
  }
  return 'done'
}

async function runOnGroup(
  session: Session,
  verb: Verb,
  method: string,
  group: string,
  more: readonly XmlValue[],
): Promise<Outcome> {
  const results = await session.ask(method, [group, ...more], asProcessResults)
  if (results.ok) return report(session, verb, results.value)
  if (results.problem.kind !== 'fault' || results.problem.code !== FAULT_CODES.BAD_NAME) return results.problem
  session.print(`${group}: ERROR (no such group)`)
  session.exitStatus = verb.unknownGroupStatus
  return 'done'
}

async function runOnProcess(
  session: Session,
  verb: Verb,
  { typed, group, process }: { readonly typed: string; readonly group: string; readonly process: string },
  more: readonly XmlValue[],
): Promise<Outcome> {
  const result = await session.ask(verb.one, [typed, ...more], asAnything)
  if (result.ok) {
    session.print(`${displayName(group, process)}: ${verb.success}`)
    return 'done'
  }
  if (result.problem.kind !== 'fault') return result.problem
  const { code, text } = result.problem
  return report(session, verb, [{ group, name: process, status: code, description: text }])
}

function wording(verb: Verb, result: ProcessResult): string | Problem {
  const name = nameOf(result)
  if (result.status === FAULT_CODES.SUCCESS) return `${name}: ${verb.success}`
  // No server of the original's answers so: who may not do it is told in the words of the daemon.
  if (result.status === FAULT_CODES.FORBIDDEN)
    return `${name}: ERROR (${result.description.replace(/^FORBIDDEN: /, '')})`
  const words = verb.faults[result.status]
  if (words === undefined) return { kind: 'answer', message: `Unknown result code ${result.status} for ${name}` }
  return words === null ? result.description : `${name}: ERROR (${words})`
}

/** Faults that say the process is not there to be worked on. */
const DEAD_PROGRAM_FAULTS: readonly number[] = [
  FAULT_CODES.SPAWN_ERROR,
  FAULT_CODES.ABNORMAL_TERMINATION,
  FAULT_CODES.NOT_RUNNING,
]

function keepStatus(session: Session, code: number, harmless: number | null): void {
  if (code === FAULT_CODES.SUCCESS || code === harmless) return
  session.exitStatus = DEAD_PROGRAM_FAULTS.includes(code) ? EXIT.notRunning : EXIT.generic
}
