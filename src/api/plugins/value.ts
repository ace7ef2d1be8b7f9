import type { XmlValue } from '../value.js'

/** Deeper than any answer needs, and than what contains itself. */
const DEPTH_MAX = 64

/**
 * What a plugin returned, as XML-RPC can carry it: a copy, so that the plugin may go on changing its own.
 *
 * @throws TypeError naming the place of what cannot be sent
 */
export function toXmlValue(value: unknown, place = 'the result', depth = 0): XmlValue {
  if (depth > DEPTH_MAX) throw new TypeError(`${place} is nested too deeply, or contains itself`)
  switch (typeof value) {
    case 'undefined':
      return null
    case 'boolean':
    case 'string':
      return value
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${place} is ${value}, which XML-RPC cannot carry`)
      return value
    case 'object':
      return value === null ? null : fromObject(value, place, depth + 1)
    default:
      throw new TypeError(`${place} is a ${typeof value}, which XML-RPC cannot carry`)
  }
}

function fromObject(value: object, place: string, depth: number): XmlValue {
  if (Array.isArray(value)) return value.map((item, at) => toXmlValue(item, `${place}[${at}]`, depth))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError(
      `${place} is an instance of ${value.constructor?.name ?? 'a class'}, which XML-RPC cannot carry`,
    )
  }
  const struct: Record<string, XmlValue> = Object.create(null)
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) struct[name] = toXmlValue(member, `${place}.${name}`, depth)
  }
  return struct
}
