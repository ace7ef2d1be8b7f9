import { pathToFileURL } from 'node:url'
import { importModule } from '../../host/own-code.js'
import type { RpcInterfaceSpec } from '../../model/config.js'

/** A factory, or why there is none. */
export type FoundFactory =
  | { readonly ok: true; readonly make: (host: unknown, options: unknown) => unknown }
  | { readonly ok: false; readonly error: unknown }

/**
 * Imports the module of a plugin and finds its factory. A module is evaluated once, however often it is asked for.
 *
 * @param spec - its factory is `<absolute path>:<exported name>`
 */
export async function importFactory({ factory }: RpcInterfaceSpec): Promise<FoundFactory> {
  const colon = factory.lastIndexOf(':')
  const name = factory.slice(colon + 1)
  const { href } = pathToFileURL(factory.slice(0, colon))
  try {
    // Not known when this program is bundled, and never part of it.
    const module = (await importModule(href)) as Readonly<Record<string, unknown>>
    const found = module[name] ?? exportsOf(module.default)[name]
    if (typeof found !== 'function') throw new TypeError(`${factory.slice(0, colon)} exports no function ${name}`)
    return { ok: true, make: (host, options) => found(host, options) }
  } catch (error) {
    return { ok: false, error }
  }
}

/** The members of an object that are methods, its class's included; `constructor` and Object's own are none. */
export function methodNames(instance: object): readonly string[] {
  const names = new Set<string>()
  for (let at: object | null = instance; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name)
  }
  names.delete('constructor')
  return [...names].filter((name) => typeof Reflect.get(instance, name) === 'function').sort()
}

/** An error as people want to read it in a log: with its stack where it has one. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** What a CommonJS module exports arrives as the default export. */
function exportsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
