import type { Entry, Section } from '../config/document.js'
import { expand } from '../config/expand.js'
import { GROUP_DEFAULTS } from '../config/fields/program.js'
import { isYaml } from '../config/read.js'
import { boolean, list } from '../config/values.js'
import { type Base, heirKind, ownName, type Say } from './heirs.js'
import { placeOfKey, placeOfValue } from './problem.js'
import type { Names } from './scopes.js'

/** What groups say about their programs. */
export interface GroupDefaults {
  /** By program; a program of several groups gets none. */
  readonly defaultsOf: ReadonlyMap<Section, readonly Base[]>
  /** Groups whose options act. */
  readonly active: ReadonlySet<Section>
}

/** Whether an option of a group is meant for its programs. */
export function isGroupDefault(key: string): boolean {
  return Object.hasOwn(GROUP_DEFAULTS, key)
}

/**
 * Finds the options that groups have for their programs. Supervisor ignores them, and files that have some must keep
 * their meaning: in INI a group says `defaults=true` first.
 */
export function findGroupDefaults(sections: readonly Section[], names: Names, say: Say): GroupDefaults {
  const groups = sections.filter(({ name }) => name.startsWith('group:'))
  if (groups.length === 0) return { defaultsOf: new Map(), active: new Set() }
  const programs = programsByName(sections)
  const groupsOf = new Map<Section, Section[]>()
  for (const group of groups)
    for (const name of new Set(programsOf(group.entries.programs, names)))
      for (const member of programs.get(name) ?? []) groupsOf.set(member, [...(groupsOf.get(member) ?? []), group])
  const acting = new Map(groups.map((group) => [group, actingOptions(group, say)]))
  const defaultsOf = new Map<Section, readonly Base[]>()
  for (const [member, owners] of groupsOf) {
    const bases = owners.flatMap((group): readonly Base[] => {
      const keys = acting.get(group) ?? new Set()
      return keys.size === 0 ? [] : [{ section: group, gives: (key) => keys.has(key) }]
    })
    const [base] = bases
    const other = owners.find((group) => group !== base?.section)
    if (base !== undefined && other !== undefined) tellShared(base.section, other, member, say)
    else defaultsOf.set(member, bases)
  }
  return { defaultsOf, active: new Set(groups.filter((group) => (acting.get(group)?.size ?? 0) > 0)) }
}

function programsByName(sections: readonly Section[]): ReadonlyMap<string, readonly Section[]> {
  const programs = new Map<string, Section[]>()
  for (const section of sections) {
    const kind = heirKind(section.name)
    if (kind === null || kind === 'eventlistener') continue
    programs.set(ownName(section), [...(programs.get(ownName(section)) ?? []), section])
  }
  return programs
}

/** What cannot be read here is told by whoever reads the group. */
function programsOf(entry: Entry | undefined, names: Names): readonly string[] {
  if (entry === undefined) return []
  const texts = (entry.list ?? [entry.text]).map((text) => expand(text, names, 'programs'))
  return texts.flatMap((text) => {
    const found = text.ok ? list(text.text) : text
    return found.ok && 'value' in found ? found.value : []
  })
}

function actingOptions(group: Section, say: Say): ReadonlySet<string> {
  const own = Object.values(group.entries).filter((entry) => !entry.inherited)
  const wish = readWish(
    own.find(({ key }) => key === 'defaults'),
    say,
  )
  const options = own.filter(({ key }) => isGroupDefault(key))
  const acts = (entry: Entry) => wish ?? isYaml(entry.at.file)
  for (const entry of wish === null ? options.filter((one) => !acts(one)) : [])
    say('warning', placeOfKey(entry), {
      code: 'CONFIG_NO_EFFECT',
      message: `${entry.key} in [${group.name}] has no effect on its programs, as in Supervisor`,
      help: `add defaults=true to [${group.name}] to make it their default`,
    })
  return new Set(options.filter(acts).map(({ key }) => key))
}

/** @returns `null` when the group does not say */
function readWish(entry: Entry | undefined, say: Say): boolean | null {
  if (entry === undefined) return null
  const read = boolean(entry.text)
  if (read.ok) return read.value
  say('error', placeOfValue(entry), {
    code: 'CONFIG_BAD_BOOLEAN',
    message: `Cannot read defaults as yes or no: ${JSON.stringify(entry.text)}`,
    help: `write ${read.wanted}`,
  })
  return null
}

function tellShared(group: Section, other: Section, member: Section, say: Say): void {
  const entry = group.entries.programs
  if (entry === undefined) return
  say('error', placeOfValue(entry), {
    code: 'CONFIG_CONTRADICTION',
    message: `[${group.name}] has defaults for [${member.name}], which is in [${other.name}] too`,
    help: `take it out of one of the two, or write the options into [${member.name}]`,
  })
}
