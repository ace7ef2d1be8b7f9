import { matchesName } from '../../host/glob.js'

/**
 * Whether one of the patterns means a process: `all`, its name, its group (`web`, `web:`), or a glob on its name
 * (`web*`, `workers:*`). No pattern means all.
 *
 * @param name - as people type it: `web` or `group:web`
 */
export function isMeant(name: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0 || patterns.includes('all')) return true
  const [group = ''] = name.split(':')
  return patterns.some((pattern) => pattern === group || pattern === `${group}:` || matchesName(pattern, name))
}
