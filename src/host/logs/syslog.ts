import { StringDecoder } from 'node:string_decoder'

/** syslog(3) LOG_INFO. */
const INFO = 6

/** Turns chunks of output into syslog messages. */
export interface SyslogLines {
  write(data: Uint8Array): void
  /** Sends a character that was cut by the end of the output. */
  end(): void
}

/**
 * Sends each line of a chunk as `<process name> <line>`; a line cut by the chunk's end is sent as it is.
 *
 * @param send - one message with its priority
 * @see Supervisor loggers.py, SyslogHandler: trailing newlines are dropped, empty lines between are sent
 */
export function createSyslogLines(processName: string, send: (priority: number, text: string) => void): SyslogLines {
  // Keeps a character that two chunks share for the second one; other bad UTF-8 becomes U+FFFD.
  const decoder = new StringDecoder('utf8')
  const sendLines = (text: string) => {
    // A NUL would end the message early in the C library.
    for (const line of text.replace(/\n+$/, '').split('\n'))
      send(INFO, `${processName} ${line.replaceAll('\0', '\ufffd')}`)
  }
  return {
    write: (data) => {
      const text = decoder.write(asBuffer(data))
      if (text !== '') sendLines(text)
    },
    end: () => {
      const rest = decoder.end()
      if (rest !== '') sendLines(rest)
    },
  }
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
