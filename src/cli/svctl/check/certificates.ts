import { readCertificate } from '../../../api/certificate.js'
import { type Checked, type Finding, finding, sectionNamed } from '../../../desired/checks/finding.js'
import type { Rights } from './rights.js'

/** Certificates that the daemon could not use, and therefore would not start with. */
export function certificateFindings(checked: Checked, rights: Rights): readonly Finding[] {
  return checked.config.servers.flatMap((server): readonly Finding[] => {
    if (server.kind !== 'inet' || server.tls === undefined) return []
    const { certFile, keyFile } = server.tls
    const section = sectionNamed(checked, server.section)
    const missing = [certFile, keyFile].find((path) => rights.look(path).kind === 'missing')
    if (missing !== undefined)
      return [
        finding('HOST_BAD_CERTIFICATE', {
          section,
          option: missing === certFile ? 'certfile' : 'keyfile',
          message: `There is no file ${missing}`,
          help: 'name a PEM file that exists',
        }),
      ]
    const read = readCertificate(server.tls)
    if (read.ok) return []
    const said = { section, option: 'certfile', message: `The daemon ${read.reason}` }
    return [
      read.readable
        ? finding('HOST_BAD_CERTIFICATE', { ...said, help: 'name a certificate and its own key, both as PEM' })
        : finding('HOST_UNKNOWN', { ...said, message: `The check ${read.reason}`, help: 'run the check as root' }),
    ]
  })
}
