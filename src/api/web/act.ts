import { displayName } from '../../model/names.js'
import { callSupervisor } from '../dispatch.js'
import { FAULT_CODES, type FaultName, type Result } from '../faults.js'
import { findProcess } from '../methods/find.js'
import type { Call } from '../methods/method.js'
import { isStruct, type XmlValue } from '../value.js'
import { formatCtime } from './ctime.js'

/** What can be done to all processes. */
export type WholeAction = 'refresh' | 'startall' | 'restartall' | 'stopall'

/** What can be done to one process. */
export type ProcessAction = 'start' | 'stop' | 'restart' | 'clearlog'

/** What a form asks for. */
export type Wish =
  | { readonly action: WholeAction }
  | { readonly action: ProcessAction; readonly name: string }
  /** `complaint` is for the person who wrote the request by hand. */
  | { readonly action: null; readonly complaint: string }

/** @returns the wish, `null` when none is expressed: no action at all */
export function readWish(parameters: URLSearchParams): Wish | null {
  const action = parameters.get('action') ?? ''
  const name = parameters.get('processname') ?? ''
  switch (action) {
    case '':
      return null
    case 'refresh':
    case 'startall':
    case 'restartall':
    case 'stopall':
      return { action }
    case 'start':
    case 'stop':
    case 'restart':
    case 'clearlog':
      return name === '' ? { action: null, complaint: `No process name for ${action}` } : { action, name }
    default:
      return { action: null, complaint: `No such action: ${action}` }
  }
}

/**
 * Carries out a wish and waits until it is done: a start until the process is RUNNING or has failed.
 *
 * @returns what to tell the person, in the original's words where it has any
 * @see spec web.md §3. Unlike the original a restart, or a verb on all processes, tells what did not work.
 */
export async function act(wish: Wish, call: Call): Promise<string> {
  if (wish.action === null) return `ERROR: ${wish.complaint}`
  if ('name' in wish) return actOnProcess(wish.action, wish.name, call)
  switch (wish.action) {
    case 'refresh':
      return `Page refreshed at ${now(call)}`
    case 'stopall':
      return actOnAll('stopped', ['stopAllProcesses'], call)
    case 'startall':
      return actOnAll('started', ['startAllProcesses'], call)
    case 'restartall':
      return actOnAll('restarted', ['stopAllProcesses', 'startAllProcesses'], call)
  }
}

async function actOnAll(done: string, methods: readonly string[], call: Call): Promise<string> {
  const failures: string[] = []
  for (const method of methods) {
    const result = await callSupervisor(call, method, [])
    if (result.kind !== 'value') return `ERROR: ${unexpected(result)}`
    failures.push(...failuresIn(result.value))
  }
  if (failures.length === 0) return `All ${done} at ${now(call)}`
  return [`Not all ${done} at ${now(call)}`, ...failures].join('\n')
}

/** One line for each result struct that is not a success. */
function failuresIn(results: XmlValue): readonly string[] {
  if (!Array.isArray(results)) return []
  return (results as readonly XmlValue[]).flatMap((result) => {
    if (!isStruct(result) || result.status === FAULT_CODES.SUCCESS) return []
    return `ERROR: Process ${displayName(String(result.group), String(result.name))}: ${String(result.description)}`
  })
}

async function actOnProcess(action: ProcessAction, name: string, call: Call): Promise<string> {
  // A group, which these methods would take as well, is no row of the page.
  if ('kind' in findProcess(call.operator, name)) return `No such process named ${name}`
  const run = (method: string) => callSupervisor(call, method, [name])
  switch (action) {
    case 'start':
      return toldStart(await run('startProcess'), name, `Process ${name} started`)
    case 'stop':
      return told(await run('stopProcess'), `Process ${name} stopped`)
    case 'restart':
      // What is not running only has to be started.
      await run('stopProcess')
      return toldStart(await run('startProcess'), name, `Process ${name} restarted`)
    case 'clearlog':
      return told(await run('clearProcessLogs'), `Log for ${name} cleared`)
  }
}

const START_FAULTS: Readonly<Partial<Record<FaultName, string>>> = {
  NO_FILE: 'no such file',
  NOT_EXECUTABLE: 'file not executable',
  ALREADY_STARTED: 'already started',
  SPAWN_ERROR: 'spawn error',
  ABNORMAL_TERMINATION: 'abnormal termination',
}

function toldStart(result: Result, name: string, success: string): string {
  const known = result.kind === 'fault' ? START_FAULTS[result.name] : undefined
  return known === undefined ? told(result, success) : `ERROR: Process ${name}: ${known}`
}

function told(result: Result, success: string): string {
  return result.kind === 'value' ? success : `ERROR: ${unexpected(result)}`
}

/** In the words of the original. */
function unexpected(result: Exclude<Result, { kind: 'value' }>): string {
  return result.kind === 'fault' ? `unexpected rpc fault [${result.code}] ${result.text}` : result.message
}

function now(call: Call): string {
  return formatCtime(call.operator.wallMs())
}
