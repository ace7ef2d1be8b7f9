import type { DiffDocument, ErrorDocument, StatusRow } from '../../api/json/documents.js'
import type { Answer } from './client.js'
import { type Context, emit, expect, isStructured, report } from './context.js'
import { type Goal, type Outcome, type Seen, waitFor } from './convergence.js'
import { applyCommand, showDiff } from './diff.js'
import { EXIT, type ExitCode } from './exit.js'
import { printable } from './paint.js'
import { lineProgress, outcomeLine } from './progress.js'
import { count, hasChanges, renderDiff, summarise } from './render-diff.js'
import { WAIT_MS } from './rows/waiting.js'
import { commandLine } from './shell.js'

/** `svctl.apply/v1`: what `svctl apply -o json` prints once it is over. */
export interface ApplyDocument {
  readonly schema: 'svctl.apply/v1'
  readonly revision: number
  readonly outcome: 'accepted' | 'converged' | 'failed' | 'timeout' | 'interrupted'
  readonly diff: DiffDocument
  readonly processes: readonly Outcome[]
  /** Not arrived when waiting ended, with the last state seen. */
  readonly waiting: readonly { readonly name: string; readonly state: string }[]
}

/** `svctl apply`: accepts the file, then waits until processes are as it says or one cannot be. */
export async function apply(context: Context): Promise<ExitCode> {
  const { client, options, terminal } = context
  if (options.flags.has('--dry-run')) return dryRun(context, await client.get('diff'))
  const startedMs = terminal.monotonicMs()
  const answer = await client.post('apply', { allowRemovals: options.flags.has('--allow-removals') })
  if (answer.kind === 'document' && answer.document.schema === 'svctl.error/v1' && answer.document.diff !== null) {
    return refused(context, answer.document, answer.document.diff)
  }
  const got = await expect(context, 'svctl.accepted/v1', answer)
  if (!got.ok) return got.exit
  const { revision, diff } = got.document
  const changed = hasChanges(diff)
  if (!isStructured(context)) {
    const file = printable(diff.file)
    terminal.out(
      changed ? `revision ${revision} accepted: ${summarise(diff)}\n` : `${file} is revision ${revision} already\n`,
    )
  }
  if (options.flags.has('--no-wait'))
    return finish(context, { revision, diff, outcome: 'accepted', processes: [], waiting: [] })
  return converge(context, revision, diff, startedMs + options.flags.ms('--timeout', WAIT_MS))
}

/** Shows a diff instead of carrying it out. */
export async function dryRun(context: Context, answer: Answer): Promise<ExitCode> {
  const got = await expect(context, 'svctl.diff/v1', answer)
  if (!got.ok) return got.exit
  const guard = context.options.flags.has('--allow-removals') ? null : got.document.guard
  const shown = await showDiff(context, { ...got.document, guard })
  if (shown === EXIT.usage) return shown
  return guard === null ? EXIT.yes : EXIT.refused
}

/** Shows what a guard refused, and how to go on. */
export async function refused(context: Context, error: ErrorDocument, diff: DiffDocument): Promise<ExitCode> {
  const { terminal, errPaint, options } = context
  if (isStructured(context)) return report(context, error)
  // Says why and how to go on.
  terminal.err(renderDiff(diff, errPaint, applyCommand(diff, options)))
  return EXIT.refused
}

/** Waits until processes are as a revision says or one cannot be; reports it. @param deadlineMs - monotonic */
export async function converge(
  context: Context,
  revision: number,
  diff: DiffDocument,
  deadlineMs: number,
): Promise<ExitCode> {
  const { client, terminal, paint, errPaint } = context
  const got = await expect(context, 'svctl.status/v1', await client.get('status'))
  if (!got.ok) return got.exit
  const { goals, failing } = goalsOf(diff, got.document.processes)
  const progress = lineProgress(context, (outcome) => outcomeLine(outcome, paint))
  const waited = await waitFor(context, goals, deadlineMs, progress)
  if (waited.kind === 'lost') return waited.exit
  const open = waited.kind === 'settled' ? [] : waited.open
  const outcome = outcomeOf(waited.kind, waited.outcomes)
  if (!isStructured(context)) {
    if (outcome === 'converged') terminal.out(`converged: revision ${revision}\n`)
    else tellWhy(context, outcome, revision, diff, waited.outcomes, open)
    for (const { name, state, why } of failing) {
      terminal.err(
        `${errPaint.yellow('note:')} ${printable(name)} was not up before either: ${state}, ${printable(why)}\n`,
      )
    }
  }
  return finish(context, {
    revision,
    diff,
    outcome,
    processes: waited.outcomes,
    waiting: open.map(({ goal, row }) => ({ name: goal.name, state: row?.state ?? 'not listed' })),
  })
}

