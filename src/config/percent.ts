import { reprString } from '../model/python.js'

/** Flags, width and precision of one conversion. */
export interface Layout {
  /** Any of `-+ #0`. */
  readonly flags: string
  readonly width: number
  readonly precision: number | null
}

/** `%s`, `%r` or `%a` of a value, cut to the precision and padded with blanks. */
export function formatText(conversion: 's' | 'r' | 'a', value: string | number, layout: Layout): string {
  const plain = conversion === 's' || typeof value === 'number' ? String(value) : reprString(value)
  const chars = [...(conversion === 'a' ? ascii(plain) : plain)]
  return pad(layout.precision === null ? chars : chars.slice(0, layout.precision), layout)
}

/** `%d`, `%x`, `%f` and the other number conversions of a whole number. */
export function formatNumber(
  conversion: 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G',
  value: number,
  layout: Layout,
): string {
  const sign = value < 0 ? '-' : layout.flags.includes('+') ? '+' : layout.flags.includes(' ') ? ' ' : ''
  const { prefix, digits } = magnitude(conversion, Math.abs(value), layout)
  const room = layout.width - sign.length - prefix.length
  const filled = layout.flags.includes('0') && !layout.flags.includes('-') ? digits.padStart(room, '0') : digits
  return pad([...(sign + prefix + filled)], layout)
}

function magnitude(conversion: string, value: number, layout: Layout): { prefix: string; digits: string } {
  const alternate = layout.flags.includes('#')
  switch (conversion) {
    case 'd':
      return { prefix: '', digits: String(value).padStart(layout.precision ?? 0, '0') }
    case 'o':
      return { prefix: alternate ? '0o' : '', digits: value.toString(8).padStart(layout.precision ?? 0, '0') }
    case 'x':
      return { prefix: alternate ? '0x' : '', digits: value.toString(16).padStart(layout.precision ?? 0, '0') }
    case 'X':
      return {
        prefix: alternate ? '0X' : '',
        digits: value
          .toString(16)
          .toUpperCase()
          .padStart(layout.precision ?? 0, '0'),
      }
    default: {
      const text = float(conversion.toLowerCase(), value, layout.precision ?? 6, alternate)
      return { prefix: '', digits: conversion === conversion.toUpperCase() ? text.toUpperCase() : text }
    }
  }
}

/** A floating point text with at most 100 digits, which is all that `toFixed` and its kin can give. */
function float(conversion: string, value: number, asked: number, alternate: boolean): string {
  const precision = Math.min(asked, 100)
  if (conversion === 'f') return value.toFixed(precision) + (alternate && precision === 0 ? '.' : '')
  if (conversion === 'e') return exponent(value.toExponential(precision), alternate && precision === 0)
  const significant = Math.max(precision, 1)
  const power = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1])
  const wide = power < -4 || power >= significant
  const text = wide ? value.toExponential(significant - 1) : value.toFixed(significant - 1 - power)
  const trimmed = alternate || !text.includes('.') ? text : text.replace(/\.?0+(?=e|$)/, '')
  return wide ? exponent(trimmed, false) : trimmed
}

/** C writes at least two digits of exponent. */
function exponent(text: string, point: boolean): string {
  return text.replace(
    /e([+-])(\d+)$/,
    (_, sign: string, digits: string) => `${point ? '.' : ''}e${sign}${digits.padStart(2, '0')}`,
  )
}

function ascii(text: string): string {
  return [...text].map((char) => escapeCode(char, char.codePointAt(0) ?? 0)).join('')
}

function escapeCode(char: string, code: number): string {
  if (code < 0x80) return char
  if (code < 0x100) return `\\x${code.toString(16)}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}

function pad(chars: readonly string[], layout: Layout): string {
  const blanks = ' '.repeat(Math.max(0, layout.width - chars.length))
  return layout.flags.includes('-') ? chars.join('') + blanks : blanks + chars.join('')
}
