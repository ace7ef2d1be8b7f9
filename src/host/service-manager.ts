import { createDatagrams } from './datagrams.js'

/** What the service manager that started us, systemd or one that plays its part, wants to hear from us. */
export interface ServiceManager {
  /** Sends lines `NAME=value`; what its socket has no room for now follows soon. Never waits and never throws. */
  send(...lines: readonly string[]): void
  /** How often it must hear `WATCHDOG=1` at least, ms; `null` for never. */
  readonly watchdogMs: number | null
}

type Environment = Readonly<Record<string, string | undefined>>

/** How long to wait for room in the socket of a service manager that is busy, ms. */
const AGAIN_MS = 100

/** Messages that wait for room; more are lost. */
const WAITING_MAX = 16

/**
 * Finds the service manager that waits to hear from us.
 *
 * @param pids - ours and, for a daemon in the background, that of the command that started us
 * @returns `null` when there is none
 * @see sd_notify(3), sd_watchdog_enabled(3)
 */
export function findServiceManager(environment: Environment, pids: readonly number[]): ServiceManager | null {
  const socket = environment.NOTIFY_SOCKET
  if (!isUsed(socket)) return null
  const transmit = createDatagrams(socket)
  const waiting: Buffer[] = []
  const sendWaiting = () => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const errno = transmit(first)
      if (errno === 'EAGAIN' || errno === 'ENOBUFS') return void setTimeout(sendWaiting, AGAIN_MS).unref()
      waiting.shift()
    }
  }
  return {
    send(...lines) {
      if (waiting.length >= WAITING_MAX) return
      waiting.push(Buffer.from(lines.join('\n')))
      if (waiting.length === 1) sendWaiting()
    },
    watchdogMs: watchdogMs(environment, pids),
  }
}

/**
 * Variables that were meant for us and not for our children: a child that speaks to our service manager would speak in
 * our name, and descriptors that we were given are not open in it.
 */
export function variablesForUs(environment: Environment, pids: readonly number[]): ReadonlySet<string> {
  const notify = isUsed(environment.NOTIFY_SOCKET) ? ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] : []
  const listen = pids.includes(Number(environment.LISTEN_PID)) ? ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'] : []
  return new Set([...notify, ...listen])
}

function isUsed(socket: string | undefined): socket is string {
  return socket !== undefined && /^[/@]./.test(socket)
}

function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: Environment, pids: readonly number[]): number | null {
  const ms = Number(WATCHDOG_USEC) / 1000
  const meant = WATCHDOG_PID === undefined || pids.includes(Number(WATCHDOG_PID))
  return meant && Number.isFinite(ms) && ms > 0 ? ms : null
}
