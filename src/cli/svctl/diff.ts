import { isAbsolute, resolve } from 'node:path'
import type { DiffDocument } from '../../api/json/diff-document.js'
import { FINGERPRINT_SHOWN } from '../../reconcile/fingerprint.js'
import type { Answer } from './client.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { exitFor, exitForFailure, type Rule, readRule } from './diff/verdict.js'
import { showExcerpts } from './excerpts.js'
import { EXIT, type ExitCode } from './exit.js'
import { hasChanges, renderDiff } from './render-diff.js'
import { scaleLines, suggestionLines, unknownLine } from './render-status.js'
import { commandLine, quote } from './shell.js'

/**
 * `svctl diff`: what the file, a file that is not in place yet, or a former revision would change, or what lies between
 * two files. Changes nothing.
 */
export async function diff(context: Context): Promise<ExitCode> {
  const { options, terminal, errPaint } = context
  const rule = readRule(options.flags)
  const wrong = typeof rule === 'string' ? rule : wrongSource(context)
  if (typeof rule === 'string' || wrong !== null) {
    terminal.err(`${errPaint.red('svctl:')} diff: ${wrong}\nsee svctl diff --help\n`)
    return EXIT.usage
  }
  if (!options.flags.has('--offline')) return showAnswer(context, rule, await askDaemon(context))
  const { offlineDiff } = await import('./diff/offline.js')
  return showAnswer(context, rule, offlineDiff(context))
}

/** @returns what is wrong with the choice of what to compare */
function wrongSource({ options: { flags }, names }: Context): string | null {
  const sources = ['--file', '--rev', '--offline'].filter((name) => flags.has(name))
  if (sources.length > 1) return `${sources.join(' and ')} do not go together`
  if (flags.has('--offline') && names.length < 2) return `--offline needs two files or folders, got ${names.length}`
  return null
}

async function askDaemon({ client, names, options: { flags, output }, terminal }: Context): Promise<Answer> {
  const [secrets, patch] = [flags.has('--show-secrets'), output === 'patch']
  const more = { ...(secrets ? { secrets } : {}), ...(patch ? { patch } : {}) }
  const file = flags.text('--file')
  const revision = flags.number('--rev')
  if (revision !== null) return client.post('diff', { revision, names, ...more })
  if (file !== null) {
    const path = isAbsolute(file) ? file : resolve(terminal.directory, file)
    return showExcerpts(await client.post('diff', { file: path, names, ...more }))
  }
  const query = new URLSearchParams(Object.keys(more).map((key): [string, string] => [key, '1']))
  for (const name of names) query.append('name', name)
  return client.get(query.size === 0 ? 'diff' : `diff?${query}`)
}

async function showAnswer(context: Context, rule: Rule, answer: Answer): Promise<ExitCode> {
  const got = await expect(context, 'svctl.diff/v1', answer)
  if (!got.ok) return exitForFailure(rule, got.exit)
  await showDiff(context, got.document)
  return exitFor(rule, got.document)
}

/** Prints a diff as `-o` says. @returns 0 for no change, 1 for changes, 2 when a name means nothing */
export async function showDiff(
  context: Context,
  document: DiffDocument,
  command = applyCommand(document, context.options),
): Promise<ExitCode> {
  const { terminal, options, paint, errPaint } = context
  if (isStructured(context)) await emit(context, document)
  if (document.unknown.length > 0) {
    for (const name of document.unknown) terminal.err(`${unknownLine(name)}\n`)
    for (const line of suggestionLines(document.unknown)) terminal.err(line)
    return EXIT.usage
  }
  if (options.output === 'text') {
    terminal.out(renderDiff(document, paint, command))
    for (const line of scaleLines(document.scales, errPaint)) terminal.err(line)
  }
  if (options.output === 'names') for (const { name } of document.processes) terminal.out(`${name}\n`)
  if (options.output === 'patch') terminal.out(`${JSON.stringify(document.patch, null, 2)}\n`)
  if (options.output === 'markdown') {
    const { renderMarkdown } = await import('./diff/markdown.js')
    terminal.out(renderMarkdown(document))
  }
  return hasChanges(document) ? EXIT.no : EXIT.yes
}

/** The command that applies exactly what the diff shows; `null` for two files, of which no daemon knows. */
export function applyCommand(document: DiffDocument, options: Context['options']): string | null {
  const { acceptedRevision, acceptedFile, file, guard, candidate } = document
  if (acceptedRevision === 0) return null
  const removals = guard === null ? [] : ['--allow-removals']
  if (candidate.revision !== null) return commandLine(options, ['rollback', String(candidate.revision), ...removals])
  const rev = `${acceptedRevision}@${candidate.fingerprint.slice(0, FINGERPRINT_SHOWN)}`
  const apply = commandLine(options, ['apply', '--rev', rev, ...removals])
  if (candidate.inPlace || file === acceptedFile) return apply
  return `cp -- ${quote(file)} ${quote(acceptedFile)} && ${apply}`
}
