import { createDatagrams } from './datagrams.js'

const FACILITY_USER = 1 << 3
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Sends one message; `priority` is the level alone, 6 is INFO. Never waits and never throws. */
export type SendSyslog = (priority: number, text: string) => void

/**
 * The system's log, as libc's syslog(3) writes to it, but without its one flaw: a log daemon that hangs would stop us.
 * What cannot be sent at once is lost.
 *
 * @param ident - put before each message: `supervisord`
 * @param path - the socket of the log daemon
 * @see RFC 3164; Supervisor loggers.py, SyslogHandler: facility USER
 */
export function createSyslog(ident: string, path = '/dev/log'): SendSyslog {
  const send = createDatagrams(path)
  return (priority, text) => {
    send(Buffer.from(`<${FACILITY_USER | (priority & 7)}>${stamp(new Date())} ${ident}: ${text}`))
  }
}

/** `Nov  2 03:04:05`, local time. */
function stamp(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = String(at.getDate()).padStart(2, ' ')
  return `${MONTHS[at.getMonth()] ?? ''} ${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
