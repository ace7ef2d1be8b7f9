import { faultOf, PluginFaultError } from '../../api/plugins/fault.js'
import { describeError, importFactory, methodNames } from '../../api/plugins/module.js'
import { toXmlValue } from '../../api/plugins/value.js'
import type { RpcInterfaceSpec } from '../../model/config.js'
import type { CtlPluginController } from '../../model/plugin.js'
import { VERSION } from '../../model/version.js'
import { findAction } from './actions.js'
import type { Problem } from './problem.js'
import { runLine } from './run-line.js'
import { asAnything, type Outcome, type Session } from './session.js'

/** The actions that one plugin adds. */
export interface CtlPlugin {
  /** The `x` of `[ctlplugin:x]`. */
  readonly name: string
  /** Without the built-in ones of the same name, which win. */
  readonly actions: readonly string[]
  run(action: string, argument: string): Promise<Outcome>
  /** Prints the help of an action. @returns false when it has none */
  help(action: string): Promise<boolean>
}

/** Every plugin of a file, or the reason why one cannot be had. */
export type LoadedPlugins =
  | { readonly ok: true; readonly plugins: readonly CtlPlugin[] }
  | { readonly ok: false; readonly reason: string }

/**
 * Makes the plugins of a client's configuration, in the order of the file.
 *
 * @see spec ctl.md §9; Supervisor supervisorctl.py, Controller
 */
export async function loadCtlPlugins(specs: readonly RpcInterfaceSpec[], session: Session): Promise<LoadedPlugins> {
  const plugins: CtlPlugin[] = []
  for (const spec of specs) {
    try {
      const found = await importFactory(spec)
      if (!found.ok) throw found.error
      const instance = await found.make(controllerOf(spec.name, session), spec.options)
      if (typeof instance !== 'object' || instance === null) throw new TypeError('the factory returned no object')
      plugins.push(pluginOf(spec.name, instance, session))
    } catch (error) {
      return { ok: false, reason: `Could not make ${spec.name} ctl plugin: ${describeError(error)}` }
    }
  }
  return { ok: true, plugins }
}

/** What the server or the line to it said, on its way through a plugin that did not catch it. */
class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, method: string) {
    super(`${method} failed: ${problem.kind === 'http' ? `HTTP ${problem.status}` : problem.kind}`)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

function controllerOf(name: string, session: Session): CtlPluginController {
  return {
    name,
    version: VERSION,
    interactive: session.interactive,
    get serverUrl() {
      return session.server.url
    },
    get exitStatus() {
      return session.exitStatus
    },
    set exitStatus(status) {
      session.exitStatus = status
    },
    output: (line) => session.print(String(line)),
    error: (line) => session.terminal.warn(`${line}\n`),
    async call(method, ...parameters) {
      const values = parameters.map((parameter, at) => toXmlValue(parameter, `parameter ${at + 1}`))
      const answer = await session.ask(method, values, asAnything)
      if (answer.ok) return answer.value
      const { problem } = answer
      if (problem.kind === 'fault') throw new PluginFaultError(problem.code, problem.text)
      throw new ProblemError(problem, method)
    },
    async run(line) {
      await runLine(session, line)
    },
    fault: (code, text) => new PluginFaultError(code, text),
  }
}

function pluginOf(name: string, instance: object, session: Session): CtlPlugin {
  const call = (method: string, ...parameters: readonly string[]): unknown =>
    Reflect.apply(Reflect.get(instance, method), instance, parameters)
  return {
    name,
    actions: methodNames(instance)
      .flatMap((method) => /^do_([A-Za-z0-9_]+)$/.exec(method)?.[1] ?? [])
      .filter((action) => findAction(action) === undefined),
    async run(action, argument) {
      try {
        await call(`do_${action}`, argument)
        return 'done'
      } catch (error) {
        return problemOf(error)
      }
    },
    async help(action) {
      const help: unknown = Reflect.get(instance, `help_${action}`)
      const text = typeof help === 'function' ? await call(`help_${action}`) : help
      if (typeof text === 'string') session.print(text)
      return typeof help === 'function' || typeof text === 'string'
    },
  }
}

/** A 401 goes back as what it is, so that the person is asked for a password and the line runs again. */
function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  const fault = faultOf(error)
  if (fault !== null) return { kind: 'fault', code: fault.code, text: fault.text }
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  return { kind: 'plugin', error: name, message }
}
