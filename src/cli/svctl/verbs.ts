import type { RequestedDocument, VerbName, VerbRow } from '../../api/json/verbs.js'
import { assertNever } from '../../model/assert.js'
import { type Context, emit, expect, isStructured, userOf } from './context.js'
import { type Goal, type Outcome, type Waited, waitFor } from './convergence.js'
import { EXIT, type ExitCode } from './exit.js'
import { printable } from './paint.js'
import { lineProgress, waitingLine } from './progress.js'
import { WAIT_MS } from './rows/waiting.js'

/** `svctl.verb/v1`: what `svctl start web -o json` prints once it is over. */
export interface VerbDocument {
  readonly schema: 'svctl.verb/v1'
  readonly verb: VerbName
  readonly outcome: 'requested' | 'done' | 'failed' | 'timeout' | 'interrupted'
  readonly processes: readonly VerbLine[]
}

/** One process at the end. `detail` is a pid or a reason. */
export interface VerbLine {
  readonly name: string
  readonly result: Outcome['result'] | Exclude<VerbRow['answer'], 'requested'> | 'requested' | 'released'
  readonly detail: string
}

/** `svctl start`, `stop`, `restart`, `hold`, `release`: asks, then waits until every process arrived. */
export async function runVerb(context: Context, verb: VerbName): Promise<ExitCode> {
  const { client, options, names, terminal } = context
  const waits = verb !== 'release' && !options.flags.has('--no-wait')
  const deadlineMs = terminal.monotonicMs() + (waits ? options.flags.ms('--timeout', WAIT_MS) : 0)
  const got = await expect(
    context,
    'svctl.requested/v1',
    await client.post(verb, { names, ...(verb === 'hold' ? termsOf(context) : {}) }),
  )
  if (!got.ok) return got.exit
  const answered = linesAtOnce(got.document, waits)
  if (!isStructured(context)) for (const line of answered) terminal.out(`${lineText(verb, line)}\n`)
  const refused = answered.some(({ result }) => result === 'refused')
  const goals = goalsOf(got.document)
  if (goals.length === 0 || !waits) {
    const outcome = refused ? 'failed' : goals.length === 0 ? 'done' : 'requested'
    return finish(context, verb, outcome, answered)
  }
  const progress = lineProgress(context, (outcome) => lineText(verb, outcome))
  const waited = await waitFor(context, goals, deadlineMs, progress)
  if (waited.kind === 'lost') return waited.exit
  if (waited.kind === 'timeout') terminal.err(`timed out ${waitingLine(waited.open)}\n`)
  if (waited.kind === 'interrupted') terminal.err(`interrupted ${waitingLine(waited.open)}; what was asked goes on\n`)
  const outcome = outcomeOf(verb, waited, refused)
  return finish(context, verb, outcome, [...answered, ...waited.outcomes, ...stillOpen(waited)])
}

function termsOf(context: Context): object {
  const { flags } = context.options
  const forMs = flags.has('--for') ? { forMs: flags.ms('--for', 0) } : {}
  const reason = flags.text('--reason')
  return { ...forMs, ...(reason === null ? {} : { reason }), ...userOf(context) }
}

/** What is settled by the answer itself: nothing to do, refused, or (for release, and without waiting) just asked. */
function linesAtOnce({ verb, processes }: RequestedDocument, wait: boolean): readonly VerbLine[] {
  return processes.flatMap(({ name, answer, message }): readonly VerbLine[] => {
    if (answer !== 'requested') return [{ name, result: answer, detail: message }]
    if (verb === 'release') return [{ name, result: 'released', detail: '' }]
    return wait ? [] : [{ name, result: 'requested', detail: '' }]
  })
}

function goalsOf({ verb, processes }: RequestedDocument): readonly Goal[] {
  if (verb === 'release') return []
  const want = isStop(verb) ? 'down' : 'up'
  return processes.filter(({ answer }) => answer === 'requested').map(({ name }) => ({ name, want }))
}

function isStop(verb: VerbName): boolean {
  return verb === 'stop' || verb === 'hold'
}

function outcomeOf(
  verb: VerbName,
  waited: Exclude<Waited, { kind: 'lost' }>,
  refused: boolean,
): VerbDocument['outcome'] {
  if (waited.kind === 'interrupted') return 'interrupted'
  // Held by someone else while we waited for it to come up: the answer to "does it run" is no.
  const bad = waited.outcomes.some(
    ({ result }) => result === 'failed' || result === 'kept' || (!isStop(verb) && result === 'held'),
  )
  if (bad || refused) return 'failed'
  return waited.kind === 'timeout' ? 'timeout' : 'done'
}

function stillOpen(waited: Exclude<Waited, { kind: 'lost' }>): readonly VerbLine[] {
  if (waited.kind === 'settled') return []
  return waited.open.map(({ goal, row }) => ({ name: goal.name, result: 'requested', detail: row?.state ?? '' }))
}

/** One line in supervisorctl's words. */
export function lineText(verb: VerbName, { name, result, detail }: VerbLine): string {
  const text = (words: string) => `${printable(name)}: ${words}`
  switch (result) {
    case 'running':
      return text(verb === 'restart' ? 'restarted' : 'started')
    case 'completed':
      return text('started and completed')
    case 'stopped':
      return text(verb === 'hold' ? 'held' : verb === 'stop' ? 'stopped' : `stopped, ${printable(detail)}`)
    case 'held':
      return text(verb === 'hold' ? 'held' : verb === 'stop' ? 'stopped' : `ERROR (${printable(detail)})`)
    case 'failed':
    case 'kept':
    case 'refused':
      return text(`ERROR (${printable(detail)})`)
    case 'already-started':
      return text('already started')
    case 'not-running':
      return text('not running')
    case 'not-held':
      return text('not held')
    case 'requested':
      return text(`${verb} requested`)
    case 'released':
      return text('released')
    default:
      return assertNever(result)
  }
}

const EXIT_OF = {
  requested: EXIT.yes,
  done: EXIT.yes,
  failed: EXIT.no,
  timeout: EXIT.timeout,
  interrupted: EXIT.interrupted,
} as const satisfies Record<VerbDocument['outcome'], ExitCode>

async function finish(
  context: Context,
  verb: VerbName,
  outcome: VerbDocument['outcome'],
  processes: readonly VerbLine[],
): Promise<ExitCode> {
  const document: VerbDocument = { schema: 'svctl.verb/v1', verb, outcome, processes }
  if (isStructured(context)) await emit(context, document)
  return EXIT_OF[outcome]
}
