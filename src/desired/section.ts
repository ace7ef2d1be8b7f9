import type { Entry, Section } from '../config/document.js'
import { parseEnvironment } from '../config/environment.js'
import { type ExpandResult, expand } from '../config/expand.js'
import type { Field, FieldType } from '../config/fields/row.js'
import { FIELDS, type FieldName, type SectionKind } from '../config/fields.js'
import { invariant } from '../model/assert.js'
import { soundsSecret } from '../model/secret.js'
import { PARSERS, type ValueTypes } from './parsers.js'
import { type Place, placeOfSection, placeOfValue, type Words } from './problem.js'
import type { Reading } from './reading.js'
import type { Names, Scopes } from './scopes.js'

type Row<K extends SectionKind, N extends FieldName<K>> = (typeof FIELDS)[K][N]

type Typed<F> = F extends { readonly type: 'choice'; readonly choices: readonly (infer W)[] }
  ? W
  : F extends { readonly type: infer T extends FieldType }
    ? ValueTypes[T]
    : never

/** What reading an option gives: never `null` when the table has a default for it. */
export type OptionValue<K extends SectionKind, N extends FieldName<K>> =
  | Typed<Row<K, N>>
  | (Row<K, N> extends { readonly default: string } ? never : null)

/** Reads the options of one section by the table. Mistakes go to the reading; what comes back then is the default. */
export interface SectionReader<K extends SectionKind> {
  readonly section: Section
  /** The value of an option, expanded and of its type. */
  value<N extends FieldName<K>>(name: N, classic?: (text: string) => string): OptionValue<K, N>
  /** The text of an option, expanded; `null` when the section does not have it. */
  text(name: FieldName<K>): string | null
  /** The variables of an `environment` option. */
  environment(name: FieldName<K>): Readonly<Record<string, string>>
  /** The option as written; `null` when the section does not have it. */
  entry(name: FieldName<K>): Entry | null
  /** Whether the option, if there is one, has a shape that it takes; says so when not. */
  fits(name: FieldName<K>): boolean
  /** Reports a mistake at the value of an option, or at the section when that has none. */
  error(name: FieldName<K> | null, words: Words): void
  warn(name: FieldName<K> | null, words: Words): void
  /** The same section with other names to expand. */
  within(scopes: Scopes): SectionReader<K>
}

/** Where and how a section is read. */
export interface SectionContext {
  readonly reading: Reading
  readonly scopes: Scopes
  /** What Supervisor adds to its texts about this section. */
  readonly suffix: string
}

/** Types whose values YAML may write as a list or map. */
const TAKES: Readonly<Record<'list' | 'map', readonly FieldType[]>> = {
  list: ['list', 'lines', 'command', 'exit-codes'],
  map: ['environment'],
}

/** What comes of the defaults of rows: the same for every section, of which there may be thousands. */
const defaults = new Map<Field, unknown>()

/** Types whose values depend on files and users of the moment. */
const LOOKED_UP: ReadonlySet<FieldType> = new Set(['log-file', 'file', 'directory', 'user', 'owner'])

