import type { Diagnostic, Severity } from '../model/diagnostic.js'

/** How a diagnostic is to look. */
export interface RenderOptions {
  /** Use the colours of terminals. */
  readonly color: boolean
}

/**
 * A diagnostic as text for people: place, severity, code and message; the source line with carets under what is meant;
 * what to write instead. No line end at the end.
 */
export function renderDiagnostic(found: Diagnostic, { color }: RenderOptions): string {
  const { severity, at } = found
  const paint = (codes: string, text: string) => (color ? `\x1b[${codes}m${text}\x1b[0m` : text)
  const head = at === null ? '' : `${paint('1', `${visible(at.file)}:${at.line}:${at.column}:`)} `
  const colour = COLOURS[severity]
  const kind = paint(`1;${colour}`, `${severity} ${found.code}:`)
  const lines = [`${head}${kind} ${indentRest(found.message)}`]
  if (at !== null && found.excerpt !== null) {
    const number = String(at.line)
    const shown = clip(found.excerpt, at.column - 1, (at.endColumn ?? at.column + 1) - 1)
    const margin = number.padStart(Math.max(5, number.length))
    lines.push(`${margin} | ${shown.text}`)
    const carets = paint(colour, '^'.repeat(Math.max(1, shown.caretWidth)))
    lines.push(`${' '.repeat(margin.length)} | ${' '.repeat(shown.caretStart)}${carets}`)
  }
  if (found.help !== null) lines.push(`  ${paint('36', 'help:')} ${indentRest(found.help)}`)
  return lines.join('\n')
}

/** Diagnostics one below the other; no line end at the end. */
export function renderDiagnostics(list: readonly Diagnostic[], options: RenderOptions): string {
  return list.map((found) => renderDiagnostic(found, options)).join('\n')
}

/** SGR codes: red, yellow, cyan. */
const COLOURS = { error: '31', warning: '33', note: '36' } as const satisfies Record<Severity, string>

const EXCERPT_COLUMNS_MAX = 160
const TAB_COLUMNS = 4

interface Clipped {
  readonly text: string
  /** Terminal columns before the first caret. */
  readonly caretStart: number
  readonly caretWidth: number
}

/** Makes a source line fit a terminal around the span that is meant; `start` and `end` are UTF-16 offsets. */
function clip(line: string, start: number, end: number): Clipped {
  const from = Math.min(start, line.length)
  const to = Math.max(from, Math.min(end, line.length))
  const before = visible(line.slice(0, from))
  const meant = visible(line.slice(from, to))
  const after = visible(line.slice(to))
  if (columns(before) + columns(meant) + columns(after) <= EXCERPT_COLUMNS_MAX)
    return { text: before + meant + after, caretStart: columns(before), caretWidth: columns(meant) }
  const third = EXCERPT_COLUMNS_MAX / 3
  const left = columns(before) > third ? `…${[...before].slice(-third).join('')}` : before
  const middle = columns(meant) > third ? `${[...meant].slice(0, third).join('')}…` : meant
  const right = columns(after) > third ? `${[...after].slice(0, third).join('')}…` : after
  return { text: left + middle + right, caretStart: columns(left), caretWidth: columns(middle) }
}

/** Tabs as blanks, other control characters as their pictures: a file must not steer the terminal it is shown on. */
function visible(text: string): string {
  return text
    .replaceAll('\t', ' '.repeat(TAB_COLUMNS))
    .replace(/[\x00-\x1f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
    .replace(/[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '\ufffd')
}

function indentRest(text: string): string {
  return text.split('\n').map(visible).join('\n    ')
}

/** Terminal columns of a text: two for East Asian wide characters and emoji, none for marks that combine. */
function columns(text: string): number {
  let width = 0
  for (const char of text) {
    if (/^[\p{Mn}\p{Me}\u200b-\u200d]$/u.test(char)) continue
    width += WIDE.test(char) ? 2 : 1
  }
  return width
}

const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}])$/u
