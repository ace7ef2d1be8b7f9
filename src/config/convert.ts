import type { Diagnostic, Parsed } from '../model/diagnostic.js'
import { sameJson } from '../model/equal.js'
import { splitBlanks } from './blanks.js'
import { diagnostic } from './codes.js'
import type { Entry, Section } from './document.js'
import { parseEnvironment } from './environment.js'
import { GROUP_DEFAULTS } from './fields/program.js'
import type { FieldType } from './fields/row.js'
import { fieldOf, sectionKind } from './fields.js'
import { iniRemarks, readIni } from './ini.js'
import { itemsOf, nativeValue, type YamlValue } from './native.js'
import { type PrintableEntry, printIni } from './print.js'
import { printYaml, type YamlEntry, type YamlSection } from './print-yaml.js'
import { isYaml } from './read.js'
import { type Attached, attachRemarks, type Remark } from './remarks.js'
import { readYaml, yamlRemarks } from './yaml.js'

/**
 * Writes one configuration file in the other format: the same sections, options and comments. What it includes is left
 * alone.
 *
 * @param file - whose name tells what it is
 * @returns an error for each part that the other format cannot say
 */
export function convertFile(bytes: Uint8Array, file: string): Parsed<string> {
  return isYaml(file) ? yamlToIni(bytes, file) : iniToYaml(bytes, file)
}

function iniToYaml(bytes: Uint8Array, file: string): Parsed<string> {
  const read = readIni(bytes, file)
  if (!read.ok) return read
  const attached = attach(bytes, iniRemarks, read.value, '#')
  const sections = read.value.map((section): YamlSection => {
    const entries = Object.values(section.entries).map((entry): YamlEntry => {
      return { key: entry.key, value: writtenValue(section, entry), ...attached.of(entry) }
    })
    const silent = groupWish(section) ? [{ key: 'defaults', value: false, before: [], beside: null }] : []
    return { name: section.name, before: linesAbove(section, attached), entries: [...silent, ...entries] }
  })
  const errors = read.value.flatMap((section, index) => lostInYaml(section, sections[index]))
  if (errors.length > 0) return { ok: false, errors, warnings: read.warnings }
  return { ok: true, value: printYaml(sections, attached.last), warnings: read.warnings }
}

function yamlToIni(bytes: Uint8Array, file: string): Parsed<string> {
  const read = readYaml(bytes, file)
  if (!read.ok) return read
  const attached = attach(bytes, yamlRemarks, read.value, ';')
  const found = read.value.flatMap((section) =>
    Object.values(section.entries).flatMap((entry) => lostInIni(section, entry) ?? []),
  )
  const sections = read.value.map((section) => {
    const pairs = Object.values(section.entries).map((entry): [string, PrintableEntry] => {
      return [entry.key, { text: iniText(section, entry), keyAt: entry.keyAt, ...attached.of(entry) }]
    })
    const spoken: [string, PrintableEntry][] = groupWish(section) ? [['defaults', { text: 'true' }]] : []
    const { name, at } = section
    return { name, at, before: linesAbove(section, attached), entries: Object.fromEntries([...spoken, ...pairs]) }
  })
  const printed = printIni(sections)
  const warnings = [...read.warnings, ...found.filter(({ severity }) => severity === 'warning')]
  const errors = [...found.filter(({ severity }) => severity === 'error'), ...(printed.ok ? [] : printed.errors)]
  if (!printed.ok || errors.length > 0) return { ok: false, errors, warnings }
  const last = attached.last.map((line) => `${line}\n`).join('')
  return { ok: true, value: last === '' ? printed.value : `${printed.value}\n${last}`, warnings }
}

function attach(
  bytes: Uint8Array,
  remarksOf: (text: string) => readonly Remark[],
  sections: readonly Section[],
  mark: '#' | ';',
): Attached {
  // That it is UTF-8 is known: it could be read.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const kept = remarksOf(text).filter((remark) => mark === '#' || !remark.text.includes('yaml-language-server:'))
  return attachRemarks(text.split(/\r\n?|\n/), kept, sections, mark)
}

function linesAbove(section: Section, attached: Attached): readonly string[] {
  const { before, beside } = attached.of(section)
  return beside === null ? before : [...before, beside]
}

/** Whether the formats take options of a group differently: in YAML they act on its programs, in INI only when told to. */
function groupWish({ name, entries }: Section): boolean {
  return (
    name.startsWith('group:') &&
    !('defaults' in entries) &&
    Object.keys(entries).some((key) => Object.hasOwn(GROUP_DEFAULTS, key))
  )
}

