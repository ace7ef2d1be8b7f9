import { setTimeout as sleep } from 'node:timers/promises'
import type { RpcInterfaceSpec } from '../model/config.js'
import { MAIN_RPC_FACTORY, type PluginEvents } from '../model/plugin.js'
import type { Log } from '../model/ports.js'
import type { Call, Methods } from './methods/method.js'
import { openContext } from './plugins/context.js'
import { pluginMethods } from './plugins/methods.js'
import { describeError, importFactory } from './plugins/module.js'

/** The namespaces of plugins that one server answers. */
export interface Plugins {
  readonly methods: Readonly<Record<string, Methods>>
  close(): void
}

/** All plugins, or the name of the one that could not be made; why is in the log. */
export type OpenedPlugins =
  | { readonly ok: true; readonly plugins: Plugins }
  | { readonly ok: false; readonly name: string; readonly reason: string }

/** What plugins are made with. */
export interface PluginWorld {
  readonly specs: readonly RpcInterfaceSpec[]
  /** Section of the server they are made for. */
  readonly server: string
  readonly call: Pick<Call, 'operator' | 'version' | 'namespaces'>
  readonly events: PluginEvents
  readonly log: Log
  /** How long a factory may take; absent for half a minute. */
  readonly patienceMs?: number
}

/** Namespaces that are answered by this program, whatever a file says. */
const RESERVED: readonly string[] = ['system', 'svctl']

/**
 * Makes every interface for one server, in the order of the file, the main one among them.
 *
 * @see Supervisor http.py, make_http_servers
 */
export async function openPlugins(world: PluginWorld): Promise<OpenedPlugins> {
  const { specs, server, call, events, log, patienceMs = 30_000 } = world
  const methods: Record<string, Methods> = Object.create(null)
  const cleanups: (() => void)[] = []
  const close = () => {
    for (const cleanup of cleanups.splice(0)) cleanup()
  }
  for (const spec of specs) {
    const { name } = spec
    if (spec.factory !== MAIN_RPC_FACTORY) {
      const opened = openContext({ name, server, call: () => ({ ...call, plugins: methods }), events, log })
      cleanups.push(opened.close)
      try {
        if (RESERVED.includes(name)) throw new Error(`the namespace ${name} belongs to the daemon`)
        const found = await importFactory(spec)
        if (!found.ok) throw found.error
        methods[name] = pluginMethods(name, await instanceOf(found.make(opened.context, spec.options), patienceMs), log)
      } catch (error) {
        log.write('warn', describeError(error))
        close()
        return { ok: false, name, reason: error instanceof Error ? error.message : String(error) }
      }
    }
    log.write('info', `RPC interface '${name}' initialized`)
  }
  return { ok: true, plugins: { methods, close } }
}

async function instanceOf(made: unknown, patienceMs: number): Promise<object> {
  const waited = new AbortController()
  const late = sleep(patienceMs, undefined, { signal: waited.signal }).then(() => {
    throw new Error(`the factory came to no end within ${patienceMs / 1000} seconds`)
  })
  const instance = await Promise.race([made, late]).finally(() => waited.abort())
  if (typeof instance === 'object' && instance !== null) return instance
  throw new TypeError(`the factory returned ${instance === null ? 'null' : typeof instance} instead of an object`)
}
