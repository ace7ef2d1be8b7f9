import { reprString } from '../model/python.js'
import { formatNumber, formatText, type Layout } from './percent.js'
import { closest } from './suggest.js'

/** Variables by name. */
export type Names = Readonly<Record<string, string | number>>

/** A value with its variables filled in, or why that failed. */
export type ExpandResult =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false
      /** Supervisor's text; it lists every name there is, those of the environment included. */
      readonly classic: string
      readonly message: string
      readonly help: string | null
      /** Where the faulty `%` is in the template, in UTF-16 units; `null` when it is not known. */
      readonly index: number | null
    }

/**
 * Fills in `%(name)s` and friends as Python's `%` operator does with a dictionary.
 *
 * A bare `%s`, which Python fills with a dump of the whole dictionary, is refused.
 *
 * @param where - the option for messages, for example `program:web.command`
 * @see Supervisor options.py, expand; Python's "printf-style String Formatting"
 */
export function expand(template: string, names: Names, where: string): ExpandResult {
  if (!template.includes('%')) return { ok: true, text: template }
  const chars = [...template]
  let text = ''
  let at = 0
  let keyed = false
  while (at < chars.length) {
    const char = chars[at] ?? ''
    if (char !== '%') {
      text += char
      at++
      continue
    }
    const filled = fillOne(chars, at, names, keyed)
    if (!filled.ok) return failure(template, chars, at, names, where, filled)
    text += filled.text
    at = filled.end
    keyed ||= filled.keyed
  }
  return { ok: true, text }
}

type Filled =
  | { readonly ok: true; readonly text: string; readonly end: number; readonly keyed: boolean }
  | { readonly ok: false; readonly unknown: string }
  | { readonly ok: false; readonly reason: string }

/**
 * One conversion, `chars[start]` being its `%`.
 *
 * @param keyed - whether a `%(name)` came before: Python then has nothing left for a conversion without a name
 */
function fillOne(chars: readonly string[], start: number, names: Names, keyed: boolean): Filled {
  let at = start + 1
  if (chars[at] === '%') return { ok: true, text: '%', end: at + 1, keyed: false }
  let value: string | number | null = null
  if (chars[at] === '(') {
    const end = closingParenthesis(chars, at)
    if (end < 0) return { ok: false, reason: 'incomplete format key' }
    const key = chars.slice(at + 1, end).join('')
    if (!Object.hasOwn(names, key)) return { ok: false, unknown: key }
    value = names[key] ?? ''
    at = end + 1
  }
  const exhausted = keyed && value === null
  const layout = parseLayout(chars, at)
  if ('reason' in layout) {
    // `*` takes the value itself as the width, after which none is left to print.
    const star = typeof value === 'number' || exhausted ? NO_ARGUMENT : '* wants int'
    return { ok: false, reason: layout.reason === '*' ? star : layout.reason }
  }
  if (exhausted) return { ok: false, reason: NO_ARGUMENT }
  const conversion = chars[layout.end] ?? ''
  const filled = convert(conversion, value, layout)
  if (filled === null) return { ok: false, reason: unsupported(conversion, layout.end) }
  return filled.ok ? { ok: true, text: filled.text, end: layout.end + 1, keyed: value !== null } : filled
}

/** What stands between `%` or `)` and the letter of the conversion, and where that letter is. */
function parseLayout(
  chars: readonly string[],
  start: number,
): (Layout & { readonly end: number }) | { readonly reason: string } {
  const flags = takeWhile(chars, start, '-+ #0')
  let at = start + flags.length
  if (chars[at] === '*') return { reason: '*' }
  const width = takeWhile(chars, at, DIGITS)
  at += width.length
  if (Number(width) > SIZE_MAX) return { reason: 'width too big' }
  let precision: number | null = null
  if (chars[at] === '.') {
    if (chars[at + 1] === '*') return { reason: '*' }
    const digits = takeWhile(chars, at + 1, DIGITS)
    precision = Number(digits)
    at += 1 + digits.length
    if (precision > SIZE_MAX) return { reason: 'precision too big' }
  }
  const end = ['h', 'l', 'L'].includes(chars[at] ?? '') ? at + 1 : at
  return end < chars.length ? { flags, width: Number(width), precision, end } : { reason: 'incomplete format' }
}

