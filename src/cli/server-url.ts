/** Where a server listens. */
export type ServerAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp' | 'tls'; readonly host: string; readonly port: number }

/** What a server URL turned out to be. `message` is what the original says of a bad one. */
export type ServerUrl =
  | { readonly ok: true; readonly address: ServerAddress }
  | { readonly ok: false; readonly message: string }

/** Room in Linux's `struct sockaddr_un`, less the NUL at the end. */
const UNIX_PATH_BYTES_MAX = 107

/**
 * Reads `unix://<path>`, `http://host[:port]` or `https://host[:port]`; the port is 80 or 443 unless given.
 *
 * A path, a query and `user:password@` of a URL are passed over, as the original does. IPv6 addresses stand in
 * brackets.
 *
 * @see Supervisor xmlrpc.py, SupervisorTransport
 */
export function parseServerUrl(url: string): ServerUrl {
  if (url.startsWith('unix://')) {
    const path = url.slice('unix://'.length)
    if (path === '') return { ok: false, message: `No path in serverurl ${url}` }
    // Node would cut it, and reach whoever listens at what is left.
    if (Buffer.byteLength(path) > UNIX_PATH_BYTES_MAX) return { ok: false, message: 'AF_UNIX path too long' }
    return { ok: true, address: { kind: 'unix', path } }
  }
  const [, scheme, rest = ''] = /^(https?):\/\/(.*)$/s.exec(url) ?? []
  if (scheme === undefined) return { ok: false, message: `Unknown protocol for serverurl ${url}` }
  const [kind, usual] = scheme === 'http' ? (['tcp', 80] as const) : (['tls', 443] as const)
  const authority = rest.split(/[/?#]/, 1)[0] ?? ''
  const place = authority.slice(authority.lastIndexOf('@') + 1)
  const [, bracketed, plain = '', portText = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place) ?? []
  const host = (bracketed ?? plain).toLowerCase()
  if (host === '') return { ok: false, message: `No host in serverurl ${url}` }
  if (portText === '') return { ok: true, address: { kind, host, port: usual } }
  if (!/^\d+$/.test(portText)) {
    return { ok: false, message: `Port could not be cast to integer value as '${portText}'` }
  }
  const port = Number(portText)
  if (port > 65_535) return { ok: false, message: 'Port out of range 0-65535' }
  return { ok: true, address: { kind, host, port } }
}

/**
 * Whether a text looks like a URL at all: a scheme, then a host or a path.
 *
 * @see Supervisor datatypes.py, url
 */
export function looksLikeUrl(text: string): boolean {
  const rest = /^[a-z][a-z0-9+.-]*:(.*)$/is.exec(text.trim())?.[1]?.replace(/[?#].*$/s, '')
  return rest !== undefined && rest !== '' && rest !== '//'
}
