import type { Finding } from '../../../desired/checks/finding.js'
import type { Owner } from '../../../desired/checks/owners.js'
import type { Position } from '../../../model/diagnostic.js'
import { soundsSecret } from '../../../model/secret.js'

/** Options whose values are nobody's business: what `check` prints ends up in logs that many people read. */
const SECRET_OPTIONS: ReadonlySet<string> = new Set(['environment', 'password'])

/** Takes the source line away from findings about lines that may hold a secret. The place stays. */
export function hideSecrets(findings: readonly Finding[], owners: (at: Position) => Owner | null): readonly Finding[] {
  return findings.map((one) => {
    const { at, excerpt } = one
    if (at === null || excerpt === null) return one
    const option = owners(at)?.option ?? null
    const secret = soundsSecret(excerpt) || (option !== null && (SECRET_OPTIONS.has(option) || soundsSecret(option)))
    return secret ? { ...one, excerpt: null } : one
  })
}
