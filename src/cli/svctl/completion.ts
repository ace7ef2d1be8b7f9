import { bashScript } from './completion/bash.js'
import { fishScript } from './completion/fish.js'
import { zshScript } from './completion/zsh.js'
import { type Context, report } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { failure } from './locate.js'

const SCRIPTS: Readonly<Record<string, () => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** `svctl completion SHELL`: prints its script. `names` is for the scripts: what can be given as a NAME. */
export async function completion(context: Context): Promise<ExitCode> {
  const [shell = ''] = context.names
  if (shell === 'names') return printNames(context)
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
  if (script === undefined) {
    const wanted = Object.keys(SCRIPTS).join(', ')
    return report(context, failure('BAD_REQUEST', `completion takes one of ${wanted}, got ${JSON.stringify(shell)}`))
  }
  context.terminal.out(script())
  return EXIT.yes
}

/** Quiet whatever happens: an error in the middle of a line that is being typed helps nobody. */
async function printNames({ client, terminal }: Context): Promise<ExitCode> {
  const answer = await client.get('status')
  if (answer.kind !== 'document' || answer.document.schema !== 'svctl.status/v1') return EXIT.yes
  const { processes } = answer.document
  const groups = processes.filter(({ group, process }) => group !== process).map(({ group }) => `${group}:*`)
  const names = [...processes.map(({ name }) => name), ...new Set(groups)]
  // A shell takes these apart by lines, and words with blanks or control characters it could not give back.
  terminal.out(
    names
      .filter((name) => /^[^\s\p{Cc}]+$/u.test(name))
      .map((name) => `${name}\n`)
      .join(''),
  )
  return EXIT.yes
}