function typeOf(section: Section, entry: Entry): FieldType | null {
  const kind = sectionKind(section.name)
  return kind === null ? null : (fieldOf(kind, entry.key)?.type ?? null)
}

function writtenValue(section: Section, entry: Entry): YamlValue {
  const items = section.name === 'include' && !entry.text.includes('%') ? splitBlanks(entry.text) : []
  return items.length > 0 ? items : nativeValue(typeOf(section, entry), entry.text)
}

function listOf(section: Section, entry: Entry): readonly string[] {
  if (entry.list !== null) return entry.list
  if (section.name === 'include') return splitBlanks(entry.text)
  return itemsOf(typeOf(section, entry) === 'lines' ? 'lines' : 'list', entry.text)
}

/** What of a section does not come back when its YAML is read. */
function lostInYaml(section: Section, written: YamlSection | undefined): readonly Diagnostic[] {
  if (written === undefined) return []
  const plain = written.entries.map((entry) => ({ ...entry, before: [], beside: null }))
  const reread = (entries: readonly YamlEntry[]): Section | null => {
    const read = readYaml(new TextEncoder().encode(printYaml([{ name: section.name, before: [], entries }])), '')
    const [found, ...others] = read.ok ? read.value : []
    return found?.name === section.name && others.length === 0 ? found : null
  }
  if (reread([]) === null)
    return [unsayable('YAML', `the section name ${JSON.stringify(section.name)}`, section, NAME_HELP)]
  return plain.flatMap((one) => {
    const entry = section.entries[one.key]
    const found = reread([one])?.entries[one.key]
    if (entry === undefined || (found !== undefined && sameMeaning(section, entry, found))) return []
    return [unsayable('YAML', `the option ${entry.key} of [${section.name}]`, entry)]
  })
}

const NAME_HELP = 'rename the section: YAML takes this name for something else'

/** Lists that INI writes one item a line begin below the name of the option. */
function iniText(section: Section, entry: Entry): string {
  if (entry.list === null || typeOf(section, entry) !== 'lines') return entry.text
  return entry.list.length > 1 ? `\n${entry.list.join('\n')}` : entry.list.join()
}

function sameMeaning(section: Section, a: Entry, b: Entry): boolean {
  if (a.text === b.text) return true
  const type = typeOf(section, a)
  if (type === 'list' || type === 'lines') return sameJson(listOf(section, a), listOf(section, b))
  if (type !== 'environment') return false
  const variables = (entry: Entry) => {
    const parsed = entry.map === null ? parseEnvironment(entry.text) : { ok: true as const, variables: entry.map }
    return parsed.ok ? parsed.variables : null
  }
  return sameJson(variables(a), variables(b))
}

/** What the text that stands for a list or a map in INI does not say. */
function lostInIni(section: Section, entry: Entry): Diagnostic | null {
  const type = typeOf(section, entry)
  const isMap = entry.map !== null && type === 'environment'
  const isList = entry.list !== null && (type === 'list' || type === 'lines')
  if (!isMap && !isList) return null
  const asText: Entry = { ...entry, text: iniText(section, entry), list: null, map: null }
  const parts = isMap ? Object.entries(entry.map ?? {}).flat() : (entry.list ?? [])
  const parsed = parseEnvironment(entry.text)
  const same = isMap
    ? parsed.ok && parsed.surprises.length === 0 && sameJson(parsed.variables, entry.map)
    : sameJson(listOf(section, asText), entry.list)
  if (!same) return unsayable('INI', `the ${isMap ? 'variables' : 'list'} of ${entry.key} in [${section.name}]`, entry)
  if (!parts.some((part) => part.includes('%('))) return null
  return diagnostic({
    severity: 'warning',
    code: 'CONFIG_QUOTE_IN_VARIABLE',
    message: `INI fills in the variables of ${entry.key} before it is taken apart: a quote or comma in one of them counts`,
    at: entry.keyAt,
    help: 'see to it that no variable holds one, or stay with YAML',
  })
}

function unsayable(format: string, what: string, element: Section | Entry, help: string | null = null): Diagnostic {
  const at = 'keyAt' in element ? element.keyAt : element.at
  // Lines of options may hold secrets, and what is printed may end up in a log.
  const excerpt = 'keyAt' in element ? null : element.excerpt
  return diagnostic({
    code: 'CONFIG_NOT_PRINTABLE',
    message: `Cannot write ${what} as ${format}: it would be read differently`,
    at,
    excerpt,
    help,
  })
}
