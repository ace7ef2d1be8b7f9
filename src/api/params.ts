import { reprString } from '../model/python.js'
import { failure, fault, type Result } from './faults.js'
import { isStruct, type XmlValue } from './value.js'

/**
 * A value as Python's `str()` shows it: what the original puts into fault texts for a parameter of a wrong type.
 */
export function pythonText(value: XmlValue): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

function pythonRepr(value: XmlValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return reprString(value)
  if (isStruct(value)) {
    const members = Object.entries(value).map(([name, member]) => `${reprString(name)}: ${pythonRepr(member)}`)
    return `{${members.join(', ')}}`
  }
  return `[${value.map(pythonRepr).join(', ')}]`
}

/** Python's name for the type of a value. */
function pythonType(value: XmlValue): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  if (typeof value === 'string') return 'str'
  return isStruct(value) ? 'dict' : 'list'
}

/** @returns whether Python takes the value for true: the original accepts anything for `wait` */
export function isTruthy(value: XmlValue): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

/**
 * Reads an offset or length as Python's `int()` does: text of digits and fractions are taken.
 *
 * @returns the number, or what the original answers instead
 */
export function toInteger(value: XmlValue): number | Result {
  if (typeof value === 'number' || typeof value === 'boolean') return Math.trunc(Number(value))
  if (typeof value !== 'string') return fault('INCORRECT_PARAMETERS')
  if (/^\s*[+-]?\d+\s*$/.test(value)) return Math.trunc(Number(value))
  return failure('ValueError', `invalid literal for int() with base 10: ${reprString(value)}`)
}

/**
 * Reads a process name.
 *
 * @returns the text; a failure for anything else, since the original answers HTTP 500 there
 */
export function toName(value: XmlValue): string | Result {
  if (typeof value === 'string') return value
  return failure('AttributeError', `'${pythonType(value)}' object has no attribute 'split'`)
}

/**
 * Reads a group name.
 *
 * @returns the text, or the fault the original has for other types
 */
export function toGroupName(value: XmlValue): string | Result {
  if (typeof value === 'string') return value
  if (value === null) return fault('BAD_NAME')
  return typeof value === 'object' ? fault('INCORRECT_PARAMETERS') : fault('BAD_NAME', pythonText(value))
}
