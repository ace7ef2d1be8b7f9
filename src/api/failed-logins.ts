import { isIPv6 } from 'node:net'

/** Failed logins by address; only those who guess have to wait, and a right password never does. */
export interface FailedLogins {
  /** @returns whether too many guesses from this address wait for their answers already */
  isFull(address: string): boolean
  /** Takes note of a failure. @returns how long its answer is to be kept back, ms; `release` is called after that */
  failed(address: string): { readonly delayMs: number; readonly release: () => void }
}

/** Mistakes of a person that nothing comes of. */
const FREE = 3
const STEP_MS = 250
const DELAY_MS_MAX = 5_000
/** Answers that are kept back at a time, for each address. */
const HELD_MAX = 4
const FORGET_MS = 10 * 60_000
const ADDRESSES_MAX = 1_024

interface Entry {
  failures: number
  lastMs: number
  held: number
}

/** @param now - ms that only grow */
export function createFailedLogins(now: () => number): FailedLogins {
  // In the order of the last failure: the one that failed longest ago is forgotten first.
  const entries = new Map<string, Entry>()
  return {
    isFull: (address) => (entries.get(networkOf(address))?.held ?? 0) >= HELD_MAX,
    failed(address) {
      const network = networkOf(address)
      const known = entries.get(network)
      const entry = known && now() - known.lastMs < FORGET_MS ? known : { failures: 0, held: 0, lastMs: 0 }
      entries.delete(network)
      entries.set(network, entry)
      const [oldest] = entries.keys()
      if (entries.size > ADDRESSES_MAX && oldest !== undefined) entries.delete(oldest)
      entry.failures++
      entry.lastMs = now()
      const delayMs = delayAfter(entry.failures)
      if (delayMs > 0) entry.held++
      return {
        delayMs,
        release: () => {
          if (delayMs > 0) entry.held--
        },
      }
    },
  }
}

/** Nothing at first, then twice as long after each failure. */
export function delayAfter(failures: number): number {
  return failures <= FREE ? 0 : Math.min(DELAY_MS_MAX, STEP_MS * 2 ** Math.min(failures - FREE - 1, 30))
}

/** Whoever has one IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const parts = head.split(':').filter((part) => part !== '')
  const missing = tail === undefined ? 0 : 8 - parts.length - tail.split(':').filter((part) => part !== '').length
  const all = [...parts, ...Array.from({ length: missing }, () => '0'), ...(tail ?? '').split(':')]
  return all.slice(0, 4).join(':')
}
