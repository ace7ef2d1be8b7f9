import { FAULT_CODES } from '../../api/faults.js'
import type { XmlStruct, XmlValue } from '../../api/value.js'
import type { GroupChanges } from '../../model/operator.js'
import { type Action, refuse } from './action.js'
import { EXIT } from './exit-status.js'
import type { Problem } from './problem.js'
import { nameOf } from './process-info.js'
import { asListOf, type Outcome, type Session } from './session.js'
import { pad } from './status.js'

export const reread: Action = {
  help: "reread \t\t\tReload the daemon's configuration files without add/remove",
  async run(session, argument) {
    if (argument !== '') return refuse(session, 'Error: reread accepts no arguments', reread.help, EXIT.generic)
    const changes = await session.ask('supervisor.reloadConfig', [], asGroupChanges)
    if (!changes.ok) return complain(session, changes.problem)
    const { added, changed, removed } = changes.value
    const lines = [
      ...added.map((group) => [group, 'available'] as const),
      ...changed.map((group) => [group, 'changed'] as const),
      ...removed.map((group) => [group, 'disappeared'] as const),
    ].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    for (const [group, change] of lines) session.print(`${group}: ${change}`)
    if (lines.length === 0) session.print('No config updates to processes')
    return 'done'
  },
}

export const avail: Action = {
  help: 'avail\t\t\tDisplay all configured processes',
  async run(session, argument) {
    if (argument !== '') return refuse(session, 'Error: avail accepts no arguments', avail.help, EXIT.generic)
    const configs = await session.ask('supervisor.getAllConfigInfo', [], asListOf(formatConfig))
    if (!configs.ok) return complain(session, configs.problem)
    for (const line of configs.value) session.print(line)
    return 'done'
  },
}

/** Reads the answer of `reloadConfig`: `[[added, changed, removed]]`. */
export function asGroupChanges(value: XmlValue): GroupChanges | undefined {
  const lists: XmlValue | undefined = Array.isArray(value) ? value[0] : undefined
  if (!Array.isArray(lists)) return undefined
  const [added, changed, removed] = (lists as readonly XmlValue[]).map((list) =>
    Array.isArray(list) && list.every((name) => typeof name === 'string') ? (list as readonly string[]) : undefined,
  )
  return added && changed && removed ? { added, changed, removed } : undefined
}

function formatConfig(config: XmlStruct): string | undefined {
  const { group, name, inuse, autostart, group_prio, process_prio } = config
  if (typeof group !== 'string' || typeof name !== 'string') return undefined
  const use = inuse === true ? 'in use' : 'avail'
  const start = autostart === true ? 'auto' : 'manual'
  return `${pad(nameOf({ group, name }), 32)} ${pad(use, 9)} ${pad(start, 9)} ${String(group_prio)}:${String(process_prio)}`
}

function complain(session: Session, problem: Problem): Outcome {
  if (problem.kind !== 'fault') return problem
  if (problem.code === FAULT_CODES.SHUTDOWN_STATE) session.print('ERROR: supervisor shutting down')
  else if (problem.code === FAULT_CODES.CANT_REREAD) session.print(`ERROR: ${problem.text}`)
  else return problem
  session.exitStatus = EXIT.generic
  return 'done'
}
