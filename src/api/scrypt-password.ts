import { Buffer } from 'node:buffer'
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { ScryptText } from '../config/scrypt-text.js'

/** Looks at passwords for one `{SCRYPT}` text. */
export interface ScryptCheck {
  /** @returns `busy` when too many others wait already: the password was not looked at */
  check(password: string): Promise<boolean | 'busy'>
}

/** Checks under way at a time, over all servers: each takes a thread and up to 64 MiB for some 50 ms. */
const RUNNING_MAX = 2
const WAITING_MAX = 16

let running = 0
const waiting: (() => void)[] = []

/**
 * The password that was right last time is known again by a fast keyed digest, so that only guessing costs what scrypt
 * costs: a client sends its password with every request.
 */
export function createScryptCheck(stored: ScryptText): ScryptCheck {
  const key = randomBytes(32)
  let lastGood: Buffer | null = null
  return {
    async check(password) {
      const digest = createHmac('sha256', key).update(password, 'utf8').digest()
      if (lastGood !== null && timingSafeEqual(digest, lastGood)) return true
      if (running >= RUNNING_MAX && waiting.length >= WAITING_MAX) return 'busy'
      if (running >= RUNNING_MAX) await new Promise<void>((resolve) => waiting.push(resolve))
      else running++
      try {
        const good = timingSafeEqual(await derive(password, stored), Buffer.from(stored.hash, 'base64url'))
        if (good) lastGood = digest
        return good
      } finally {
        // The place goes to the next in line, if there is one.
        const next = waiting.shift()
        if (next === undefined) running--
        else next()
      }
    },
  }
}

function derive(password: string, { n, r, p, salt, hash }: ScryptText): Promise<Buffer> {
  const length = Buffer.from(hash, 'base64url').length
  const options = { N: n, r, p, maxmem: 129 * n * r + 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(salt, 'base64url'), length, options, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
