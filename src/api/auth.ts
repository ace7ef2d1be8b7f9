import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Credentials } from '../model/config.js'

/** Text of the challenge; clients show or match it. */
export const CHALLENGE = 'Basic realm="default"'

const HASHED = '{SHA}'

/**
 * Checks the header `Authorization` against the credentials of a server.
 *
 * @param header - its value, '' for none
 * @returns `malformed` when the scheme is Basic but holds no `name:password`
 * @see spec rpc.md §2. Unlike the original neither name nor password can be found out by timing.
 */
export function authorize(header: string, credentials: Credentials): 'granted' | 'denied' | 'malformed' {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s+(.*)$/s.exec(header) ?? []
  if (scheme.toLowerCase() !== 'basic') return 'denied'
  const text = Buffer.from(rest, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return 'malformed'
  const nameFits = isSame(text.slice(0, colon), credentials.username)
  const passwordFits = isPassword(text.slice(colon + 1), credentials.password)
  return nameFits && passwordFits ? 'granted' : 'denied'
}

/** @param stored - plain, or `{SHA}` and the lower-case hex SHA-1 */
function isPassword(given: string, stored: string): boolean {
  if (!stored.startsWith(HASHED)) return isSame(given, stored)
  return isSame(createHash('sha1').update(given, 'utf8').digest('hex'), stored.slice(HASHED.length))
}

/** Digests have one length, so the time taken tells nothing about either text. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
