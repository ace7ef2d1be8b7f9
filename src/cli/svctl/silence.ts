import { readFileSync } from 'node:fs'
import { findPortHolder, findSocketHolder, type PortHolder } from '../../host/port-holder.js'
import { isLoopback } from '../../model/loopback.js'
import { parseServerUrl } from '../server-url.js'

/**
 * Tells of a daemon that does not answer what can be seen from here.
 *
 * @returns `… did not answer within 10 s: pid 12 has it open, but is stopped; kill -CONT 12 lets it go on`
 */
export async function describeSilence(serverUrl: string, waitedMs: number): Promise<string> {
  const said = `${serverUrl} did not answer within ${waitedMs / 1000} s`
  const url = parseServerUrl(serverUrl)
  if (!url.ok) return said
  const { address } = url
  if (address.kind !== 'unix' && !isLoopback(address.host)) return said
  const holder = await (address.kind === 'unix' ? findSocketHolder(address.path) : findPortHolder(address.port))
  return holder === null ? `${said}; who listens there cannot be seen from here` : `${said}: ${holderText(holder)}`
}

function holderText({ pid }: PortHolder): string {
  if (pid === null) return 'it took the connection; its process cannot be seen from here'
  const state = stateOf(pid)
  if (state === 'T' || state === 't') return `pid ${pid} has it open, but is stopped; kill -CONT ${pid} lets it go on`
  return `pid ${pid} has it open and ${STATES[state] ?? `is in state ${state}`}`
}

/** @see proc_pid_stat(5) */
const STATES: Readonly<Record<string, string>> = {
  R: 'is busy',
  S: 'waits for something',
  D: 'waits for a disk or a network drive',
}

function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.charAt(stat.lastIndexOf(')') + 2)
  } catch {
    return '?' // ended meanwhile
  }
}
