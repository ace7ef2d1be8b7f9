import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { printable } from './paint.js'
import { suggestionLines } from './render-status.js'
import { within } from './within.js'

/** A probe that waits longer than this is of no use, ms. */
const TIMEOUT_MS = 5_000

/**
 * `svctl healthcheck`: for HEALTHCHECK of an image and probes of an orchestrator. Changes nothing.
 *
 * A daemon that is not there is not healthy: that is 1 here, since Docker knows no other number for it.
 */
export async function healthcheck(context: Context): Promise<ExitCode> {
  const { options, names, terminal } = context
  const live = options.flags.has('--live')
  if (live && (options.flags.has('--ready') || names.length > 0)) {
    terminal.err('svctl: --live asks whether the daemon answers; it goes with no name and not with --ready\n')
    return EXIT.usage
  }
  const timeoutMs = options.flags.ms('--timeout', TIMEOUT_MS)
  const answer = await within(timeoutMs, context.client.get(live ? 'health?live=1' : 'health', names))
  const got = await expect(context, 'svctl.health/v1', answer)
  if (!got.ok) return got.exit === EXIT.unreachable ? EXIT.no : got.exit
  const { document } = got
  if (isStructured(context)) await emit(context, document)
  if (document.unknown.length > 0) {
    for (const { name } of document.unknown) terminal.err(`svctl: no process ${printable(name)}\n`)
    for (const line of suggestionLines(document.unknown)) terminal.err(line)
    return EXIT.usage
  }
  if (!isStructured(context)) {
    for (const { name, state, why } of document.problems)
      terminal.out(`${printable(name)}: ${state}${why === '' ? '' : `, ${printable(why)}`}\n`)
    if (document.ready === false && document.state !== 'RUNNING') terminal.out(`the daemon is in ${document.state}\n`)
    if (document.ready !== false) terminal.out(document.ready ? `ready: ${document.checked} checked\n` : 'live\n')
  }
  return document.ready === false ? EXIT.no : EXIT.yes
}
