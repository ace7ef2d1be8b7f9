import { needOf } from './access/method-needs.js'
import { fault, type Result } from './faults.js'
import { configInfoMethods } from './methods/config-info.js'
import { daemonMethods } from './methods/daemon.js'
import { inputMethods } from './methods/input.js'
import { logMethods } from './methods/logs.js'
import type { Call, Method, Methods } from './methods/method.js'
import { processInfoMethods } from './methods/process-info.js'
import { signalMethods } from './methods/signal.js'
import { startMethods } from './methods/start.js'
import { stopMethods } from './methods/stop.js'
import { svctlMethods } from './methods/svctl.js'
import { systemMethods } from './methods/system.js'
import type { XmlValue } from './value.js'

const supervisorMethods: Methods = {
  ...daemonMethods,
  ...processInfoMethods,
  ...configInfoMethods,
  ...startMethods,
  ...stopMethods,
  ...signalMethods,
  ...logMethods,
  ...inputMethods,
}

const ownNamespaces: Readonly<Record<string, Methods>> = {
  system: systemMethods({ names: listedNames, find: findMethod, call: dispatch }),
  // Between our own programs; not listed.
  svctl: svctlMethods,
}

/**
 * Carries out one method call. Every call is answered: methods that wait end when the caller has gone.
 *
 * @param name - `namespace.method` as the client sent it
 * @see spec rpc.md §5, dispatch
 */
export function dispatch(call: Call, name: string, params: readonly XmlValue[]): Result | Promise<Result> {
  const method = findMethod(call, name)
  if (method === null) return fault('UNKNOWN_METHOD')
  const { required, signature } = method
  if (params.length < required || (signature !== null && params.length > signature.length - 1)) {
    return fault('INCORRECT_PARAMETERS')
  }
  if (call.operator.state() !== 'RUNNING' && isRefusedWhileEnding(call, name)) return fault('SHUTDOWN_STATE')
  const refusal = refusalOf(call, name, params)
  return refusal === null ? method.run(call, params) : fault('FORBIDDEN', refusal)
}

function refusalOf({ access, operator, namespaces }: Call, name: string, params: readonly XmlValue[]): string | null {
  if (access === undefined) return null
  const [namespace = '', method = ''] = name.split('.')
  return access.refusal(needOf(namespace, method, namespaces.includes(namespace), operator, params))
}

/**
 * Carries out a method of the main interface for the web page, under whatever name clients know that interface.
 *
 * @param name - one of the names without namespace, such as `startProcess`
 */
export function callSupervisor(call: Call, name: string, params: readonly XmlValue[]): Result | Promise<Result> {
  return dispatch({ ...call, namespaces: ['supervisor'] }, `supervisor.${name}`, params)
}

/** An event may still be sent while the daemon ends, `system` is about this interface alone, and plugins decide. */
function isRefusedWhileEnding(call: Call, name: string): boolean {
  const [namespace = '', method = ''] = name.split('.')
  const isMain = call.namespaces.includes(namespace) || namespace === 'svctl'
  return isMain && method !== 'sendRemoteCommEvent'
}

function findMethod(call: Call, name: string): Method | null {
  const [namespace = '', method = '', ...rest] = name.split('.')
  const methods = call.namespaces.includes(namespace)
    ? supervisorMethods
    : (own(ownNamespaces, namespace) ?? own(call.plugins ?? {}, namespace))
  return rest.length > 0 || methods === undefined ? null : (own(methods, method) ?? null)
}

/** Names come from clients: `constructor` is a member of every object. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** What clients are told of. */
function listedNames(call: Call): readonly string[] {
  const main = call.namespaces.flatMap((namespace) =>
    Object.keys(supervisorMethods).map((name) => `${namespace}.${name}`),
  )
  const plugins = Object.entries(call.plugins ?? {}).flatMap(([namespace, methods]) =>
    Object.keys(methods).map((name) => `${namespace}.${name}`),
  )
  return [...main, ...plugins, ...Object.keys(ownNamespaces.system ?? {}).map((name) => `system.${name}`)].sort()
}
