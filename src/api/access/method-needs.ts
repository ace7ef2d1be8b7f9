import type { Ability } from '../../model/config.js'
import type { Operator } from '../../model/operator.js'
import { isStruct, type XmlValue } from '../value.js'
import { all, members, type Need, named, READ, type Subject } from './need.js'

type NeedOf = (operator: Operator, params: readonly XmlValue[]) => Need

const read: NeedOf = () => READ
const about = (ability: Ability, on: (operator: Operator, text: string) => Subject): NeedOf => {
  return (operator, [first]) => ({ ability, on: on(operator, typeof first === 'string' ? first : '') })
}
const process = (ability: Ability) => about(ability, named)
const group = (ability: Ability) => about(ability, members)
const each = (ability: Ability) => about(ability, all)
const daemon = (ability: Ability) => about(ability, () => 'everything')

/** What each method of the main interface asks of a client. A method that is missing here asks for everything. */
export const METHOD_NEEDS: Readonly<Record<string, NeedOf>> = {
  getAPIVersion: read,
  getVersion: read,
  getSupervisorVersion: read,
  getIdentification: read,
  getState: read,
  getPID: read,
  getProcessInfo: read,
  getAllProcessInfo: read,
  getAllConfigInfo: read,
  startProcess: process('start'),
  startProcessGroup: group('start'),
  startAllProcesses: each('start'),
  stopProcess: process('stop'),
  stopProcessGroup: group('stop'),
  stopAllProcesses: each('stop'),
  signalProcess: process('signal'),
  signalProcessGroup: group('signal'),
  signalAllProcesses: each('signal'),
  // What a process reads makes it do things, as a signal does; so does an event for those who listen.
  sendProcessStdin: process('signal'),
  sendRemoteCommEvent: daemon('signal'),
  readLog: daemon('logs'),
  readMainLog: daemon('logs'),
  readProcessLog: process('logs'),
  readProcessStdoutLog: process('logs'),
  readProcessStderrLog: process('logs'),
  tailProcessLog: process('logs'),
  tailProcessStdoutLog: process('logs'),
  tailProcessStderrLog: process('logs'),
  clearLog: daemon('clear'),
  clearProcessLog: process('clear'),
  clearProcessLogs: process('clear'),
  clearAllProcessLogs: each('clear'),
  // It accepts nothing, but is the first step of everybody who may.
  reloadConfig: () => ({ ability: 'update', on: 'anything' }),
  addProcessGroup: group('update'),
  removeProcessGroup: group('update'),
  restart: daemon('update'),
  shutdown: daemon('shutdown'),
}

/**
 * What a call asks of a client.
 *
 * @param method - within its namespace; `main` says that it is the main interface's
 */
export function needOf(
  namespace: string,
  method: string,
  main: boolean,
  operator: Operator,
  params: readonly XmlValue[],
): Need {
  if (main && Object.hasOwn(METHOD_NEEDS, method)) return METHOD_NEEDS[method]?.(operator, params) ?? EVERYTHING
  // The methods within a multicall are asked about one by one.
  if (namespace === 'system') return READ
  if (namespace === 'svctl' && method === 'update') return { ability: 'update', on: updated(operator, params) }
  return EVERYTHING
}

/** What nobody declared: the methods of plugins, and what comes later. Only who may do everything may shut down. */
const EVERYTHING: Need = { ability: 'shutdown', on: 'everything' }

function updated(operator: Operator, [groups = []]: readonly XmlValue[]): Subject {
  if (typeof groups !== 'object' || groups === null || isStruct(groups) || groups.length === 0) return 'everything'
  return groups.flatMap((name) => members(operator, String(name)))
}