/**
 * What apply waits for: everything the change touches and everything that is under way anyway. When the file changed
 * nothing (it may have been accepted by itself a moment ago) everything that is not as it should be counts.
 *
 * @returns `failing`: processes the change does not touch that were failing before; only told
 */
export function goalsOf(
  diff: DiffDocument,
  rows: readonly StatusRow[],
): { readonly goals: readonly Goal[]; readonly failing: readonly StatusRow[] } {
  const touched = diff.processes.flatMap(({ name, effect }): readonly Goal[] => {
    if (effect === 'stop') return [{ name, want: 'down' }]
    return effect === 'start' || effect === 'restart' ? [{ name, want: 'up' }] : []
  })
  const names = new Set(touched.map(({ name }) => name))
  const others = rows.filter(({ name }) => !names.has(name))
  const counts = (row: StatusRow) => row.verdict === 'pending' || (row.verdict === 'failed' && !hasChanges(diff))
  const underWay = others.filter(counts).map(({ name, held }): Goal => ({ name, want: held ? 'down' : 'up' }))
  return {
    goals: [...touched, ...underWay],
    failing: others.filter((row) => row.verdict === 'failed' && !counts(row)),
  }
}

function outcomeOf(
  kind: 'settled' | 'timeout' | 'interrupted',
  outcomes: readonly Outcome[],
): Exclude<ApplyDocument['outcome'], 'accepted'> {
  if (kind === 'interrupted') return kind
  if (outcomes.some(({ result }) => result === 'failed')) return 'failed'
  return kind === 'timeout' ? kind : 'converged'
}

function tellWhy(
  { terminal, errPaint, options }: Context,
  outcome: 'failed' | 'timeout' | 'interrupted',
  revision: number,
  diff: DiffDocument,
  outcomes: readonly Outcome[],
  open: readonly Seen[],
): void {
  const failed = outcomes.filter(({ result }) => result === 'failed')
  const say = (text: string) => terminal.err(`${text}\n`)
  if (outcome === 'failed') {
    const many = count(failed.length, 'process').replace(/processs$/, 'processes')
    say(errPaint.red(`revision ${revision} is accepted, but ${many} did not come up:`))
  }
  if (outcome === 'timeout') say(errPaint.red(`revision ${revision} is accepted, but not everything is there in time:`))
  if (outcome === 'interrupted') say(`revision ${revision} is accepted and goes on without us`)
  for (const { name, detail } of failed) say(`  ${printable(name)}: ${printable(detail)}`)
  for (const { goal, row } of open) {
    const why = row === null ? 'on its way down' : `${row.state}${row.why === '' ? '' : `, ${printable(row.why)}`}`
    say(`  ${printable(goal.name)}: ${why}`)
  }
  if (outcome === 'interrupted') say(`to look on: ${commandLine(options, ['status', '--watch'])}`)
  else say(`to go back: restore the former ${printable(diff.acceptedFile)}, then ${commandLine(options, ['apply'])}`)
}

const EXIT_OF = {
  accepted: EXIT.yes,
  converged: EXIT.yes,
  failed: EXIT.no,
  timeout: EXIT.timeout,
  interrupted: EXIT.interrupted,
} as const satisfies Record<ApplyDocument['outcome'], ExitCode>

/** Prints the document, if that is wanted. */
export async function finish(context: Context, facts: Omit<ApplyDocument, 'schema'>): Promise<ExitCode> {
  if (isStructured(context)) await emit(context, { schema: 'svctl.apply/v1', ...facts } satisfies ApplyDocument)
  return EXIT_OF[facts.outcome]
}
