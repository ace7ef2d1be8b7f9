import type { Diagnostic } from '../../model/diagnostic.js'
import type { FieldChange } from '../../model/operator.js'
import { soundsSecret } from '../../model/secret.js'

/** What stands where a value that may be secret was. */
export const HIDDEN = '<hidden>'

/**
 * Replaces values that may be secret: everything in an environment (names stay), and every field named like a secret.
 *
 * An absent value stays absent, so that "set", "changed" and "unset" can still be told apart.
 */
export function hideSecrets(change: FieldChange): FieldChange {
  const parts = change.field.split(/[./]/).filter((part) => part !== '')
  const at = parts.indexOf('environment')
  if (at >= 0 && at === parts.length - 1) {
    return { ...change, from: hideValues(change.from), to: hideValues(change.to) }
  }
  const secret = at >= 0 || parts.some(soundsSecret)
  return secret
    ? { ...change, from: hideAll(change.from), to: hideAll(change.to) }
    : { ...change, from: hideNested(change.from), to: hideNested(change.to) }
}

/**
 * Takes out of a diagnostic everything copied from the file: the excerpt, quoted values, the original's text.
 *
 * The daemon may be allowed to read files that the caller is not. For a file the caller only names, place and rule are
 * told; the caller's program adds the line if the caller can read it.
 */
export function hideFileText(diagnostic: Diagnostic): Diagnostic {
  return {
    ...diagnostic,
    message: hideQuoted(diagnostic.message),
    help: null,
    excerpt: null,
    classic: null,
  }
}

/**
 * Takes out of a diagnostic about the daemon's own files what may be a secret: whoever may ask need not be allowed to
 * read them. What is about an environment or a password comes without its line; the original's text may repeat it.
 */
export function hideSecretText(diagnostic: Diagnostic): Diagnostic {
  const { code, excerpt, classic } = diagnostic
  // What an option is that nobody knows, nobody knows: `pasword` has a password.
  if (excerpt !== null && !soundsSecret(excerpt) && code !== 'CONFIG_UNKNOWN_OPTION') return diagnostic
  return { ...diagnostic, excerpt: null, classic: classic && hideQuoted(classic) }
}

// From the first quote to the last: a value may hold quotes itself, and nothing of it may be left over.
function hideQuoted(text: string): string {
  return text.replace(/(["'`]).*\1/s, `"${HIDDEN}"`)
}

function hideAll(value: unknown): unknown {
  return value === null || value === undefined ? value : HIDDEN
}

function hideValues(value: unknown): unknown {
  if (!isRecord(value)) return hideAll(value)
  return Object.fromEntries(Object.keys(value).map((key) => [key, HIDDEN]))
}

/** For whole specs as a value: the same rules by key. */
export function hideNested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideNested)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === 'environment') return [key, hideValues(item)]
      return [key, soundsSecret(key) ? hideAll(item) : hideNested(item)]
    }),
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
