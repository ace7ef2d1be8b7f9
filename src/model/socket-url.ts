/** Where a socket listens. */
export type SocketAddress =
  | { readonly kind: 'unix'; readonly path: string }
  /** IPv6 without brackets; '' for every IPv4 interface. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

/**
 * Reads `unix:///path` or `tcp://host:port`, IPv6 in brackets.
 *
 * @returns `null` for anything else
 */
export function parseSocketUrl(url: string): SocketAddress | null {
  if (url.startsWith('unix:///')) return { kind: 'unix', path: url.slice('unix://'.length) }
  const [, host, port] = /^tcp:\/\/([^\s:]+|\[[^\s\]]+\]):(\d+)$/.exec(url) ?? []
  if (host === undefined || port === undefined) return null
  return { kind: 'tcp', host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

/** The text that `parseSocketUrl` reads. */
export function socketUrl(address: SocketAddress): string {
  if (address.kind === 'unix') return `unix://${address.path}`
  return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host || '0.0.0.0'}:${address.port}`
}
