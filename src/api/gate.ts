import { setTimeout as sleep } from 'node:timers/promises'
import { parseScrypt } from '../config/scrypt-text.js'
import type { Credentials } from '../model/config.js'
import { isPassword, isSame, readLogin } from './auth.js'
import { createFailedLogins, type FailedLogins } from './failed-logins.js'
import { createScryptCheck } from './scrypt-password.js'

/**
 * What a login came to. `malformed`: Basic, but no `name:password`. `busy`: so much is under way that it was not looked
 * at. `guessing`: the same, since too many failed from the same address.
 */
export type Verdict = 'granted' | 'denied' | 'malformed' | 'busy' | 'guessing'

/** Decides who gets in at a server with a password. */
export interface Gate {
  /** @param header - `Authorization`, '' for none @param address - `null` for a unix socket, which nobody can flood */
  check(header: string, address: string | null): Promise<Verdict>
}

/** Makes the gate of one server; failed logins are counted over all of them. */
export function createGate(
  credentials: Credentials,
  failures: FailedLogins = everywhere,
  wait: (ms: number) => Promise<unknown> = (ms) => sleep(ms, undefined, { ref: false }),
): Gate {
  const stored = parseScrypt(credentials.password)
  const slow = stored === null ? null : createScryptCheck(stored)
  const fits = (password: string) =>
    slow === null ? Promise.resolve(isPassword(password, credentials.password)) : slow.check(password)
  return {
    async check(header, address) {
      const login = readLogin(header)
      if (typeof login === 'string') return login === 'none' ? 'denied' : login
      if (address !== null && failures.isFull(address)) return 'guessing'
      const nameFits = isSame(login.name, credentials.username)
      const passwordFits = await fits(login.password)
      if (passwordFits === 'busy') return 'busy'
      if (nameFits && passwordFits) return 'granted'
      if (address !== null) {
        const { delayMs, release } = failures.failed(address)
        if (delayMs > 0) await wait(delayMs)
        release()
      }
      return 'denied'
    },
  }
}

const everywhere = createFailedLogins(() => performance.now())
