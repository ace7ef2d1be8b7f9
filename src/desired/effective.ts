import type { Document, Section } from '../config/document.js'
import type { Field, FieldTable } from '../config/fields/row.js'
import { FIELDS, type SectionKind, sectionKind } from '../config/fields.js'
import type { Config } from '../model/config.js'
import type { Position } from '../model/diagnostic.js'
import { displayName } from '../model/names.js'
import { readEnvFiles } from './env-files.js'
import { isGroupDefault } from './group-defaults.js'
import { type HeirKind, heirKind, ownName } from './heirs.js'
import { originOf } from './origins.js'
import type { Reading } from './reading.js'
import { baseScopes, processScopes, programScopes, type Scopes, withOwnEnvironment } from './scopes.js'
import { readSection } from './section.js'

/** One option as it counts. */
export interface EffectiveOption {
  /** Its name; a variable of `environment` is an option of its own, `environment.PATH`. */
  readonly option: string
  readonly field: Field
  /** Expanded, or the default; `null` for nothing set, and where processes differ. */
  readonly value: string | readonly string[] | null
  /** By process, where they differ; `null` where they do not. */
  readonly perProcess: Readonly<Record<string, string>> | null
  /** As written; `null` for a default. */
  readonly written: string | null
  /** `null` for a default. */
  readonly at: Position | null
}

/** One section as it counts. */
export interface EffectiveSection {
  readonly name: string
  readonly kind: SectionKind
  readonly at: Position
  /** Names of the processes it declares. */
  readonly processes: readonly string[]
  readonly options: readonly EffectiveOption[]
}

/** What was read, to find the values of all options in. */
export interface EffectiveRequest {
  /** After `resolveDocument`. */
  readonly document: Document
  readonly config: Config
  readonly reading: Reading
  /** Defaults, too, not only what the files say. */
  readonly all: boolean
}

/**
 * Every section with the values that count: what files, includes, variables, inheritance and defaults come to.
 *
 * What was only a means to that (`extends`, `[include]`, files of variables) is not there any more.
 */
export function effectiveSections(request: EffectiveRequest): readonly EffectiveSection[] {
  const { document, config, reading } = request
  const { environment, hostName } = reading.request
  const base = (more: Readonly<Record<string, string>>) =>
    baseScopes({ environment: { ...environment, ...more }, hostName, here: reading.here })
  const early = base({})
  const scopes = base(config.daemon.environment)
  return document.sections.flatMap((section): readonly EffectiveSection[] => {
    const kind = sectionKind(section.name)
    if (kind === null || kind === 'include') return []
    const heir = heirKind(section.name)
    const instances =
      heir === null
        ? [{ name: '', scopes: kind === 'supervisord' ? early : scopes, environment: config.daemon.environment }]
        : instancesOf(section, heir, scopes, request)
    const names = heir === null ? membersOf(section, config) : instances.map(({ name }) => name)
    const { name, at } = section
    return [{ name, kind, at, processes: names, options: optionsOf(section, kind, instances, request) }]
  })
}

/** Something with values of its own: a process, or a section that declares none. */
interface Instance {
  readonly name: string
  readonly scopes: Scopes
  readonly environment: Readonly<Record<string, string>>
}

function membersOf(section: Section, { groups }: Config): readonly string[] {
  if (!section.name.startsWith('group:')) return []
  const group = groups.find(({ kind, name }) => kind === 'group' && name === ownName(section))
  return group?.processes.map((spec) => displayName(spec.group, spec.name)) ?? []
}

/** The processes of a section, in every group that has it. */
function instancesOf(
  section: Section,
  kind: HeirKind,
  scopes: Scopes,
  { config, reading }: EffectiveRequest,
): readonly Instance[] {
  const program = ownName(section)
  const isOurs = (spec: { readonly program: string; readonly kind: string }) =>
    spec.program === program && spec.kind === kind
  return config.groups
    .filter(({ processes }) => processes.some(isOurs))
    .flatMap(({ name: group }) => {
      const outer = programScopes(scopes, program, group)
      const reader = readSection('program', section, { reading, scopes: outer, suffix: '' })
      const first = reader.value('numprocs_start')
      const count = reader.value('numprocs')
      return Array.from({ length: count }, (_, index): Instance => {
        const numbered = processScopes(outer, first + index, count)
        const fromFiles = readEnvFiles(reader.within(numbered), reading)
        const written = reader.within(withOwnEnvironment(numbered, fromFiles)).environment('environment')
        const own = { ...fromFiles, ...written }
        const known = withOwnEnvironment(numbered, own)
        const name = reader.within(known).text('process_name') ?? program
        return { name: displayName(group, name), scopes: known, environment: { ...config.daemon.environment, ...own } }
      })
    })
}

/** Options that sections have only to come to others. */
const MEANS = ['extends', 'defaults', 'env_file']

function optionsOf(
  section: Section,
  kind: SectionKind,
  instances: readonly Instance[],
  request: EffectiveRequest,
): readonly EffectiveOption[] {
  return Object.entries(FIELDS[kind] as FieldTable).flatMap(([option, field]): readonly EffectiveOption[] => {
    if (MEANS.includes(option) || (kind === 'group' && isGroupDefault(option))) return []
    if (option === 'environment') return variablesOf(section, field, instances, request)
    const entry = Object.hasOwn(section.entries, option) ? (section.entries[option] ?? null) : null
    if (entry === null) {
      if (!request.all) return []
      return [{ option, field, value: field.default, perProcess: null, written: null, at: null }]
    }
    const values = instances.map(({ name, scopes }) => {
      const reader = readSection(kind, section, { reading: request.reading, scopes, suffix: '' })
      // Which options a kind has is known only here, one table later.
      const known = option as never
      const list = entry.list !== null && (field.type === 'list' || field.type === 'lines')
      return [name, list ? (reader.value(known) as readonly string[]) : (reader.text(known) ?? '')] as const
    })
    return [{ option, field, ...combined(values), written: entry.text, at: entry.at }]
  })
}

function variablesOf(
  section: Section,
  field: Field,
  instances: readonly Instance[],
  { document, all }: EffectiveRequest,
): readonly EffectiveOption[] {
  const names = [...new Set(instances.flatMap(({ environment }) => Object.keys(environment)))]
  return names.flatMap((name): readonly EffectiveOption[] => {
    const option = `environment.${name}`
    const origin = originOf(document, section.name, option)
    // What [supervisord] gives to all is the file's word on that section only.
    if (!all && origin?.option === 'environment' && !isWithin(section, origin.at)) return []
    const values = instances.map((one) => [one.name, one.environment[name] ?? ''] as const)
    return [{ option, field, ...combined(values), written: null, at: origin?.option ? origin.at : null }]
  })
}

function isWithin({ entries: { environment } }: Section, at: Position): boolean {
  return [environment, ...(environment?.layers ?? [])].some((entry) => entry?.at === at)
}

function combined(
  values: readonly (readonly [string, string | readonly string[]])[],
): Pick<EffectiveOption, 'value' | 'perProcess'> {
  const [first] = values
  const differ = values.some(([, value]) => String(value) !== String(first?.[1]))
  if (!differ) return { value: first?.[1] ?? null, perProcess: null }
  return { value: null, perProcess: Object.fromEntries(values.map(([name, value]) => [name, String(value)])) }
}