const DIGITS = '0123456789'
const NO_ARGUMENT = 'not enough arguments for format string'

/** Wider than any value needs; a template must not be able to ask for gigabytes. */
const SIZE_MAX = 65_536

type Converted = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/** @returns `null` for a character that is no conversion */
function convert(conversion: string, value: string | number | null, layout: Layout): Converted | null {
  const kind = value === null ? 'dict' : 'str'
  switch (conversion) {
    case 's':
    case 'r':
    case 'a':
      // Python would print every name and value here; the environment often holds secrets.
      if (value === null) return { ok: false, reason: NO_ARGUMENT }
      return { ok: true, text: formatText(conversion, value, layout) }
    case 'c':
      return character(value, layout)
    case 'd':
    case 'i':
    case 'u':
      if (typeof value === 'number') return { ok: true, text: formatNumber('d', value, layout) }
      return { ok: false, reason: `%${conversion} format: a real number is required, not ${kind}` }
    case 'o':
    case 'x':
    case 'X':
      if (typeof value === 'number') return { ok: true, text: formatNumber(conversion, value, layout) }
      return { ok: false, reason: `%${conversion} format: an integer is required, not ${kind}` }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      if (typeof value === 'number') return { ok: true, text: formatNumber(conversion, value, layout) }
      return { ok: false, reason: `must be real number, not ${kind}` }
    default:
      return null
  }
}

function character(value: string | number | null, layout: Layout): Converted {
  if (typeof value === 'number' && (value < 0 || value > 0x10ffff))
    return { ok: false, reason: '%c arg not in range(0x110000)' }
  const char = typeof value === 'number' ? String.fromCodePoint(value) : (value ?? '')
  if ([...char].length !== 1) return { ok: false, reason: '%c requires int or char' }
  return { ok: true, text: formatText('s', char, { ...layout, precision: null }) }
}

function unsupported(char: string, index: number): string {
  const code = char.codePointAt(0) ?? 0
  const shown = code >= 31 && code < 127 ? char : '?'
  return `unsupported format character '${shown}' (0x${code.toString(16)}) at index ${index}`
}

function closingParenthesis(chars: readonly string[], open: number): number {
  let depth = 0
  for (let i = open; i < chars.length; i++) {
    if (chars[i] === '(') depth++
    else if (chars[i] === ')' && --depth === 0) return i
  }
  return -1
}

function takeWhile(chars: readonly string[], start: number, allowed: string): string {
  let end = start
  while (end < chars.length && allowed.includes(chars[end] ?? '')) end++
  return chars.slice(start, end).join('')
}

function failure(
  template: string,
  chars: readonly string[],
  at: number,
  names: Names,
  where: string,
  fault: { readonly unknown: string } | { readonly reason: string },
): ExpandResult {
  const index = chars.slice(0, at).join('').length
  const prefix = `Format string ${reprString(template)} for ${reprString(where)}`
  if ('reason' in fault) {
    return {
      ok: false,
      classic: `${prefix} is badly formatted: ${fault.reason}`,
      message: `Cannot expand ${where}: ${fault.reason}`,
      help: 'write %% for a percent sign, and %(name)s for a variable',
      index,
    }
  }
  const near = closest(fault.unknown, Object.keys(names))
  const own = Object.keys(names).filter((name) => !name.startsWith('ENV_'))
  return {
    ok: false,
    classic: `${prefix} contains names (${reprString(fault.unknown)}) which cannot be expanded. Available names: ${Object.keys(names).sort().join(', ')}`,
    message: `Cannot expand ${where}: there is no "${fault.unknown}"`,
    help:
      near === null
        ? `names there are: ${own.sort().join(', ')}, and ENV_… of the environment`
        : `did you mean %(${near})s`,
    index,
  }
}
