import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'

/**
 * `svctl explain`: about a process when there is one of that name, else about an option; with a file first
 * about an option.
 */
export async function explain(context: Context): Promise<ExitCode> {
  const { client, options, names, terminal, paint } = context
  const [name = ''] = names
  const { isOption, explainOption, nearestOption } = await import('./explain-option.js')
  const inFile = options.flags.text('--file') !== null && isOption(name)
  if (options.flags.has('--option') || inFile) return explainOption(context, name)
  const answer = await client.get('explain', [name])
  const known = answer.kind === 'document' && answer.document.schema === 'svctl.explanation/v1'
  if (!known && isOption(name) && !terminal.interrupted.aborted) return explainOption(context, name)
  const got = await expect(context, 'svctl.explanation/v1', answer)
  if (!got.ok) {
    const near = nearestOption(name)
    if (near !== null) terminal.err(`if an option is meant: did you mean ${near}?\n`)
    return got.exit
  }
  if (isStructured(context)) await emit(context, got.document)
  else {
    const { renderExplanation } = await import('./explain-process.js')
    terminal.out(renderExplanation(got.document, paint))
  }
  return EXIT.yes
}
