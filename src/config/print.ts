import { encode, safe } from 'ini'
import type { Diagnostic, Parsed, Position } from '../model/diagnostic.js'
import { diagnostic } from './codes.js'
import { readIni } from './ini.js'

/** What is needed of a section to write it; a `Section` of a document will do. */
export interface PrintableSection {
  readonly name: string
  readonly at?: Position
  /** Lines to stand above it: comments and empty lines. */
  readonly before?: readonly string[]
  readonly entries: Readonly<Record<string, PrintableEntry>>
}

/** What is needed of an option to write it. */
export interface PrintableEntry {
  readonly text: string
  readonly keyAt?: Position
  /** Lines to stand above it: comments and empty lines. */
  readonly before?: readonly string[]
  /** A comment to stand on its line, if the value stays the same with it. */
  readonly beside?: string | null
}

/**
 * Writes sections as INI text that `readIni` reads back as the same sections.
 *
 * @returns an error for each part that this dialect cannot say, for example ` ;` within a value
 */
export function printIni(sections: readonly PrintableSection[]): Parsed<string> {
  const errors: Diagnostic[] = []
  const blocks = sections.map((section) => {
    if (!readsBack(section.name, null, printHeader(section.name)))
      errors.push(unprintable(`the section name ${JSON.stringify(section.name)}`, section.at))
    const lines = Object.entries(section.entries).map(([key, { text, keyAt, before, beside }]) => {
      const line = printOption(key, text)
      if (!readsBack('x', { key, text }, printHeader('x') + line))
        errors.push(unprintable(`the value of ${key} in [${section.name}]`, keyAt))
      return printLines(before ?? []) + (beside ? withRemark(key, text, line, beside) : line)
    })
    return printLines(section.before ?? []) + printHeader(section.name) + lines.join('')
  })
  return errors.length > 0 ? { ok: false, errors, warnings: [] } : { ok: true, value: blocks.join('\n'), warnings: [] }
}

function printLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function printHeader(name: string): string {
  return `[${name}]\n`
}

/** `ini` writes what means the same in every dialect; it would quote and escape the rest, which ours takes literally. */
function printOption(key: string, text: string): string {
  if (text !== '' && safe(key) === key && safe(text) === text) return encode({ [key]: text }, { platform: 'linux' })
  return `${key}=${text.split('\n').map(continued).join('\n')}\n`
}

/** The comment beside the option, or above it where it would become part of the value. */
function withRemark(key: string, text: string, line: string, remark: string): string {
  const commented = `${line.slice(0, -1)} ${remark}\n`
  const fits = !text.includes('\n') && readsBack('x', { key, text }, printHeader('x') + commented)
  return fits ? commented : printLines([remark]) + line
}

function continued(line: string, index: number): string {
  return index === 0 || line === '' ? line : `    ${line}`
}

function readsBack(
  name: string,
  option: { readonly key: string; readonly text: string } | null,
  text: string,
): boolean {
  const read = readIni(new TextEncoder().encode(text), '')
  const section = read.ok && read.value.length === 1 ? read.value[0] : undefined
  if (section === undefined || section.name !== name) return false
  const entries = Object.values(section.entries)
  if (option === null) return entries.length === 0
  return entries.length === 1 && entries[0]?.key === option.key && entries[0].text === option.text
}

function unprintable(what: string, at: Position | undefined): Diagnostic {
  return diagnostic({
    code: 'CONFIG_NOT_PRINTABLE',
    message: `Cannot write ${what} as INI: it would be read differently`,
    at: at ?? null,
    help: 'INI knows no quoting: a value cannot have " ;" or " #" in it, nor begin or end with a blank',
  })
}
