import { converge, dryRun, finish, refused } from './apply.js'
import { type Context, expect, isStructured, report } from './context.js'
import type { ExitCode } from './exit.js'
import { failure } from './locate.js'
import { hasChanges, summarise } from './render-diff.js'
import { revisionNumber, wrongRevision } from './revision-number.js'
import { WAIT_MS } from './rows/waiting.js'

/** `svctl rollback`: makes a former revision the newest one, then waits as `svctl apply` does. */
export async function rollback(context: Context): Promise<ExitCode> {
  const { client, names, options, terminal } = context
  const [word] = names
  const wanted = word === undefined ? {} : { revision: revisionNumber(word) }
  if (word !== undefined && wanted.revision === null) {
    return report(context, failure('BAD_REQUEST', `rollback: ${wrongRevision(word)}`))
  }
  if (options.flags.has('--dry-run')) return dryRun(context, await client.post('rollback', { ...wanted, dryRun: true }))
  const startedMs = terminal.monotonicMs()
  const allowRemovals = options.flags.has('--allow-removals')
  const answer = await client.post('rollback', { ...wanted, allowRemovals })
  if (answer.kind === 'document' && answer.document.schema === 'svctl.error/v1' && answer.document.diff !== null) {
    return refused(context, answer.document, answer.document.diff)
  }
  const got = await expect(context, 'svctl.rolledback/v1', answer)
  if (!got.ok) return got.exit
  const { revision, to, diff } = got.document
  if (!isStructured(context)) {
    terminal.out(
      hasChanges(diff)
        ? `revision ${revision} accepted, a rollback to ${to}: ${summarise(diff)}\n`
        : `revision ${revision} says what revision ${to} says already\n`,
    )
  }
  if (options.flags.has('--no-wait'))
    return finish(context, { revision, diff, outcome: 'accepted', processes: [], waiting: [] })
  return converge(context, revision, diff, startedMs + options.flags.ms('--timeout', WAIT_MS))
}
