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

const NAMESPACES: Readonly<Record<string, Methods>> = {
  supervisor: supervisorMethods,
  system: systemMethods({ names: listedNames, find: findMethod, call: dispatch }),
  svctl: svctlMethods,
}

/** What clients are told of; namespace `svctl` is between our own programs. */
const LISTED = ['supervisor', 'system']

/**
 * Carries out one method call. Every call is answered: methods that wait end when the caller has gone.
 *
 * @param name - `namespace.method` as the client sent it
 * @see spec rpc.md §5, dispatch
 */
export function dispatch(call: Call, name: string, params: readonly XmlValue[]): Result | Promise<Result> {
  const method = findMethod(name)
  if (method === null) return fault('UNKNOWN_METHOD')
  if (params.length < method.required || params.length > method.signature.length - 1) {
    return fault('INCORRECT_PARAMETERS')
  }
  if (call.operator.state() !== 'RUNNING' && isRefusedWhileEnding(name)) return fault('SHUTDOWN_STATE')
  return method.run(call, params)
}

/** An event may still be sent while the daemon ends, and `system` is about this interface alone. */
function isRefusedWhileEnding(name: string): boolean {
  return !name.startsWith('system.') && name !== 'supervisor.sendRemoteCommEvent'
}

function findMethod(name: string): Method | null {
  const [namespace = '', method = '', ...rest] = name.split('.')
  if (rest.length > 0 || !Object.hasOwn(NAMESPACES, namespace)) return null
  const methods = NAMESPACES[namespace] ?? {}
  return Object.hasOwn(methods, method) ? (methods[method] ?? null) : null
}

function listedNames(): readonly string[] {
  return LISTED.flatMap((namespace) =>
    Object.keys(NAMESPACES[namespace] ?? {}).map((method) => `${namespace}.${method}`),
  ).sort()
}
