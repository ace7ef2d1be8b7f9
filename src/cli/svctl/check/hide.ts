import type { Finding } from '../../../desired/checks/finding.js'
import type { Owner } from '../../../desired/checks/owners.js'
import type { Position } from '../../../model/diagnostic.js'
import { soundsSecret } from '../../../model/secret.js'

/**
 * Takes away what may be secret in the source lines of findings: what `check` prints ends up in logs that many people
 * read. The places stay.
 */
export function hideSecrets(findings: readonly Finding[], owners: (at: Position) => Owner | null): readonly Finding[] {
  return findings.map((one) => {
    const { at, excerpt, code } = one
    if (at === null || excerpt === null) return one
    const option = owners(at)?.option ?? ''
    if (soundsSecret(excerpt) || soundsSecret(option) || option === 'environment') return { ...one, excerpt: null }
    // Nobody knows what the value of an unknown option is: `pasword` has a password.
    return code === 'CONFIG_UNKNOWN_OPTION'
      ? { ...one, excerpt: excerpt.slice(0, (at.endColumn ?? at.column) - 1) }
      : one
  })
}
