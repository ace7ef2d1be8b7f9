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
  if (params.length < method.required || params.length > method.signature.length - 1) {
    return fault('INCORRECT_PARAMETERS')
  }
  if (call.operator.state() !== 'RUNNING' && isRefusedWhileEnding(name)) return fault('SHUTDOWN_STATE')
  return method.run(call, params)
}

/**
 * Carries out a method of the main interface for the web page, under whatever name clients know that interface.
 *
 * @param name - one of the names without namespace, such as `startProcess`
 */
export function callSupervisor(call: Call, name: string, params: readonly XmlValue[]): Result | Promise<Result> {
  return dispatch({ ...call, namespaces: ['supervisor'] }, `supervisor.${name}`, params)
}

/** An event may still be sent while the daemon ends, and `system` is about this interface alone. */
function isRefusedWhileEnding(name: string): boolean {
  return !name.startsWith('system.') && !name.endsWith('.sendRemoteCommEvent')
}

function findMethod(call: Call, name: string): Method | null {
  const [namespace = '', method = '', ...rest] = name.split('.')
  const methods = call.namespaces.includes(namespace)
    ? supervisorMethods
    : Object.hasOwn(ownNamespaces, namespace)
      ? ownNamespaces[namespace]
      : undefined
  if (rest.length > 0 || methods === undefined || !Object.hasOwn(methods, method)) return null
  return methods[method] ?? null
}

/** What clients are told of. */
function listedNames(call: Call): readonly string[] {
  const main = call.namespaces.flatMap((namespace) =>
    Object.keys(supervisorMethods).map((name) => `${namespace}.${name}`),
  )
  return [...main, ...Object.keys(ownNamespaces.system ?? {}).map((name) => `system.${name}`)].sort()
}
