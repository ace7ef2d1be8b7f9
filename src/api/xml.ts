import { SaxesParser } from 'saxes'
import { isStruct, type XmlStruct, type XmlValue } from './value.js'
import { addText, closeFrame, type Found, type Frame, Malformed, openFrame } from './xml-frame.js'
import { cleanText, escapeText } from './xml-text.js'

/** What a request body turned out to be. The reasons are the original's words for the activity log. */
export type DecodedCall =
  | { readonly ok: true; readonly methodName: string; readonly params: readonly XmlValue[] }
  | { readonly ok: false; readonly reason: 'unmarshallable' | 'no method name' }

/** What an answer turned out to be. */
export type DecodedResponse =
  | { readonly kind: 'value'; readonly value: XmlValue }
  | { readonly kind: 'fault'; readonly code: number; readonly text: string }
  | { readonly kind: 'malformed'; readonly reason: string }

/** Elements open at once; an array inside an array costs three. */
const DEPTH_MAX = 240

/**
 * Reads a method call. Never throws, whatever the text.
 *
 * The name of the root element, attributes and text between elements are not looked at, as in the original.
 * Document types are refused and with them every entity but the five of XML. Size is the caller's to limit.
 */
export function decodeCall(text: string): DecodedCall {
  const read = decode(text)
  if (!read.ok) return { ok: false, reason: 'unmarshallable' }
  const { methodName, params } = read.found
  return methodName ? { ok: true, methodName, params } : { ok: false, reason: 'no method name' }
}

/**
 * Reads the answer of any XML-RPC server, Debian's Supervisor included. Never throws.
 *
 * Characters that XML forbids are replaced first: the original sends them raw when a log has them.
 */
export function decodeResponse(text: string): DecodedResponse {
  const read = decode(cleanText(text))
  if (!read.ok) return { kind: 'malformed', reason: read.reason }
  const { params, fault } = read.found
  if (fault !== undefined) return readFault(fault)
  const [value, ...more] = params
  if (value === undefined || more.length > 0) return { kind: 'malformed', reason: 'not one value' }
  return { kind: 'value', value }
}

function readFault(fault: XmlValue): DecodedResponse {
  if (!isStruct(fault)) return { kind: 'malformed', reason: 'a fault that is no struct' }
  const code = Number(fault.faultCode)
  if (!Number.isInteger(code)) return { kind: 'malformed', reason: 'a fault without a code' }
  return { kind: 'fault', code, text: typeof fault.faultString === 'string' ? fault.faultString : '' }
}

function decode(
  text: string,
): { readonly ok: true; readonly found: Found } | { readonly ok: false; readonly reason: string } {
  const found: Found = { methodName: null, params: [], fault: undefined }
  const stack: Frame[] = []
  const parser = new SaxesParser({ position: false })
  parser.on('error', (error) => refuse(error.message))
  parser.on('doctype', () => refuse('a document type'))
  parser.on('opentag', ({ name }) => {
    if (stack.length >= DEPTH_MAX) refuse('nested too deeply')
    stack.push(openFrame(name, stack.at(-1)))
  })
  parser.on('text', (chunk) => addText(stack.at(-1), chunk))
  parser.on('cdata', (chunk) => addText(stack.at(-1), chunk))
  parser.on('closetag', () => {
    const frame = stack.pop()
    if (frame !== undefined) closeFrame(frame, stack.at(-1), found)
  })
  try {
    parser.write(text).close()
    return { ok: true, found }
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, reason: error.message }
    throw error
  }
}

function refuse(reason: string): never {
  throw new Malformed(reason)
}

const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1

/**
 * A call as any XML-RPC server reads it.
 *
 * @returns LF line ends, no encoding declaration: to be sent as UTF-8
 */
export function encodeCall(methodName: string, params: readonly XmlValue[]): string {
  let out = `<?xml version='1.0'?>\n<methodCall>\n<methodName>${escapeText(methodName)}</methodName>\n<params>\n`
  for (const param of params) out += `<param>\n${encodeValue(param)}</param>\n`
  return `${out}</params>\n</methodCall>\n`
}

/**
 * A successful answer in the original's layout, byte for byte.
 *
 * @see spec rpc.md §4
 */
export function encodeResponse(value: XmlValue): string {
  return RESPONSE.head + encodeValue(value) + RESPONSE.tail
}

/** What stands around the value of a successful answer. */
export const RESPONSE = {
  head: "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n",
  tail: '</param>\n</params>\n</methodResponse>\n',
}

/** A fault in the original's layout, byte for byte. */
export function encodeFault(code: number, text: string): string {
  const fault = encodeValue({ faultCode: code, faultString: text })
  return `<?xml version='1.0'?>\n<methodResponse>\n<fault>\n${fault}</fault>\n</methodResponse>\n`
}

/** One `<value>` with its line end. */
function encodeValue(value: XmlValue): string {
  if (typeof value === 'string') return `<value><string>${escapeText(value)}</string></value>\n`
  if (typeof value === 'number') return `<value>${encodeNumber(value)}</value>\n`
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>\n`
  if (value === null) return '<value><nil/></value>\n'
  if (Array.isArray(value)) {
    let out = '<value><array><data>\n'
    for (const item of value as readonly XmlValue[]) out += encodeValue(item)
    return `${out}</data></array></value>\n`
  }
  return `<value><struct>\n${encodeMembers(value as XmlStruct)}</struct></value>\n`
}

/** The inside of a struct. */
export function encodeMembers(struct: XmlStruct): string {
  let out = ''
  for (const [name, member] of Object.entries(struct)) {
    out += `<member>\n<name>${escapeText(name)}</name>\n${encodeValue(member)}</member>\n`
  }
  return out
}

/** Integers outside 32 bits go as doubles: exact up to 2^53, where the original answers HTTP 500. */
function encodeNumber(value: number): string {
  return Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX
    ? `<int>${value + 0}</int>`
    : `<double>${value}</double>`
}
