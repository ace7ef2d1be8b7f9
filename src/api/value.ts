/**
 * What XML-RPC can carry. Integers outside 32 bits travel as doubles, date-times and base64 arrive as text.
 * Structs that were read are plain objects in which every member is an own property, `__proto__` too.
 */
export type XmlValue = null | boolean | number | string | readonly XmlValue[] | XmlStruct

/** A struct; members keep their order. */
export interface XmlStruct {
  readonly [member: string]: XmlValue
}

/** @returns whether the value is a struct, not an array and not a scalar */
export function isStruct(value: XmlValue): value is XmlStruct {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
