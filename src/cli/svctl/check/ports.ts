import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../../../model/config.js'

/** Whether somebody could listen at an address. */
export type PortAnswer = 'free' | 'taken' | 'no-permission' | 'no-address'

/**
 * Tries to listen, on loopback only: an address that other machines reach is not opened even for a moment.
 *
 * @param host - '' is all interfaces
 */
export async function tryPort(host: string, port: number): Promise<PortAnswer> {
  if (isOwn(host)) return bind(loopbackFor(host), port)
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
  const isName = !/^[\d.]+$/.test(host) && !host.includes(':')
  return isName || addresses.includes(host) ? 'free' : 'no-address'
}

function isOwn(host: string): boolean {
  return ['', '0.0.0.0', '::', '::1', 'localhost'].includes(host) || host.startsWith('127.')
}

function loopbackFor(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

function bind(host: string, port: number): Promise<PortAnswer> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve('taken')
      else if (code === 'EACCES' || code === 'EPERM') resolve('no-permission')
      else resolve('no-address')
    })
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')))
  })
}

/** The pid of a daemon that runs with this configuration already, by its pid file; `null` for none. */
export function runningDaemon({ daemon }: Config): number | null {
  try {
    const pid = Number(readFileSync(daemon.pidfile, 'latin1').trim())
    if (!Number.isSafeInteger(pid) || pid <= 0) return null
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
    return /supervisord|svcd/.test(command) ? pid : null
  } catch {
    // No pid file, or nothing runs under that pid.
    return null
  }
}
