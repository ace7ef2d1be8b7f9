import type { XmlValue } from './value.js'
import { type ScalarTag, scalar } from './xml-scalar.js'

/** What was found in a document: a call has a name, an answer a fault or one parameter. */
export interface Found {
  methodName: string | null
  params: readonly XmlValue[]
  fault: XmlValue | undefined
}

/** One open element with what was found inside it so far. */
export interface Frame {
  readonly tag: string
  text: string
  /** Of a value, its typed content; of a member, its value; `undefined` for none yet. */
  value: XmlValue | undefined
  name: string | null
  /** Made when the first one comes: an answer has tens of thousands of elements and few of them hold any. */
  items: XmlValue[] | null
  members: [string, XmlValue][] | null
}

/** Ends a parse from inside its callbacks; thrown and caught within the codec only. */
export class Malformed extends Error {}

/** Which elements may stand in which; what is in none of these lists has only text. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  '#root': ['methodName', 'params', 'fault'],
  params: ['param'],
  param: ['value'],
  fault: ['value'],
  array: ['data'],
  data: ['value'],
  struct: ['member'],
  member: ['name', 'value'],
}

const TYPES: ReadonlySet<string> = new Set<ScalarTag | 'array' | 'struct'>([
  'int',
  'i1',
  'i2',
  'i4',
  'i8',
  'bigint',
  'biginteger',
  'boolean',
  'string',
  'double',
  'float',
  'dateTime.iso8601',
  'base64',
  'nil',
  'array',
  'struct',
])

/**
 * Begins an element.
 *
 * @throws Malformed when it has no place inside `parent`
 */
export function openFrame(name: string, parent: Frame | undefined): Frame {
  // A namespace prefix is how some servers mark <ex:nil/> and <ex:i8>.
  const tag = parent === undefined ? '#root' : name.slice(name.indexOf(':') + 1)
  if (parent !== undefined && !mayContain(parent, tag)) throw new Malformed(`<${tag}> inside <${parent.tag}>`)
  return { tag, text: '', value: undefined, name: null, items: null, members: null }
}

function mayContain(parent: Frame, tag: string): boolean {
  if (parent.tag !== 'value') return CHILDREN[parent.tag]?.includes(tag) ?? false
  return parent.value === undefined && TYPES.has(tag)
}

/** Adds text between tags; text in elements that only hold other elements is skipped. */
export function addText(frame: Frame | undefined, chunk: string): void {
  if (frame !== undefined && CHILDREN[frame.tag] === undefined) frame.text += chunk
}

/**
 * Ends an element and hands what it holds to its parent or to `found`.
 *
 * @throws Malformed when its content is not what the element promises
 */
export function closeFrame(frame: Frame, parent: Frame | undefined, found: Found): void {
  if (parent === undefined) return
  switch (frame.tag) {
    case 'methodName':
      found.methodName = frame.text
      return
    case 'name':
      parent.name = frame.text
      return
    case 'params':
      found.params = frame.items ?? []
      return
    case 'fault':
      found.fault = onlyItem(frame)
      return
    case 'param':
      addItem(parent, onlyItem(frame))
      return
    case 'value':
      closeValue(frame.value === undefined ? frame.text : frame.value, parent)
      return
    case 'data':
      parent.items = frame.items
      return
    case 'array':
      parent.value = frame.items ?? []
      return
    case 'member':
      closeMember(frame, parent)
      return
    case 'struct':
      // Not by assignment: a member may be named __proto__. And not without a prototype, which costs a hash table each.
      parent.value = Object.fromEntries(frame.members ?? [])
      return
    default:
      parent.value = readScalar(frame)
  }
}

function onlyItem({ tag, items }: Frame): XmlValue {
  const item = items?.[0]
  if (item === undefined || items?.length !== 1) throw new Malformed(`<${tag}> without exactly one value`)
  return item
}

/** A value within a member is that member's, anywhere else the next of a list. */
function closeValue(value: XmlValue, parent: Frame): void {
  if (parent.tag === 'member') parent.value = value
  else addItem(parent, value)
}

function addItem(parent: Frame, value: XmlValue): void {
  parent.items ??= []
  parent.items.push(value)
}

function closeMember(frame: Frame, parent: Frame): void {
  if (frame.name === null || frame.value === undefined) throw new Malformed('a member without name or value')
  parent.members ??= []
  parent.members.push([frame.name, frame.value])
}

function readScalar(frame: Frame): XmlValue {
  const read = scalar(frame.tag as ScalarTag, frame.text)
  if (!read.ok) throw new Malformed(`<${frame.tag}> cannot be ${JSON.stringify(frame.text.slice(0, 40))}`)
  return read.value
}
