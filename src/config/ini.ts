import type { Diagnostic, Parsed, Position } from '../model/diagnostic.js'
import { reprString } from '../model/python.js'
import { isBlank, leadingBlanks, strip, stripEnd } from './blanks.js'
import { diagnostic } from './codes.js'
import { badEncoding, decodeUtf8 } from './decode.js'
import type { Entry, Section } from './document.js'
import type { Remark } from './remarks.js'

/** Most bad lines of one file that are told of: a file of another kind has thousands, and none of them helps. */
const BAD_LINES_MAX = 1000

/**
 * Reads one file in the dialect of Python's RawConfigParser as Supervisor sets it up: not strict, with `;` and `#`
 * as inline comments. Sections that come twice are merged, `[DEFAULT]` is a section like any other.
 *
 * @param shownAs - how Supervisor's texts name the file, when not by `file`
 * @returns every error found, never just the first; of bad lines the first thousand
 * @see Python configparser.py, `RawConfigParser._read`
 */
export function readIni(bytes: Uint8Array, file: string, shownAs: string = file): Parsed<readonly Section[]> {
  const decoded = decodeUtf8(bytes)
  if (!decoded.ok) return { ok: false, errors: [badEncoding(decoded, file)], warnings: [] }
  const reader = new IniReader(file)
  for (const line of splitLines(decoded.text)) reader.read(line)
  return reader.finish(shownAs)
}

/** The comments of a text in this dialect, by line. */
export function iniRemarks(text: string): readonly Remark[] {
  return splitLines(text).flatMap((line, index): readonly Remark[] => {
    const start = commentStart(line)
    if (start < 0) return []
    const alone = strip(line.slice(0, start)) === ''
    const comment = alone ? strip(line) : stripEnd(line.slice(start))
    return [{ line: index + 1, text: comment.slice(1), alone }]
  })
}

/** The text as lines with their `\n`; `\r\n` and `\r` end a line too. */
function splitLines(text: string): readonly string[] {
  return (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).match(/[^\n]*\n|[^\n]+/g) ?? []
}

interface OpenOption {
  readonly key: string
  readonly lines: string[]
  readonly at: Position
  readonly keyAt: Position
  readonly excerpt: string
  readonly replaces: Position | null
}

interface OpenSection {
  readonly name: string
  readonly at: Position
  readonly excerpt: string
  readonly options: Map<string, OpenOption>
  readonly again: { readonly at: Position; readonly excerpt: string }[]
}

interface BadLine {
  readonly line: number
  /** With its `\n`. */
  readonly text: string
}

/** The state between two lines of one file. */
class IniReader {
  readonly #file: string
  readonly #sections = new Map<string, OpenSection>()
  readonly #warnings: Diagnostic[] = []
  readonly #badLines: BadLine[] = []
  #headless: BadLine | null = null
  #section: OpenSection | null = null
  #option: OpenOption | null = null
  #indent = 0
  #line = 0

  constructor(file: string) {
    this.#file = file
  }

