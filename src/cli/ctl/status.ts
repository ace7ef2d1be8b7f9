import { splitName } from '../../model/names.js'
import { isStopped, PHASE_CODES, type Phase } from '../../model/phase.js'
import { type Action, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { asProcessInfos, nameOf, type ProcessInfo } from './process-info.js'
import type { Outcome, Session } from './session.js'
import { upcheck } from './upcheck.js'

export const status: Action = {
  help: [
    'status <name>\t\tGet status for a single process',
    'status <gname>:*\tGet status for all processes in a group',
    'status <name> <name>\tGet status for multiple named processes',
    'status\t\t\tGet all process status info',
  ].join('\n'),
  run: showStatus,
}

async function showStatus(session: Session, argument: string): Promise<Outcome> {
  const up = await upcheck(session)
  if (up !== 'up') {
    if (up === 'done') session.exitStatus = EXIT.statusUnknown
    return up
  }
  const all = await session.ask('supervisor.getAllProcessInfo', [], asProcessInfos)
  if (!all.ok) return all.problem
  const names = wordsOf(argument)
  const shown = names.length === 0 || names.includes('all') ? all.value : pick(session, all.value, names)
  // One write: a terminal or pipe is written to at once, each time.
  if (shown.length > 0) session.print(statusLines(shown).join('\n'))
  if (shown.some(({ state }) => STOPPED_CODES.has(state))) session.exitStatus = EXIT.statusNotRunning
  return 'done'
}

/** The table of `status`: names padded to the longest, at least 30, and states to 10 columns. */
export function statusLines(infos: readonly ProcessInfo[]): readonly string[] {
  const width = Math.max(30, ...infos.map((info) => lengthOf(nameOf(info)))) + 3
  return infos.map((info) => pad(nameOf(info), width) + pad(info.stateName, 10) + info.description)
}

/** Pads to columns as Python counts them: by character, not by UTF-16 unit. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)))
}

function lengthOf(text: string): number {
  return [...text].length
}

const STOPPED_CODES: ReadonlySet<number> = new Set(
  Object.entries(PHASE_CODES).flatMap(([phase, code]) => (isStopped(phase as Phase) ? [code] : [])),
)

/** The named processes in the order of the names; says which names mean nothing. */
function pick(session: Session, all: readonly ProcessInfo[], names: readonly string[]): readonly ProcessInfo[] {
  return names.flatMap((name) => {
    const { group, process } = splitName(name)
    const found = all.filter((info) => info.group === group && (process === null || info.name === process))
    if (found.length === 0) {
      session.print(process === null ? `${group}: ERROR (no such group)` : `${name}: ERROR (no such process)`)
      session.exitStatus = EXIT.statusUnknown
    }
    return found
  })
}
