import type { GroupSpec } from '../model/spec.js'

/**
 * Names one desired state: equal for equal groups, whatever the order of groups and of the keys in their records, in
 * every process and every version that has the same fields.
 *
 * It is there to notice that something else is wanted by now, not to resist forgery.
 *
 * @returns 16 hexadecimal digits; people are shown the first `FINGERPRINT_SHOWN`
 * @see FNV-1a with 64 bits, http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fingerprintOf(groups: readonly GroupSpec[]): string {
  const own = groups.map((group) => `${JSON.stringify(group.name)} ${fingerprintOfGroup(group)}`)
  return hash(own.sort().join('\n'))
}

/** Kept with the group: of 1,000 programs one has changed, and hashing them all takes 30 ms. */
const kept = new WeakMap<GroupSpec, string>()

function fingerprintOfGroup(group: GroupSpec): string {
  const known = kept.get(group)
  if (known !== undefined) return known
  const made = hash(JSON.stringify(group, sortedKeys))
  kept.set(group, made)
  return made
}

function hash(text: string): string {
  return fnv1a64(new TextEncoder().encode(text))
}

/** Digits of a fingerprint that people read, copy and type. */
export const FINGERPRINT_SHOWN = 8

/** For `JSON.stringify`: records with their keys in one order. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const record = value as Readonly<Record<string, unknown>>
  const sorted: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(record).sort()) sorted[key] = record[key]
  return sorted
}

/** In two halves of 32 bits: numbers are exact to 53 bits, and big integers take fifty times as long. */
function fnv1a64(bytes: Uint8Array): string {
  let high = 0xcbf29ce4
  let low = 0x84222325
  // By index: before this is compiled, an iterator makes an object for each byte.
  for (let i = 0; i < bytes.length; i++) {
    low = (low ^ (bytes[i] ?? 0)) >>> 0
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3
    high = (Math.imul(high, 0x1b3) + (low << 8) + Math.floor(product / 2 ** 32)) >>> 0
    low = product >>> 0
  }
  return hex(high) + hex(low)
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0')
}
