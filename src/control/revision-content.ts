import { loadConfig } from '../desired/load.js'
import { invariant } from '../model/assert.js'
import type { Config } from '../model/config.js'
import type { GroupSpec, ProcessSpec } from '../model/spec.js'

/** What a start needs beside the groups of a revision: the daemon's own options and its servers. */
export type Settings = Omit<Config, 'groups' | 'notes' | 'warnings' | 'daemonAsWritten'>

export function settingsOf(config: Config): Settings {
  const { groups: _groups, notes: _notes, warnings: _warnings, daemonAsWritten, ...settings } = config
  // The next command line may say something else.
  return { ...settings, daemon: daemonAsWritten ?? settings.daemon }
}

/** Groups or settings as text for the state directory. */
export function contentText(value: readonly GroupSpec[] | Settings): string {
  return JSON.stringify(value)
}

/**
 * Reads groups that any version of this program stored: fields it did not know have their defaults.
 *
 * @returns `null` for a text that holds no groups
 */
export function readGroups(text: string): readonly GroupSpec[] | null {
  return fillGroups(parseJson(text))
}

/** The same of a value. */
export function fillGroups(value: unknown): readonly GroupSpec[] | null {
  if (!Array.isArray(value) || !value.every(isGroup)) return null
  const [sample] = defaults().groups
  return value.map((group) => {
    const processes = group.processes.map(fillSpec)
    return filled({ ...group, processes }, sample) as GroupSpec
  })
}

/** The same for settings. */
export function readSettings(text: string): Settings | null {
  const value = parseJson(text)
  if (!isRecord(value) || !isRecord(value.daemon) || typeof value.file !== 'string') return null
  return filled(value, settingsOf(defaults())) as unknown as Settings
}

/** One process of such groups. */
export function fillSpec(value: unknown): ProcessSpec {
  return filled(value, defaults().groups[0]?.processes[0]) as ProcessSpec
}

/** A whole configuration as another version of this program had it in memory; `null` for what is none. */
export function fillConfig(value: Config): Config | null {
  const groups = fillGroups(value.groups)
  return groups && { ...(filled(value, settingsOf(defaults())) as Config), groups }
}

let known: Config | null = null

/** What every option is when nobody sets it. */
function defaults(): Config {
  known ??= readDefaults()
  return known
}

function readDefaults(): Config {
  const bytes = new TextEncoder().encode('[supervisord]\n[program:x]\ncommand=/x\n')
  const request = { file: '/x', cwd: '/', home: '/', environment: {}, hostName: '', strict: false }
  const files = { read: () => ({ ok: true, bytes }) as const, kind: () => 'file' as const, glob: () => [] }
  const parsed = loadConfig(request, files, { user: () => null, group: () => null })
  invariant(parsed.ok, 'the smallest configuration is a good one')
  return parsed.value
}

/** A value with what it lacks of a sample, however deep; lists are taken as they are. */
function filled(value: unknown, sample: unknown): unknown {
  if (!isRecord(value) || !isRecord(sample)) return value
  const missing = Object.entries(sample).filter(([key]) => !Object.hasOwn(value, key))
  const own = Object.entries(value).map(([key, item]) => [key, filled(item, sample[key])])
  return Object.fromEntries([...own, ...missing])
}

function isGroup(value: unknown): value is { readonly name: string; readonly processes: readonly unknown[] } {
  if (!isRecord(value) || typeof value.name !== 'string' || !Array.isArray(value.processes)) return false
  return value.processes.every((each) => isRecord(each) && typeof each.name === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
