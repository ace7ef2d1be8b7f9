import type { Document, Entry, Section } from '../config/document.js'
import { expand } from '../config/expand.js'
import { expandHome } from '../config/values.js'
import type { RpcInterfaceSpec } from '../model/config.js'
import { MAIN_RPC_FACTORY } from '../model/plugin.js'
import { absolutePath, directoryOf } from './paths.js'
import { placeOfSection, placeOfValue } from './problem.js'
import type { Reading } from './reading.js'
import type { Scopes } from './scopes.js'

/** Reads `[rpcinterface:x]` sections. Factories written in Python are refused by name. */
export function readRpcInterfaces(document: Document, reading: Reading, scopes: Scopes): readonly RpcInterfaceSpec[] {
  return document.sections.flatMap((section) => {
    if (!section.name.startsWith('rpcinterface:')) return []
    return readPlugin(section, 'supervisor.rpcinterface_factory', reading, scopes) ?? []
  })
}

/** Reads `[ctlplugin:x]` sections. Factories written in Python are refused by name. */
export function readCtlPlugins(document: Document, reading: Reading, scopes: Scopes): readonly RpcInterfaceSpec[] {
  return document.sections.flatMap((section) => {
    if (!section.name.startsWith('ctlplugin:')) return []
    return readPlugin(section, 'supervisor.ctl_factory', reading, scopes) ?? []
  })
}

type FactoryOption = 'supervisor.rpcinterface_factory' | 'supervisor.ctl_factory'

function readPlugin(
  section: Section,
  option: FactoryOption,
  reading: Reading,
  scopes: Scopes,
): RpcInterfaceSpec | null {
  const filled = (entry: Entry): string | null => {
    const result = expand(entry.text, scopes('env'), `${section.name}.${entry.key}`)
    if (result.ok) return result.text
    reading.error(placeOfValue(entry, result.index), { ...result, code: 'CONFIG_BAD_EXPANSION' })
    return null
  }
  const named = section.entries[option]
  if (named === undefined) {
    reading.error(placeOfSection(section), {
      code: 'CONFIG_NO_OPTION',
      message: `[${section.name}] names no factory`,
      help: `add ${option}=…, or remove the section`,
      classic: `section [${section.name}] does not specify a ${option}`,
    })
    return null
  }
  const factory = filled(named)?.trim()
  if (factory === undefined) return null
  const options = Object.values(section.entries).flatMap((entry): readonly [string, string][] => {
    const text = entry.key === option ? null : filled(entry)
    return text === null ? [] : [[entry.key, text]]
  })
  const resolved = resolveFactory(section, named, factory, reading)
  if (factory === MAIN_RPC_FACTORY && options.length > 0)
    reading.warn(placeOfSection(section), {
      code: 'CONFIG_NO_EFFECT',
      message: `The methods of [${section.name}] take no options: ${options.map(([key]) => key).join(', ')}`,
      help: 'remove them; Supervisor does not start with them',
    })
  const name = section.name.slice(section.name.indexOf(':') + 1)
  return { name, factory: resolved, options: Object.fromEntries(options) }
}

/**
 * Checks what a factory is.
 *
 * @returns it, for a JavaScript module with its path made absolute: relative ones start at the file that names them
 */
function resolveFactory(section: Section, named: Entry, factory: string, reading: Reading): string {
  const forClients = named.key === 'supervisor.ctl_factory'
  if (factory === MAIN_RPC_FACTORY && !forClients) return factory
  const classic = `${factory} cannot be resolved within [${section.name}]`
  const [, module, exported] = /^(.*\.[cm]?js)(?::([\p{ID_Start}$_][\p{ID_Continue}$]*))?$/u.exec(factory) ?? []
  if (module !== undefined) {
    const path = absolutePath(expandHome(module, reading.request.home), directoryOf(section.file))
    if (exported === undefined)
      reading.error(placeOfValue(named), {
        code: 'CONFIG_BAD_WORD',
        message: `The factory of [${section.name}] does not say which function of ${module} makes the plugin`,
        help: `write ${module}:make for an exported function make`,
        classic,
      })
    else if (reading.files.kind(path) !== 'file')
      reading.error(placeOfValue(named), {
        code: 'CONFIG_BAD_PATH',
        message: `Cannot find the plugin of [${section.name}]: there is no file ${path}`,
        help: 'relative paths start at the folder of the file that has the section',
        classic,
      })
    return `${path}:${exported ?? ''}`
  }
  reading.error(placeOfValue(named), {
    code: 'CONFIG_PYTHON_PLUGIN',
    message: `Cannot load ${factory} for [${section.name}]: it is written in Python`,
    help: forClients
      ? 'remove the section, or write the plugin as a JavaScript module; scripts can call svctl or the XML-RPC interface'
      : 'remove the section, write the plugin as a JavaScript module, or keep it in a process of its own that uses the XML-RPC interface',
    // Supervisor after 4.2.5 adds what Python's import said, which would be made up here.
    classic,
  })
  return factory
}
