/** Identity of one process instance: `group:process`, both names as the user wrote them. */
export type ProcessKey = `${string}:${string}`

/** @returns the key of process `name` in `group` */
export function processKey(group: string, name: string): ProcessKey {
  return `${group}:${name}`
}

/** The two names in a key; a group's name has no colon. */
export function splitKey(key: ProcessKey): { readonly group: string; readonly name: string } {
  const colon = key.indexOf(':')
  return { group: key.slice(0, colon), name: key.slice(colon + 1) }
}

/**
 * The name people see and type.
 *
 * @returns `name` when group and process share it, else `group:name`
 * @see Supervisor options.py, make_namespec
 */
export function displayName(group: string, name: string): string {
  return group === name ? name : `${group}:${name}`
}

/** What a name argument means. `process: null` is every process of the group (`g:*`, `g:`). */
export interface NameSpec {
  readonly group: string
  readonly process: string | null
}

/**
 * Reads a name argument: `g:p`, `g:*`, `g:` or `x` (process x of group x).
 *
 * @see Supervisor options.py, split_namespec
 */
export function splitName(text: string): NameSpec {
  const colon = text.indexOf(':')
  if (colon < 0) return { group: text, process: text }
  const process = text.slice(colon + 1)
  return {
    group: text.slice(0, colon),
    process: process === '' || process === '*' ? null : process,
  }
}