  read(line: string): void {
    this.#line++
    const comment = commentStart(line)
    const content = strip(comment < 0 ? line : line.slice(0, comment))
    if (content === '') {
      if (comment < 0) this.#option?.lines.push('')
      return
    }
    const indent = leadingBlanks(line)
    const option = this.#option
    if (option !== null && indent > this.#indent) {
      option.lines.push(content)
      if (comment >= 0) this.#checkQuotes(option, line, comment)
      return
    }
    this.#indent = indent
    const bracket = content.lastIndexOf(']')
    if (content.startsWith('[') && bracket > 1) this.#openSection(content.slice(1, bracket), indent, line)
    else if (this.#section === null) this.#headless ??= { line: this.#line, text: line }
    else this.#openOption(this.#section, content, indent, line, comment)
  }

  finish(shownAs: string): Parsed<readonly Section[]> {
    const warnings = this.#warnings
    const errors = [...this.#headlessErrors(shownAs), ...this.#badLineErrors(shownAs)]
    if (errors.length > 0) return { ok: false, errors, warnings }
    return { ok: true, value: [...this.#sections.values()].map((section) => this.#close(section)), warnings }
  }

  #openSection(name: string, indent: number, line: string): void {
    const at = this.#position(indent, indent + name.length + 2)
    const excerpt = withoutEnd(line)
    const known = this.#sections.get(name)
    known?.again.push({ at, excerpt })
    const section = known ?? { name, at, excerpt, options: new Map(), again: [] }
    this.#sections.set(name, section)
    this.#section = section
    this.#option = null
  }

  #openOption(section: OpenSection, content: string, indent: number, line: string, comment: number): void {
    const delimiter = content.search(/[=:]/)
    const written = stripEnd(content.slice(0, Math.max(delimiter, 0)))
    if (written === '') {
      if (this.#badLines.length < BAD_LINES_MAX) this.#badLines.push({ line: this.#line, text: line })
      // Python keeps an option named '' open after `=x`, which can then not be continued.
      if (delimiter >= 0) this.#option = null
      return
    }
    const behind = content.slice(delimiter + 1)
    const value = strip(behind)
    const start = indent + delimiter + 1 + leadingBlanks(behind)
    const key = written.toLowerCase()
    const option: OpenOption = {
      key,
      lines: [value],
      at: this.#position(start, start + value.length),
      keyAt: this.#position(indent, indent + written.length),
      excerpt: withoutEnd(line),
      replaces: section.options.get(key)?.keyAt ?? null,
    }
    section.options.set(key, option)
    this.#option = option
    if (comment >= 0) this.#checkQuotes(option, line, comment)
  }

  /** Warns when a comment ends a value inside quotes that close within the comment: hardly meant. */
  #checkQuotes(option: OpenOption, line: string, comment: number): void {
    const quote = openQuote(option.lines)
    if (quote === null || !line.includes(quote, comment)) return
    const mark = line.charAt(comment)
    const excerpt = withoutEnd(line)
    this.#warnings.push(
      diagnostic({
        severity: 'warning',
        code: 'CONFIG_COMMENT_IN_QUOTES',
        message: `The value of ${option.key} ends inside quotes, because "${mark}" after a blank starts a comment`,
        at: this.#position(comment, excerpt.length),
        excerpt,
        help: `quotes do not protect "${mark}"; write it without the blank before it, or move the command into a script`,
      }),
    )
  }

  #close(section: OpenSection): Section {
    const entries = [...section.options.values()].map((option): [string, Entry] => {
      const { key, at, keyAt, excerpt, replaces } = option
      const entry = { key, text: stripEnd(option.lines.join('\n')), list: null, map: null, at, keyAt, excerpt }
      return [key, replaces === null ? entry : { ...entry, replaces }]
    })
    const { name, at, excerpt, again } = section
    const closed = { name, at, excerpt, file: this.#file, entries: Object.fromEntries(entries) }
    return again.length === 0 ? closed : { ...closed, again }
  }

  #headlessErrors(shownAs: string): readonly Diagnostic[] {
    const bad = this.#headless
    if (bad === null) return []
    const mark = bad.text.startsWith('\ufeff')
    return [
      diagnostic({
        code: 'CONFIG_NO_SECTION_HEADER',
        message: 'Cannot read a line before the first [section]',
        at: this.#positionOf(bad),
        excerpt: withoutEnd(bad.text),
        help: mark
          ? 'save the file without the byte order mark'
          : (unclosed(bad.text) ?? 'begin with a section, for example [supervisord]'),
        classic: `File contains no section headers.\nfile: ${reprString(shownAs)}, line: ${bad.line}\n${reprString(bad.text)}`,
      }),
    ]
  }

  #badLineErrors(shownAs: string): readonly Diagnostic[] {
    const rows = this.#badLines.map((bad) => `\n\t[line ${String(bad.line).padStart(2)}]: ${reprString(bad.text)}`)
    const classic = `Source contains parsing errors: ${reprString(shownAs)}${rows.join('')}`
    return this.#badLines.map((bad) =>
      diagnostic({
        code: 'CONFIG_BAD_LINE',
        message: `Cannot read the line as "option = value": ${JSON.stringify(strip(bad.text))}`,
        at: this.#positionOf(bad),
        excerpt: withoutEnd(bad.text),
        help: unclosed(bad.text) ?? 'write option=value; a line that continues a value begins with a blank',
        classic,
      }),
    )
  }

  #position(start: number, end: number): Position {
    return { file: this.#file, line: this.#line, column: start + 1, endColumn: end + 1 }
  }

  #positionOf(bad: BadLine): Position {
    const start = leadingBlanks(bad.text)
    return { file: this.#file, line: bad.line, column: start + 1, endColumn: stripEnd(bad.text).length + 1 }
  }
}

/**
 * Where the comment of a line starts, 0 when it is nothing else, -1 for none. Both marks of an inline comment are
 * searched in lock-step: the first round in which one of them follows a blank decides, so that in `a;b ;c #d` the `#`
 * wins.
 */
function commentStart(line: string): number {
  if (!/[;#]/.test(line)) return -1
  if (/^[;#]/.test(strip(line))) return 0
  let found = [
    { mark: ';', index: -1 },
    { mark: '#', index: -1 },
  ]
  while (found.length > 0) {
    found = found
      .map(({ mark, index }) => ({ mark, index: line.indexOf(mark, index + 1) }))
      .filter(({ index }) => index >= 0)
    const starts = found.map(({ index }) => index).filter((i) => i === 0 || isBlank(line.charAt(i - 1)))
    if (starts.length > 0) return Math.min(...starts)
  }
  return -1
}

/** The quote that a value of these lines is still inside of. */
function openQuote(lines: readonly string[]): string | null {
  let quote: string | null = null
  for (const char of lines.join('')) {
    if (quote === null) quote = char === '"' || char === "'" ? char : null
    else if (char === quote) quote = null
  }
  return quote
}

function withoutEnd(line: string): string {
  return line.endsWith('\n') ? line.slice(0, -1) : line
}

/** What to write instead of the beginning of a section's header; `null` for a line that is none. */
function unclosed(line: string): string | null {
  const text = strip(line)
  return text.startsWith('[') && !text.includes(']') ? `close the header of the section: ${text}]` : null
}
