import { closeSync, writeSync } from 'node:fs'
import { connectUnix, failureOf } from './native/posix.js'

/** Sends one message without waiting; never throws. @returns '' when it is on its way, else why not: `EAGAIN` */
export type SendDatagram = (message: Uint8Array) => string

/** What a receiver that was started anew behind the same path looks like. */
const GONE = ['ECONNREFUSED', 'ENOTCONN', 'ECONNRESET']

/**
 * Messages to a unix datagram socket, connected with the first one and again when its owner was replaced.
 *
 * @param path - of the socket; `@name` is one without a file
 */
export function createDatagrams(path: string): SendDatagram {
  let fd: number | null = null

  const send = (message: Uint8Array): string => {
    if (fd === null) {
      const connected = connectUnix(path, 'datagram')
      if (!connected.ok) return connected.errno
      fd = connected.value
    }
    try {
      writeSync(fd, message)
      return ''
    } catch (error) {
      return failureOf(error).errno
    }
  }

  return (message) => {
    const errno = send(message)
    if (!GONE.includes(errno) || fd === null) return errno
    closeSync(fd)
    fd = null
    return send(message)
  }
}
