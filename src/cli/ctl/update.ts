import { FAULT_CODES } from '../../api/faults.js'
import type { GroupChanges } from '../../model/operator.js'
import { type Action, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { asProcessInfos, asProcessResults } from './process-info.js'
import { asGroupChanges } from './reread.js'
import { asAnything, asListOf, type Outcome, type Session } from './session.js'

export const update: Action = {
  help: [
    'update\t\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update all\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update <gname> [...]\tUpdate specific groups',
  ].join('\n'),
  run: updateGroups,
}

async function updateGroups(session: Session, argument: string): Promise<Outcome> {
  const changes = await session.ask('supervisor.reloadConfig', [], asGroupChanges)
  if (!changes.ok) {
    const { problem } = changes
    if (problem.kind !== 'fault' || problem.code !== FAULT_CODES.SHUTDOWN_STATE) return problem
    session.print('ERROR: already shutting down')
    session.exitStatus = EXIT.generic
    return 'done'
  }
  const words = wordsOf(argument)
  if (words.length === 0 || words.includes('all')) return accept(session, changes.value, null)
  const known = await session.ask('supervisor.getAllProcessInfo', [], asProcessInfos)
  if (!known.ok) return known.problem
  const groups = new Set([...known.value.map(({ group }) => group), ...changes.value.added])
  const names = [...new Set(words)]
  for (const name of names) {
    if (groups.has(name)) continue
    session.print(`ERROR: no such group: ${name}`)
    session.exitStatus = EXIT.generic
  }
  // A removed group without processes is in no process list, and still one to update.
  const wanted = names.filter((name) => groups.has(name) || changes.value.removed.includes(name))
  return wanted.length === 0 ? 'done' : accept(session, changes.value, wanted)
}

/** One group that our daemon changed. */
interface Updated {
  readonly group: string
  readonly change: 'added' | 'changed' | 'removed'
  /** Why the change did not come through. */
  readonly problem: string | null
}

const asUpdated = asListOf(({ group, change, problem }): Updated | undefined =>
  typeof group === 'string' && (change === 'added' || change === 'changed' || change === 'removed')
    ? { group, change, problem: typeof problem === 'string' && problem !== '' ? problem : null }
    : undefined,
)

/** @param names - groups to accept, `null` for all */
async function accept(session: Session, changes: GroupChanges, names: readonly string[] | null): Promise<Outcome> {
  // Our daemon leaves processes alone that a change of their group does not touch; Supervisor cannot.
  const updated = await session.ask('svctl.update', [names ?? []], asUpdated)
  if (updated.ok) {
    for (const result of inOriginalOrder(updated.value)) tell(session, result)
    return 'done'
  }
  const { problem } = updated
  if (problem.kind !== 'fault' || problem.code !== FAULT_CODES.UNKNOWN_METHOD) return problem
  return acceptOneByOne(session, changes, names)
}

function inOriginalOrder(updated: readonly Updated[]): readonly Updated[] {
  return (['removed', 'changed', 'added'] as const).flatMap((change) => updated.filter((one) => one.change === change))
}

function tell(session: Session, { group, change, problem }: Updated): void {
  if (change !== 'added') session.print(`${group}: stopped`)
  if (problem !== null) {
    session.print(change === 'removed' ? `${group}: has problems; not removing` : `${group}: ERROR (${problem})`)
    session.exitStatus = EXIT.generic
  } else session.print(`${group}: ${DONE[change]}`)
}

const DONE = {
  removed: 'removed process group',
  changed: 'updated process group',
  added: 'added process group',
} as const

/** The calls of the original, in its order. */
async function acceptOneByOne(
  session: Session,
  changes: GroupChanges,
  names: readonly string[] | null,
): Promise<Outcome> {
  const wanted = (group: string): boolean => names === null || names.includes(group)
  for (const group of changes.removed.filter(wanted)) {
    const stopped = await session.ask('supervisor.stopProcessGroup', [group], asProcessResults)
    if (!stopped.ok) return stopped.problem
    session.print(`${group}: stopped`)
    if (stopped.value.some(({ status }) => status === FAULT_CODES.FAILED)) {
      session.print(`${group}: has problems; not removing`)
      session.exitStatus = EXIT.generic
      continue
    }
    const removed = await session.ask('supervisor.removeProcessGroup', [group], asAnything)
    if (!removed.ok) return removed.problem
    session.print(`${group}: ${DONE.removed}`)
  }
  for (const group of changes.changed.filter(wanted)) {
    const stopped = await session.ask('supervisor.stopProcessGroup', [group], asProcessResults)
    if (!stopped.ok) return stopped.problem
    session.print(`${group}: stopped`)
    for (const method of ['supervisor.removeProcessGroup', 'supervisor.addProcessGroup']) {
      const done = await session.ask(method, [group], asAnything)
      if (!done.ok) return done.problem
    }
    session.print(`${group}: ${DONE.changed}`)
  }
  for (const group of changes.added.filter(wanted)) {
    const added = await session.ask('supervisor.addProcessGroup', [group], asAnything)
    if (!added.ok) return added.problem
    session.print(`${group}: ${DONE.added}`)
  }
  return 'done'
}
