import type { Socket } from 'node:net'
import { lookUpUser, peerCredentials } from '../../host/native/posix.js'

/** Who is at the other end of a unix socket. */
export interface Peer {
  readonly uid: number
  /** When it connected; 0 or absent when it is outside our pid namespace. */
  readonly pid?: number
  readonly gids: readonly number[]
  /** Looked up when first asked for; the number for a user without a name. */
  name(): string
}

const known = new WeakMap<Socket, Peer | null>()

/** @returns who connected, as the kernel saw it then; `null` for what is no unix socket, or one that is closed */
export function peerOf(socket: Socket): Peer | null {
  const found = known.get(socket)
  if (found !== undefined) return found
  const peer = ask(socket)
  known.set(socket, peer)
  return peer
}

function ask(socket: Socket): Peer | null {
  // Node has no public way to a socket's descriptor; -1 once it is closed.
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readonly fd?: number } | null }
  const credentials = handle?.fd === undefined || handle.fd < 0 ? null : peerCredentials(handle.fd)
  if (!credentials?.ok) return null
  const { uid, pid, gids } = credentials.value
  let name: string | null = null
  return {
    uid,
    pid,
    gids,
    name() {
      name ??= lookUpUser(uid)?.name ?? String(uid)
      return name
    },
  }
}
