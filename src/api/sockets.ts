import { closeSync, type Stats } from 'node:fs'
import { constants } from 'node:os'
import { bindTcp, listen, type Outcome } from '../host/native/posix.js'
import { userName } from '../host/own-account.js'
import type { ServerSpec } from '../model/config.js'
import { openUnixSocket } from './unix-socket.js'

/** Connections the kernel holds until they are accepted. */
export const BACKLOG = 1024

/** A listening socket. */
export interface ListeningSocket {
  readonly fd: number
  /** The file of a unix socket as it was made, to know it again; `null` for TCP. */
  readonly file: { readonly path: string; readonly stat: Pick<Stats, 'dev' | 'ino'> } | null
}

/** A listening socket as it is handed to the program that takes our place: plain JSON. */
export interface HandedSocket extends ListeningSocket {
  /** Which server it is of: see `addressOf`. */
  readonly address: string
}

/** What tells one server from another. */
export function addressOf(spec: ServerSpec): string {
  return spec.kind === 'unix' ? `unix:${spec.path}` : `tcp:${spec.host}:${spec.port}`
}

/** A socket, or the words in which the original refuses to start. */
export type OpenedSocket =
  | { readonly ok: true; readonly socket: ListeningSocket }
  | { readonly ok: false; readonly classic: string }

const IN_USE =
  'Another program is already listening on a port that one of our HTTP servers is configured to use.  ' +
  'Shut this program down first before starting supervisord.'

/**
 * Opens the socket of one server, listening.
 *
 * @param tell - gets a line for the person at the terminal, without its line end
 * @see spec rpc.md §3, config.md §9
 */
export async function openSocket(spec: ServerSpec, tell: (line: string) => void): Promise<OpenedSocket> {
  if (spec.kind === 'inet') return openTcpSocket(spec.host, spec.port)
  const opened = await openUnixSocket(spec, BACKLOG, tell)
  if (opened.ok) return { ok: true, socket: { fd: opened.fd, file: { path: spec.path, stat: opened.stat } } }
  switch (opened.reason) {
    case 'in-use':
      return refused(IN_USE)
    case 'not-a-socket':
      return refused(`Cannot open an HTTP server: ${spec.path} exists and is not a socket`)
    case 'owner':
      return refused(
        `Not permitted to chown ${spec.path} to uid/gid (${spec.uid}, ${spec.gid}); adjust "sockchown" value in config ` +
          `file or on command line to values that the current user (${userName()}) can successfully chown`,
      )
    case 'errno':
      return refused(errorText(opened.errno))
  }
}

/** @param host - '' is all IPv4 interfaces, as the original; an IPv6 address may stand in brackets */
function openTcpSocket(host: string, port: number): OpenedSocket {
  const bound = bindTcp(host.replace(/^\[(.*)\]$/, '$1'), port)
  if (!bound.ok) return refusedBy(bound)
  const listening = listen(bound.value, BACKLOG)
  if (listening.ok) return { ok: true, socket: { fd: bound.value, file: null } }
  closeSync(bound.value)
  return refusedBy(listening)
}

function refusedBy(failure: Exclude<Outcome<unknown>, { ok: true }>): OpenedSocket {
  if (failure.errno === 'EADDRINUSE') return refused(IN_USE)
  // A name that could not be resolved has a number of the resolver's own.
  const resolver = /^\[Errno (-\d+)\]/.exec(failure.text)
  return refused(
    resolver ? `Cannot open an HTTP server: socket.error reported ${resolver[1]}` : errorText(failure.errno),
  )
}

function refused(classic: string): OpenedSocket {
  return { ok: false, classic }
}

function errorText(errno: string): string {
  const number = (constants.errno as Readonly<Record<string, number>>)[errno] ?? 0
  return `Cannot open an HTTP server: socket.error reported errno.${errno} (${number})`
}
