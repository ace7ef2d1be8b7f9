import { reprString } from '../model/python.js'
import { formatNumber, formatText } from './percent.js'
import { closest } from './suggest.js'

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
export function expand(
  template: string,
  names: Readonly<Record<string, string | number>>,
  where: string,
): ExpandResult {
  if (!template.includes('%')) return { ok: true, text: template }
  const chars = [...template]
  let text = ''
  let at = 0
  while (at < chars.length) {
    const char = chars[at] ?? ''
    if (char !== '%') {
      text += char
      at++
      continue
    }
    const filled = fillOne(chars, at, names)
    if (!filled.ok) return failure(template, chars, at, names, where, filled)
    text += filled.text
    at = filled.end
  }
  return { ok: true, text }
}

type Filled =
  | { readonly ok: true; readonly text: string; readonly end: number }
  | { readonly ok: false; readonly unknown: string }
  | { readonly ok: false; readonly reason: string }

/** One conversion, `chars[start]` being its `%`. */
function fillOne(chars: readonly string[], start: number, names: Readonly<Record<string, string | number>>): Filled {
  let at = start + 1
  if (chars[at] === '%') return { ok: true, text: '%', end: at + 1 }
  let key: string | null = null
  if (chars[at] === '(') {
    const end = closingParenthesis(chars, at)
    if (end < 0) return { ok: false, reason: 'incomplete format key' }
    key = chars.slice(at + 1, end).join('')
    if (!Object.hasOwn(names, key)) return { ok: false, unknown: key }
    at = end + 1
  }
  const value = key === null ? null : (names[key] ?? '')
  const flags = takeWhile(chars, at, '-+ #0')
  at += flags.length
  let spent = false
  let width = 0
  if (chars[at] === '*') {
    if (typeof value !== 'number') return { ok: false, reason: '* wants int' }
    spent = true
    at++
  } else {
    const digits = takeWhile(chars, at, '0123456789')
    width = Number(digits)
    at += digits.length
    if (width > SIZE_MAX) return { ok: false, reason: 'width too big' }
  }
  let precision: number | null = null
  if (chars[at] === '.') {
    at++
    if (chars[at] === '*') {
      if (spent) return { ok: false, reason: 'not enough arguments for format string' }
      if (typeof value !== 'number') return { ok: false, reason: '* wants int' }
      spent = true
      at++
    }
    const digits = takeWhile(chars, at, '0123456789')
    precision = Number(digits)
    at += digits.length
    if (precision > SIZE_MAX) return { ok: false, reason: 'precision too big' }
  }
  if ('hlL'.includes(chars[at] ?? '-')) at++
  const conversion = chars[at]
  if (conversion === undefined) return { ok: false, reason: 'incomplete format' }
  if (spent) return { ok: false, reason: 'not enough arguments for format string' }
  const layout = { flags, width, precision }
  const filled = convert(conversion, value, layout)
  if (filled === null) return { ok: false, reason: unsupported(conversion, at) }
  return filled.ok ? { ok: true, text: filled.text, end: at + 1 } : filled
}

/** Wider than any value needs; a template must not be able to ask for gigabytes. */
const SIZE_MAX = 65_536

type Converted = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/** @returns `null` for a character that is no conversion */
function convert(
  conversion: string,
  value: string | number | null,
  layout: { readonly flags: string; readonly width: number; readonly precision: number | null },
): Converted | null {
  const kind = value === null ? 'dict' : 'str'
  switch (conversion) {
    case 's':
    case 'r':
    case 'a':
      // Python would print every name and value here; the environment often holds secrets.
      if (value === null) return { ok: false, reason: 'not enough arguments for format string' }
      return { ok: true, text: formatText(conversion, value, layout) }
    case 'c':
      if (typeof value === 'number' ? value < 0 || value > 0x10ffff : [...(value ?? '')].length !== 1)
        return {
          ok: false,
          reason: typeof value === 'number' ? '%c arg not in range(0x110000)' : '%c requires int or char',
        }
      return {
        ok: true,
        text: formatText('s', typeof value === 'number' ? String.fromCodePoint(value) : (value ?? ''), {
          ...layout,
          precision: null,
        }),
      }
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
  names: Readonly<Record<string, string | number>>,
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
