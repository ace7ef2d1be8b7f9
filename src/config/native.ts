import { parseEnvironment } from './environment.js'
import type { FieldType } from './fields/row.js'
import { lines, list } from './values.js'

/** A value as YAML has it. */
export type YamlValue = string | number | boolean | readonly (string | number)[] | Readonly<Record<string, string>>

/**
 * A text of INI as a list, a map, a number or a truth, where that means the same whatever it holds. With a variable in
 * it, INI takes a list or an environment apart only after the variable was filled in: such a text stays a text.
 */
export function nativeValue(type: FieldType | null, text: string): YamlValue {
  switch (type) {
    case 'integer':
    case 'bytes':
      return /^(?:0|-?[1-9]\d{0,14})$/.test(text) ? Number(text) : text
    case 'boolean':
    case 'autorestart':
      return text === 'true' || text === 'false' ? text === 'true' : text
    case 'exit-codes':
      return /^(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*))*$/.test(text) ? text.split(',').map(Number) : text
    case 'list':
    case 'lines': {
      const items = itemsOf(type, text)
      return isOpen(text) || items.length === 0 || items.includes('') ? text : items
    }
    case 'environment': {
      const parsed = isOpen(text) ? null : parseEnvironment(text)
      return parsed?.ok && parsed.surprises.length === 0 && text !== '' ? parsed.variables : text
    }
    default:
      return text
  }
}

/** The items that a text of INI stands for. */
export function itemsOf(type: 'list' | 'lines', text: string): readonly string[] {
  const items = type === 'lines' ? lines(text) : list(text)
  return items.ok ? items.value : [text]
}

/** Whether a variable may bring in a quote or a comma; numbers and names of hosts do not. */
function isOpen(text: string): boolean {
  return text.replace(/%%|%\((?:process_num|numprocs|host_node_name)\)/g, '').includes('%')
}