/** Opens a section for reading. */
export function readSection<K extends SectionKind>(
  kind: K,
  section: Section,
  context: SectionContext,
): SectionReader<K> {
  const { reading, scopes, suffix } = context
  const rows: Readonly<Record<string, Field>> = FIELDS[kind]

  const row = (name: string): Field => {
    const field = rows[name]
    // Asked 100,000 times for 1,000 programs: the message is not made before it is needed.
    if (field === undefined) throw new Error(`no option ${name} in [${kind}]`)
    return field
  }
  const entry = (name: string): Entry | null =>
    Object.hasOwn(section.entries, name) ? (section.entries[name] ?? null) : null
  const classicOf = (text: string | null | undefined) => (text == null ? null : text + suffix)
  const placeOf = (name: string | null) => {
    const found = name === null ? null : entry(name)
    return found === null || name === null ? placeOfSection(section) : placeIn(found, name)
  }
  const error = (name: string | null, words: Words) =>
    reading.error(placeOf(name), { ...words, classic: classicOf(words.classic) })

  /** Whether a value of YAML has a shape that the option takes; says so when not. */
  const fits = (found: Entry, name: string): boolean => {
    const { type } = row(name)
    const shape = found.map !== null ? 'map' : found.list !== null ? 'list' : null
    if (shape === null || TAKES[shape].includes(type)) return true
    reading.error(placeIn(found, name), {
      code: 'CONFIG_BAD_TYPE',
      message: `Cannot read ${name} as ${PARSERS[type].words}: it is a ${shape}`,
      help: type === 'environment' ? 'write a map of "NAME: value"' : 'write a single value',
    })
    return false
  }

  /** Expands part of an option's value; `null` after a mistake. */
  const filled = (found: Entry, template: string, name: string): string | null => {
    const { type, expands } = row(name)
    if (expands === 'none' || !template.includes('%')) return template
    const where = type === 'environment' ? 'environment' : `${section.name}.${name}`
    const result =
      type === 'log-file' ? expandTwice(template, scopes(expands), where) : expand(template, scopes(expands), where)
    if (result.ok) return result.text
    const { message, help, index } = result
    // host_node_name is ours in options of the daemon: the text of the original does not list it.
    const told = kind === 'supervisord' && type !== 'environment' ? expand(template, scopes('here'), where) : result
    const classic = told.ok ? result.classic : told.classic
    reading.error(placeIn(found, name, index), {
      code: 'CONFIG_BAD_EXPANSION',
      message,
      help,
      classic: classicOf(classic),
    })
    return null
  }

  const parsed = (name: string, text: string, classic?: (text: string) => string): unknown => {
    const field = row(name)
    const { words, code, parse } = PARSERS[field.type]
    const result = parse(text, field, reading)
    if (result.ok) return result.value
    error(name, {
      code,
      message: `Cannot read ${name} as ${words}: ${JSON.stringify(text)}`,
      help: `write ${result.wanted}`,
      classic: classic?.(text) ?? result.classic,
    })
    return byDefault(name)
  }
  const written = (found: Entry, name: string, classic?: (text: string) => string): unknown => {
    if (!fits(found, name)) return byDefault(name)
    if (found.list !== null && ['list', 'lines'].includes(row(name).type))
      return found.list.map((item) => filled(found, item, name) ?? '')
    const text = filled(found, found.text, name)
    return text === null ? byDefault(name) : parsed(name, text, classic)
  }
  const byDefault = (name: string): unknown => {
    const field = row(name)
    const known = defaults.get(field)
    if (known !== undefined) return known
    const value = parsedDefault(name, field)
    if (!LOOKED_UP.has(field.type)) defaults.set(field, value)
    return value
  }
  const parsedDefault = (name: string, field: Field): unknown => {
    if (field.default === null) return null
    const result = PARSERS[field.type].parse(field.default, field, reading)
    invariant(result.ok, `default of ${name} in [${kind}] does not parse`)
    return result.value
  }

  const variables = (found: Entry, name: string): Readonly<Record<string, string>> => {
    if (!fits(found, name)) return {}
    if (found.map !== null) return fromMap(found.map, (value) => filled(found, value, name))
    const text = filled(found, found.text, name)
    const result = parseEnvironment(text ?? '')
    if (!result.ok) {
      reading.error(placeIn(found, name), {
        code: 'CONFIG_BAD_ENVIRONMENT',
        message: `Cannot read ${name} as KEY="value" pairs: ${result.classic.split(' in value')[0]}`,
        help: 'write KEY="value",OTHER="value", quotes around every value',
        classic: classicOf(result.classic),
      })
      return {}
    }
    for (const surprise of result.surprises)
      reading.warn(placeIn(found, name), { code: 'CONFIG_BAD_ENVIRONMENT', message: `In ${name}, ${surprise}` })
    return result.variables
  }

  const reader: SectionReader<K> = {
    section,
    entry,
    fits: (name) => {
      const found = entry(name)
      return found === null || fits(found, name)
    },
    error,
    value: (name, classic) => {
      const found = entry(name)
      // The parser was chosen by the same row that the type comes from.
      return (found === null ? byDefault(name) : written(found, name, classic)) as OptionValue<K, typeof name>
    },
    text: (name) => {
      const found = entry(name)
      return found === null || !fits(found, name) ? null : filled(found, found.text, name)
    },
    environment: (name) => {
      const found = entry(name)
      if (found === null) return {}
      return Object.assign({}, ...(found.layers ?? [found]).map((layer) => variables(layer, name)))
    },
    warn: (name, words) => reading.warn(placeOf(name), words),
    within: (inner) => (inner === scopes ? reader : readSection(kind, section, { ...context, scopes: inner })),
  }
  return reader
}

/** The place of a value, without the line where that may hold a secret: what is read here is told to clients. */
function placeIn(found: Entry, name: string, index: number | null = null): Place {
  const place = placeOfValue(found, index)
  return name === 'environment' || soundsSecret(name) ? { ...place, excerpt: null } : place
}

/**
 * Expands the value of a log file option. Supervisor does it twice, so that its users write `%%%%` for one percent sign.
 * What it accepts means the same here; but a percent sign that a variable brought in stays one, and a value that only
 * the second pass would refuse (`%%` alone) is expanded once.
 *
 * @see Supervisor options.py, _processes_from_section, "stdout_logfile"
 */
function expandTwice(template: string, names: Names, where: string): ExpandResult {
  if (!template.includes('%%')) return expand(template, names, where)
  const guarded = Object.fromEntries(
    Object.entries(names).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('%', GUARD) : value,
    ]),
  )
  const first = expand(template, guarded, where)
  if (!first.ok) return expand(template, names, where)
  const second = expand(first.text, guarded, where)
  return { ok: true, text: (second.ok ? second.text : first.text).replaceAll(GUARD, '%') }
}

/** Stands for a percent sign that is not to be expanded; neither a file nor an environment holds it. */
const GUARD = '\0'

function fromMap(
  map: Readonly<Record<string, string>>,
  fill: (value: string) => string | null,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, fill(value) ?? '']))
}
