import { setMaxListeners } from 'node:events'
import { describe } from '../../model/describe.js'
import { displayName } from '../../model/names.js'
import { pidOf } from '../../model/observed.js'
import type { ProcessView } from '../../model/operator.js'
import type {
  PluginEvent,
  PluginEvents,
  PluginGroup,
  PluginProcess,
  PluginValue,
  RpcPluginContext,
} from '../../model/plugin.js'
import type { Log } from '../../model/ports.js'
import { dispatch } from '../dispatch.js'
import { findProcess } from '../methods/find.js'
import type { Call } from '../methods/method.js'
import { PluginFaultError } from './fault.js'
import { describeError } from './module.js'
import { toXmlValue } from './value.js'

/** A context and the way to end it. */
export interface OpenContext {
  readonly context: RpcPluginContext
  /** Ends waits and subscriptions, then tells the plugin. */
  close(): void
}

/** What a context is made of. */
export interface ContextDeps {
  readonly name: string
  /** Section of the HTTP server. */
  readonly server: string
  /** As for a client of that server; asked at each call, since all plugins are known only later. */
  readonly call: () => Omit<Call, 'closed'>
  readonly events: PluginEvents
  readonly log: Log
}

/** Makes what one factory gets for one server. */
export function openContext({ name, server, call, events, log }: ContextDeps): OpenContext {
  const end = new AbortController()
  // Each call that waits listens for the end.
  setMaxListeners(0, end.signal)
  const cleanups: (() => void)[] = []

  async function callMethod(method: string, ...parameters: readonly PluginValue[]): Promise<PluginValue> {
    if (end.signal.aborted) throw new Error(`${method} was called after the server closed`)
    const values = parameters.map((parameter, at) => toXmlValue(parameter, `parameter ${at + 1}`))
    const main = call()
    // The main interface answers here whether or not the file gives it to clients.
    const namespaces = [...new Set(['supervisor', ...main.namespaces])]
    const result = await dispatch({ ...main, namespaces, closed: end.signal }, method, values)
    if (end.signal.aborted) throw new Error(`the server closed while ${method} was waiting`)
    if (result.kind === 'value') return result.value
    if (result.kind === 'fault') throw new PluginFaultError(result.code, result.text)
    throw new Error(`${result.exception}: ${result.message}`)
  }

  const guarded = (what: string, run: () => unknown) => {
    const complain = (error: unknown) => log.write('error', `${what} of plugin ${name} failed: ${describeError(error)}`)
    try {
      Promise.resolve(run()).catch(complain)
    } catch (error) {
      complain(error)
    }
  }

  const { operator, version } = call()
  const processOf = (view: ProcessView) => toProcess(view, operator.wallMs())
  const context: RpcPluginContext = {
    name,
    server,
    version,
    processes: () => operator.groups().flatMap(({ processes }) => processes.map(processOf)),
    process(wanted) {
      const found = findProcess(operator, wanted)
      return 'kind' in found ? null : processOf(found)
    },
    groups: () =>
      operator.groups().map(
        ({ spec, processes }): PluginGroup => ({
          name: spec.name,
          priority: spec.priority,
          processes: processes.map(processOf),
        }),
      ),
    call: callMethod,
    start: (wanted, wait = true) => callMethod('supervisor.startProcess', wanted, wait),
    stop: (wanted, wait = true) => callMethod('supervisor.stopProcess', wanted, wait),
    async restart(wanted, wait = true) {
      try {
        await callMethod('supervisor.stopProcess', wanted, true)
      } catch (error) {
        // What is not running only has to be started.
        if (!(error instanceof PluginFaultError && error.text.startsWith('NOT_RUNNING'))) throw error
      }
      return callMethod('supervisor.startProcess', wanted, wait)
    },
    signal: (wanted, signal) => callMethod('supervisor.signalProcess', wanted, signal),
    sendStdin: (wanted, text) => callMethod('supervisor.sendProcessStdin', wanted, text),
    addGroup: (wanted) => callMethod('supervisor.addProcessGroup', wanted),
    removeGroup: (wanted) => callMethod('supervisor.removeProcessGroup', wanted),
    sendRemoteEvent: (type, data) => callMethod('supervisor.sendRemoteCommEvent', type, data),
    onEvent(types, listener) {
      let active = true
      const deliver = (event: PluginEvent) => {
        // Not from within the turn that caused it: a listener may ask for anything.
        queueMicrotask(() => {
          if (active) guarded(`the listener for ${event.type}`, () => listener(event))
        })
      }
      const unsubscribe = events.subscribe(typeof types === 'string' ? [types] : [...types], deliver)
      const stop = () => {
        active = false
        unsubscribe()
      }
      cleanups.push(stop)
      return stop
    },
    log: (level, text) => log.write(level, `${name}: ${String(text).replace(/[\r\n]+/g, ' ')}`),
    fault: (code, text) => new PluginFaultError(code, text),
    onClose: (listener) => void cleanups.push(() => guarded('closing', listener)),
  }
  return {
    context: Object.freeze(context),
    close() {
      if (end.signal.aborted) return
      end.abort()
      for (const cleanup of cleanups.splice(0)) cleanup()
    },
  }
}

function toProcess({ spec, seen, override, stdoutLog, stderrLog }: ProcessView, wallMs: number): PluginProcess {
  return {
    name: spec.name,
    group: spec.group,
    displayName: displayName(spec.group, spec.name),
    state: seen.phase,
    pid: pidOf(seen),
    description: describe(seen, wallMs),
    // What runs again has been told of by then: `seen.exitStatus` is of the instance that there is now.
    exitStatus: seen.lastExit && (seen.lastExit.code ?? -1),
    spawnError: seen.spawnError,
    startedAtMs: seen.startedWallMs,
    stoppedAtMs: seen.stoppedWallMs,
    held: override.hold !== null,
    command: spec.command,
    directory: spec.directory,
    priority: spec.priority,
    autostart: spec.autostart,
    stdoutLog,
    stderrLog,
  }
}
