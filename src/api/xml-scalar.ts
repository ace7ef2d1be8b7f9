import { Buffer } from 'node:buffer'
import type { XmlValue } from './value.js'

/** Elements that hold only text. */
export type ScalarTag =
  | 'int'
  | 'i1'
  | 'i2'
  | 'i4'
  | 'i8'
  | 'bigint'
  | 'biginteger'
  | 'boolean'
  | 'string'
  | 'double'
  | 'float'
  | 'dateTime.iso8601'
  | 'base64'
  | 'nil'

/** A scalar, or that its text is not one. */
export type Scalar = { readonly ok: true; readonly value: XmlValue } | { readonly ok: false }

const BAD: Scalar = { ok: false }

/**
 * Reads the text of a typed element.
 *
 * @returns a boolean only for `1`, as the original; integers beyond 53 bits and invalid UTF-8 in base64 are refused
 * @see spec rpc.md §4. Unlike the original `i8` is a number and not its text.
 */
export function scalar(tag: ScalarTag, text: string): Scalar {
  switch (tag) {
    case 'string':
      return good(text)
    case 'boolean':
      return good(text.trim() === '1')
    case 'nil':
      return good(null)
    case 'double':
    case 'float':
      return readDouble(text.trim())
    case 'dateTime.iso8601':
      return /^\d{8}T\d{2}:\d{2}:\d{2}$/.test(text) ? good(text) : BAD
    case 'base64':
      return readBase64(text)
    default:
      return readInteger(text.trim())
  }
}

function good(value: XmlValue): Scalar {
  return { ok: true, value }
}

function readInteger(text: string): Scalar {
  if (!/^[+-]?\d+$/.test(text)) return BAD
  const value = Number(text)
  return Number.isSafeInteger(value) ? good(value + 0) : BAD
}

function readDouble(text: string): Scalar {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? good(Number(text)) : BAD
}

function readBase64(text: string): Scalar {
  try {
    return good(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'base64')))
  } catch {
    return BAD // not UTF-8: the one thing a fatal decoder throws for
  }
}
