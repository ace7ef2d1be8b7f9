import type { RpcPluginMethodNotes } from '../../model/plugin.js'
import type { Log } from '../../model/ports.js'
import { type Result, value } from '../faults.js'
import type { Call, Method, Methods, XmlType } from '../methods/method.js'
import type { XmlValue } from '../value.js'
import { faultOf, PluginFaultError } from './fault.js'
import { describeError, methodNames } from './module.js'
import { toXmlValue } from './value.js'

/**
 * The public methods of what a factory returned, callable by clients. Whatever one does, the daemon goes on: what it
 * throws is logged and told as HTTP 500, and a promise that never settles waits no longer than its caller.
 *
 * @see spec rpc.md §5 (names with an underscore are private), §11
 */
export function pluginMethods(namespace: string, instance: object, log: Log): Methods {
  const names = methodNames(instance).filter((name) => !name.startsWith('_'))
  return Object.fromEntries(
    names.map((name) => [name, pluginMethod(`${namespace}.${name}`, instance, Reflect.get(instance, name), log)]),
  )
}

type AnyFunction = ((...parameters: readonly XmlValue[]) => unknown) & RpcPluginMethodNotes

function pluginMethod(fullName: string, instance: object, method: AnyFunction, log: Log): Method {
  const { help, signature } = method
  return {
    signature: Array.isArray(signature) ? (signature.map(String) as unknown as [XmlType, ...XmlType[]]) : null,
    required: method.length,
    help: typeof help === 'string' ? help : '',
    run: async (call, params) => {
      try {
        const returned = await settled(Reflect.apply(method, instance, params), call)
        if (returned instanceof PluginFaultError) throw returned
        return value(toXmlValue(returned))
      } catch (error) {
        return faultOf(error) ?? failed(fullName, error, log)
      }
    },
  }
}

function failed(fullName: string, error: unknown, log: Log): Result {
  log.write('error', `plugin method ${fullName} failed: ${describeError(error)}`)
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  return { kind: 'failure', exception: name, message }
}

/** The outcome, or nothing once there is nobody left to tell it to; then what still comes of it is dropped. */
function settled(returned: unknown, { closed }: Call): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve(null)
    closed.addEventListener('abort', leave)
    const done = () => closed.removeEventListener('abort', leave)
    Promise.resolve(returned).then(resolve, reject).finally(done)
    if (closed.aborted) leave()
  })
}
