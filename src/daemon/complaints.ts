import { usageError } from '../cli/usage.js'
import { renderDiagnostics } from '../config/render.js'
import type { Diagnostic } from '../model/diagnostic.js'

/**
 * What a configuration that cannot be used looks like on standard error: the original's two lines for its first error,
 * then every error with its place and what to write instead.
 *
 * @param toTheLetter - the original's two lines and nothing else: someone chose `converge=manual`, the mode that
 *   behaves as Supervisor does, and no person is looking at a terminal
 */
export function complaint(program: string, errors: readonly Diagnostic[], toTheLetter: boolean): string {
  const [first] = errors
  const classic = usageError(program, first?.classic ?? first?.message ?? 'the configuration cannot be used')
  if (toTheLetter) return classic
  const details = renderDiagnostics(errors, { color: process.stderr.isTTY })
  return `${classic}\n${details.trimEnd()}\n`
}

/** Warnings about the configuration, for a person who starts the daemon in a terminal. */
export function remarks(warnings: readonly Diagnostic[]): string {
  if (warnings.length === 0) return ''
  return `${renderDiagnostics(warnings, { color: process.stderr.isTTY }).trimEnd()}\n`
}
