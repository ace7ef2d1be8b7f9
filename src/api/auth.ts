import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Credentials } from '../model/config.js'

/** Text of the challenge; clients show or match it. */
export const CHALLENGE = 'Basic realm="default"'

const HASHED = '{SHA}'

/** A name and password that a client gave. */
export interface Login {
  readonly name: string
  readonly password: string
}

/** Reads the header `Authorization`. @returns `malformed` when the scheme is Basic but holds no `name:password` */
export function readLogin(header: string): Login | 'none' | 'malformed' {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s+(.*)$/s.exec(header) ?? []
  if (scheme.toLowerCase() !== 'basic') return 'none'
  const text = Buffer.from(rest, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? 'malformed' : { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

/**
 * Checks the header `Authorization` against credentials whose password is in clear or `{SHA}` and a digest.
 *
 * @param header - its value, '' for none
 * @see spec rpc.md §2. Unlike the original neither name nor password can be found out by timing.
 */
export function authorize(header: string, credentials: Credentials): 'granted' | 'denied' | 'malformed' {
  const login = readLogin(header)
  if (typeof login === 'string') return login === 'none' ? 'denied' : login
  const nameFits = isSame(login.name, credentials.username)
  const passwordFits = isPassword(login.password, credentials.password)
  return nameFits && passwordFits ? 'granted' : 'denied'
}

/** @param stored - plain, or `{SHA}` and the lower-case hex SHA-1 */
export function isPassword(given: string, stored: string): boolean {
  if (!stored.startsWith(HASHED)) return isSame(given, stored)
  return isSame(createHash('sha1').update(given, 'utf8').digest('hex'), stored.slice(HASHED.length))
}

/** Digests have one length, so the time taken tells nothing about either text. */
export function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
