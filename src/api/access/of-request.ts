import type { IncomingMessage } from 'node:http'
import type { AllowRule, Credentials } from '../../model/config.js'
import type { Log } from '../../model/ports.js'
import { type Access, fullAccess, readOnlyAccess, ruledAccess } from './access.js'
import { peerOf } from './peer.js'

/** What a server says of its clients. */
export interface Rules {
  /** Of the file, for messages. */
  readonly section: string
  /** Answers what only reads. */
  readonly readOnly?: boolean
  readonly allow?: readonly AllowRule[]
}

/** What a server is, as far as it decides who may do what. */
export interface Guarded {
  readonly credentials: Credentials | null
  readonly log: Log
  /** Whether it is a unix socket; absent for no. */
  readonly local?: boolean
  /** Absent for none: everyone may do everything. */
  readonly rules?: Rules
}

/** What the client behind a request may do; it has given the password by now, if there is one. */
export function accessOf({ socket }: IncomingMessage, { credentials, log, local = false, rules }: Guarded): Access {
  // The kernel's word comes first: a password may be shared.
  const who = () => (local ? peerOf(socket)?.name() : null) ?? credentials?.username ?? null
  if (rules?.readOnly) return readOnlyAccess(who, `readonly_socket of [${rules.section}]`)
  if (rules?.allow === undefined) return fullAccess(who)
  return ruledAccess(peerOf(socket), rules.allow, process.geteuid?.() ?? 0, log, `allow of [${rules.section}]`)
}
