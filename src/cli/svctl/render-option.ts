import { SECTIONS, type SectionKind } from '../../config/fields.js'
import type { OptionDocument } from './explain-option.js'
import type { Place } from './explain-places.js'
import { type Paint, printable } from './paint.js'
import { pad, renderTable } from './table.js'

const LABEL_COLUMNS = 12

/** One option as text: what it is, what a change of it disturbs, where it is set. */
export function renderOption(document: OptionDocument, paint: Paint): string {
  const { option, sections, doc, note, places, file, problem } = document
  const facts: readonly (readonly [string, string])[] = [
    ['sections', sections.map(sectionTitle).join(', ')],
    ['type', typeText(document)],
    ['default', defaultText(document)],
    ['expansions', expansionText(document)],
    ['a change', document.change],
    ...(note === null ? [] : [['note', note] as const]),
  ]
  const head = `${paint.bold(option)}: ${doc}\n`
  const body = facts.map(([label, text]) => `  ${pad(label, LABEL_COLUMNS)}${text}\n`).join('')
  if (file === null) return `${head}${body}no configuration file was found to look in\n`
  if (problem !== '') return `${head}${body}${paint.red('cannot look where it is set:')} ${printable(problem)}\n`
  if (places.length === 0) return `${head}${body}not set in ${printable(file)} or what it includes\n`
  return `${head}${body}${paint.bold('set in')}\n${renderTable(places.map(placeRow))}`
}

/** Title of a section of a kind: `[program:x]`. */
function sectionTitle(kind: SectionKind): string {
  return SECTIONS[kind].naming === 'named' ? `[${kind}:x]` : `[${kind}]`
}

function typeText({ type, unit, choices, required }: OptionDocument): string {
  const what = choices === null ? TYPES[type] : `one of ${choices.join(', ')}`
  return `${what}${unit === null ? '' : `, in ${unit}`}${required ? '; required' : ''}`
}

const TYPES: Readonly<Record<OptionDocument['type'], string>> = {
  text: 'text',
  command: 'a command with its arguments',
  integer: 'a whole number',
  boolean: 'yes or no (true, false, on, off, 1, 0)',
  octal: 'an octal mode such as 022',
  bytes: 'a size such as 50MB',
  signal: 'a signal, by name or number',
  'exit-codes': 'a list of exit codes',
  list: 'a list, separated by commas',
  lines: 'a list, one item a line',
  autorestart: 'a restart policy',
  'log-level': 'a log level',
  'log-file': 'a file, AUTO, NONE or syslog',
  file: 'a file whose folder exists',
  directory: 'a folder that exists',
  user: 'a user, by name or number',
  owner: 'a user, or user:group',
  address: 'host:port or port',
  environment: 'variables, NAME="value" separated by commas',
  limit: 'a limit, or SOFT:HARD, or unlimited',
  'io-priority': 'idle, best-effort or realtime, with a level such as :4',
  'cpu-share': 'a share of one CPU such as 50%, or a number of CPUs',
  choice: 'a word',
}

function defaultText({ default: text, defaultNote, required }: OptionDocument): string {
  if (defaultNote !== null) return defaultNote
  if (text === null) return required ? 'none, it has to be set' : 'none'
  return text === '' ? 'empty' : text
}

function expansionText({ expansions }: OptionDocument): string {
  return expansions.length === 0 ? 'none' : expansions.map((name) => `%(${name})s`).join(' ')
}

function placeRow({ section, file, line, column, value, from }: Place): readonly string[] {
  const origin = from === null ? '' : ` (from [${from}])`
  return [
    `  [${printable(section)}]`,
    `${printable(file)}:${line}:${column}`,
    `${printable(value)}${printable(origin)}`,
  ]
}
