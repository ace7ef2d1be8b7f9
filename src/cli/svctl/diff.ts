import { isAbsolute, resolve } from 'node:path'
import type { DiffDocument } from '../../api/json/documents.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { showExcerpts } from './excerpts.js'
import { EXIT, type ExitCode } from './exit.js'
import { hasChanges, renderDiff } from './render-diff.js'
import { suggestionLines, unknownLine } from './render-status.js'
import { commandLine, quote } from './shell.js'

/** `svctl diff`: what the file, or a file that is not in place yet, would change. Changes nothing. */
export async function diff(context: Context): Promise<ExitCode> {
  const { client, names, options, terminal } = context
  const named = options.flags.text('--file')
  const file = named === null || isAbsolute(named) ? named : resolve(terminal.directory, named)
  const answer =
    file === null ? await client.get('diff', names) : showExcerpts(await client.post('diff', { file, names }))
  const got = await expect(context, 'svctl.diff/v1', answer)
  return got.ok ? showDiff(context, got.document) : got.exit
}

/** Prints a diff. @returns 0 for no change, 1 for changes, 2 when a name means nothing */
export async function showDiff(context: Context, document: DiffDocument): Promise<ExitCode> {
  const { terminal, options, paint } = context
  if (isStructured(context)) await emit(context, document)
  if (document.unknown.length > 0) {
    for (const name of document.unknown) terminal.err(`${unknownLine(name)}\n`)
    for (const line of suggestionLines(document.unknown)) terminal.err(line)
    return EXIT.usage
  }
  if (!isStructured(context)) terminal.out(renderDiff(document, paint, applyCommand(document, options)))
  return hasChanges(document) ? EXIT.no : EXIT.yes
}

/** The command that applies exactly what the diff shows. */
export function applyCommand(document: DiffDocument, options: Context['options']): string {
  const apply = commandLine(options, ['apply', ...(document.guard === null ? [] : ['--allow-removals'])])
  if (!document.candidate || document.file === document.acceptedFile) return apply
  return `cp -- ${quote(document.file)} ${quote(document.acceptedFile)} && ${apply}`
}
