import { readFileSync } from 'node:fs'
import type { Diagnostic } from '../../model/diagnostic.js'
import type { Answer } from './client.js'

/** Longest file whose lines are shown, bytes. */
const FILE_BYTES_MAX = 8 * 1024 * 1024

/**
 * Adds the lines that errors point to, read with the rights of whoever typed the command.
 *
 * For a file that is not in place the daemon tells places only: it may be allowed to read what the caller is not.
 */
export function showExcerpts(answer: Answer): Answer {
  if (answer.kind !== 'document' || answer.document.schema !== 'svctl.error/v1') return answer
  const files = new Map<string, readonly string[]>()
  const diagnostics = answer.document.diagnostics.map((diagnostic) => withExcerpt(diagnostic, files))
  return { kind: 'document', document: { ...answer.document, diagnostics } }
}

function withExcerpt(diagnostic: Diagnostic, files: Map<string, readonly string[]>): Diagnostic {
  const { at, excerpt, code } = diagnostic
  // Lines of a file of variables are secrets.
  if (at === null || excerpt !== null || code === 'CONFIG_BAD_ENV_FILE') return diagnostic
  const lines = files.get(at.file) ?? readLines(at.file)
  files.set(at.file, lines)
  return { ...diagnostic, excerpt: lines[at.line - 1] ?? null }
}

function readLines(file: string): readonly string[] {
  try {
    const bytes = readFileSync(file)
    return bytes.length > FILE_BYTES_MAX ? [] : bytes.toString('utf8').split(/\r\n|\n|\r/)
  } catch {
    // Not readable here: the place alone has to do.
    return []
  }
}
