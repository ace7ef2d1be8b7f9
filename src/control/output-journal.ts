import type { Channel } from '../model/event.js'
import type { Log } from '../model/ports.js'
import { reprBytes, reprString } from '../model/python.js'
import type { ProcessSpec } from '../model/spec.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Copies a chunk of a program's output into the activity log, at debug level only.
 *
 * @see spec/logging.md section 1: bytes that are no UTF-8 and a listener's protocol appear as Python prints bytes
 */
export function noteOutput(
  log: Log,
  spec: Pick<ProcessSpec, 'name' | 'kind'>,
  chunk: { readonly channel: Channel; readonly data: Uint8Array },
): void {
  if (!log.enabled('debug')) return
  const protocol = spec.kind === 'eventlistener' && chunk.channel === 'stdout'
  const text = protocol ? reprBytes(chunk.data) : textOf(chunk.data)
  log.write('debug', `${reprString(spec.name)} ${chunk.channel} output:\n${text}`)
}

/** Bytes as text; what is no UTF-8 as `Undecodable: ` and Python's notation of all of it. */
export function textOf(data: Uint8Array): string {
  try {
    return utf8.decode(data)
  } catch {
    return `Undecodable: ${reprBytes(data)}`
  }
}
