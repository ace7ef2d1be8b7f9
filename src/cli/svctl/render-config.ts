import { relative } from 'node:path'
import type { YamlValue } from '../../config/native.js'
import { printYaml, type YamlEntry } from '../../config/print-yaml.js'
import type { EffectiveOption, EffectiveSection } from '../../desired/effective.js'
import type { ConfigDocument, ConfigOption, Place } from './config.js'

/**
 * A configuration as YAML that a daemon reads as the same one, unless secrets are hidden. What is not set at all is a
 * comment.
 *
 * @param sections - those of the document, as they were found
 */
export function renderConfig(
  document: ConfigDocument,
  sections: readonly EffectiveSection[],
  origins: boolean,
  folder: string,
): string {
  const printed = document.sections.map(({ section, options }, index) => {
    const found = sections[index]?.options ?? []
    const rows = options.map((option, at) => ({ option, found: found[at] }))
    const plain = rows.filter(({ option }) => !option.option.startsWith(VARIABLE))
    const variables = rows.filter(({ option }) => option.option.startsWith(VARIABLE)).map(({ option }) => option)
    const entries = plain.flatMap(({ option, found }): readonly Line[] => lineOf(option, found, origins, folder))
    const environment = variables.length === 0 ? [] : [environmentLine(variables, origins, folder)]
    return { name: section, before: [], entries: withRemarks([...entries, ...environment]) }
  })
  return printYaml(printed)
}

const VARIABLE = 'environment.'

/** An option, or only a remark where there is nothing to write. */
type Line = YamlEntry | { readonly remark: string }

function lineOf(
  option: ConfigOption,
  found: EffectiveOption | undefined,
  origins: boolean,
  folder: string,
): readonly Line[] {
  const { option: key, value, perProcess, at, from, note } = option
  const beside = origins ? `# ${originText(at, from, folder)}` : null
  if (perProcess !== null && found?.written) {
    const before = Object.entries(perProcess).map(([name, text]) => `# ${name}: ${oneLine(text)}`)
    return [{ key, value: found.written, before, beside }]
  }
  if (value === null) return [{ remark: `# ${key}: ${note === '' ? 'none' : oneLine(note)}` }]
  return [{ key, value: escaped(value, found), before: [], beside }]
}

function environmentLine(variables: readonly ConfigOption[], origins: boolean, folder: string): YamlEntry {
  const nameOf = ({ option }: ConfigOption) => option.slice(VARIABLE.length)
  const value = Object.fromEntries(variables.map((one) => [nameOf(one), doubled(textOf(one))]))
  const before = origins ? variables.map((one) => `# ${nameOf(one)}: ${originText(one.at, one.from, folder)}`) : []
  return { key: 'environment', value, before, beside: null }
}

function textOf({ value, perProcess }: ConfigOption): string {
  if (perProcess === null) return String(value ?? '')
  return [...new Set(Object.values(perProcess))].join(' | ')
}

/** Percent signs as a file has to have them. */
function escaped(value: YamlValue, found: EffectiveOption | undefined): YamlValue {
  if (found === undefined || found.at === null || found.field.expands === 'none') return value
  if (typeof value === 'string') return doubled(value)
  return Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? doubled(item) : item)) : value
}

function doubled(text: string): string {
  return text.replaceAll('%', '%%')
}

function originText(at: Place | null, from: string | null, folder: string): string {
  if (at === null) return 'default'
  const near = relative(folder, at.file)
  const file = near.startsWith('..') ? at.file : near
  return `${oneLine(file)}:${at.line}${from === null ? '' : ` [${oneLine(from)}]`}`
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}

/** Remarks go above the option that follows them. */
function withRemarks(lines: readonly Line[]): readonly YamlEntry[] {
  const entries: YamlEntry[] = []
  let waiting: string[] = []
  for (const line of lines) {
    if ('remark' in line) waiting.push(line.remark)
    else {
      entries.push({ ...line, before: [...waiting, ...line.before] })
      waiting = []
    }
  }
  const last = entries.at(-1)
  return last === undefined || waiting.length === 0
    ? entries
    : [...entries.slice(0, -1), { ...last, before: [...last.before, ...waiting] }]
}
