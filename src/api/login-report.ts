import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../model/ports.js'
import { reprString } from '../model/python.js'

/** A login that was refused. */
export interface FailedLogin {
  /** `127.0.0.1`, or `uid 33, pid 1234`. */
  readonly peer: string
  /** As it was given. */
  readonly name: string
  /** Without its query. */
  readonly path: string
}

/** Tells of failed logins in the activity log, never of a password. */
export interface LoginReport {
  failed(login: FailedLogin): void
}

/** Lines of their own in one span; whoever guesses does not fill the log, nor hide others behind a single line. */
const LINES_MAX = 10
const SPAN_MS = 60_000
const CHARS_MAX = 80

/** @param wait - until a span is over */
export function createLoginReport(
  log: Log,
  wait: (ms: number) => Promise<unknown> = (ms) => sleep(ms, undefined, { ref: false }),
): LoginReport {
  let told = 0
  let more = 0
  let last = ''

  async function span(): Promise<void> {
    await wait(SPAN_MS)
    const text = `${more} more failed logins in the last ${SPAN_MS / 1000} s, the last one ${last}`
    told = 0
    if (more > 0) log.write('warn', text)
    more = 0
  }

  return {
    failed({ peer, name, path }) {
      last = `as ${reprString(shortened(name))} from ${peer} for ${reprString(shortened(path))}`
      if (told === 0) void span()
      if (told < LINES_MAX) {
        told++
        log.write('warn', `failed login ${last}`)
      } else more++
    },
  }
}

function shortened(text: string): string {
  return text.length <= CHARS_MAX ? text : `${text.slice(0, CHARS_MAX)}…`
}
