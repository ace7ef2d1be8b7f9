import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { ServerSpec } from '../../model/config.js'

/**
 * Whether a request that changes something may have been made by a page of another site.
 *
 * Browsers say where such a request comes from and no page can keep them from it or change what they say. What says
 * nothing is no browser: scripts and clients of Supervisor go on as before.
 *
 * @see https://www.w3.org/TR/fetch-metadata/, https://fetch.spec.whatwg.org/#origin-header
 */
export function isForeign(headers: IncomingHttpHeaders): boolean {
  // Right even behind a proxy that changes the Host; left out by browsers for plain HTTP to other machines.
  const site = single(headers['sec-fetch-site'])
  if (site === 'same-origin') return false
  if (site !== undefined && site !== 'none') return true
  const from = headers.origin ?? headers.referer
  if (from === undefined) return false
  // No form can add a header, so that a forwarded host can only come from a proxy.
  const own = [headers.host, single(headers['x-forwarded-host'])]
  return !URL.canParse(from) || new URL(from).host === '' || !own.includes(new URL(from).host)
}

/**
 * Whether a browser believes to talk to some other host: a page whose name was made to point at this machine after it
 * was loaded ("DNS rebinding") may then read and send what it likes. Names that nobody outside can hold are no danger,
 * and neither is anything where a password is asked for: a browser does not send it for another name.
 *
 * @param hosts - what `trustedHosts` says of the server, `null` for any
 */
export function isRebound(headers: IncomingHttpHeaders, hosts: readonly string[] | null): boolean {
  if (hosts === null || headers.host === undefined || !isBrowser(headers)) return false
  const name = hostName(headers.host)
  return isIP(name) === 0 && name !== 'localhost' && !name.endsWith('.localhost') && !hosts.includes(name)
}

/**
 * The names under which browsers may reach a server, in lower case.
 *
 * @returns `null` where any will do: on unix sockets, and where a password is asked for
 */
export function trustedHosts(spec: ServerSpec, machine: string = hostname()): readonly string[] | null {
  if (spec.kind === 'unix' || spec.credentials !== null) return null
  const [short = machine] = machine.split('.')
  return [spec.host, machine, short, `${short}.local`].map((name) => name.toLowerCase()).filter((name) => name !== '')
}

/** A page can add headers to its requests but not take these away; clients of Supervisor send none of them. */
function isBrowser(headers: IncomingHttpHeaders): boolean {
  return ['origin', 'referer', 'accept-language', 'sec-fetch-site', 'sec-fetch-mode'].some((name) => name in headers)
}

/** `[::1]:9001` to `::1`, `Box.:9001` to `box`. */
function hostName(host: string): string {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.trim()) ?? []
  return (bracketed ?? plain).replace(/\.$/, '').toLowerCase()
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}
