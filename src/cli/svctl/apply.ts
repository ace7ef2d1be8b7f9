import type { ErrorDocument } from '../../api/json/answers.js'
import { movedMessage, partOfGroup } from '../../api/json/apply.js'
import type { DiffDocument } from '../../api/json/diff-document.js'
import type { StatusRow } from '../../api/json/status.js'
import { splitName } from '../../model/names.js'
import type { Expectation } from '../../model/operator.js'
import type { Answer } from './client.js'
import { type Context, emit, expect, isStructured, report } from './context.js'
import { type Goal, isOlder, type Outcome, type Seen, type Step, waitFor } from './convergence.js'
import { applyCommand, showDiff } from './diff.js'
import { EXIT, type ExitCode } from './exit.js'
import { failure } from './locate.js'
import { printable } from './paint.js'
import { lineProgress, outcomeLine } from './progress.js'
import { count, renderDiff, summarise } from './render-diff.js'
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

/** `svctl apply`: accepts the file or some groups of it, then waits until processes are as it says or one cannot be. */
export async function apply(context: Context): Promise<ExitCode> {
  const { client, options, terminal, names } = context
  const asked = readRequest(context)
  if (typeof asked === 'string') return report(context, failure('BAD_REQUEST', `apply: ${asked}`))
  const { groups, expected } = asked
  if (options.flags.has('--dry-run')) return dryRun(context, await client.get('diff', names), expected)
  const startedMs = terminal.monotonicMs()
  const answer = await client.post('apply', {
    allowRemovals: options.flags.has('--allow-removals'),
    ...(groups === null ? {} : { groups }),
    ...(expected === null ? {} : { expect: expectationBody(expected) }),
  })
  if (answer.kind === 'document' && answer.document.schema === 'svctl.error/v1' && answer.document.diff !== null) {
    return refused(context, answer.document, answer.document.diff)
  }
  const got = await expect(context, 'svctl.accepted/v1', answer)
  if (!got.ok) return got.exit
  const { revision, diff } = got.document
  if (!isStructured(context)) {
    const what = groups === null ? printable(diff.file) : groups.map(printable).join(', ')
    terminal.out(
      isNew(revision, diff)
        ? `revision ${revision} accepted: ${summarise(diff)}\n`
        : `${what} is as in revision ${revision} already\n`,
    )
  }
  if (options.flags.has('--no-wait'))
    return finish(context, { revision, diff, outcome: 'accepted', processes: [], waiting: [] })
  return converge(context, revision, diff, startedMs + options.flags.ms('--timeout', WAIT_MS), groups)
}

/** What names and `--rev` ask for: groups, `null` for all. @returns what is wrong with them, if something is */
function readRequest({
  names,
  options,
}: Context): { readonly groups: readonly string[] | null; readonly expected: Expectation | null } | string {
  const part = names.map(partOfGroup).find((problem) => problem !== null)
  if (part) return part
  const groups = names.length === 0 || names.includes('all') ? null : names.map((name) => splitName(name).group)
  const rev = options.flags.text('--rev')
  if (rev === null) return { groups, expected: null }
  const [, revision, fingerprint = null] = /^(\d{1,9})(?:@([0-9a-f]{8,16}))?$/.exec(rev) ?? []
  if (revision === undefined)
    return `--rev is a revision such as 7, or 7@1a2b3c4d as diff prints it, got ${JSON.stringify(rev)}`
  return { groups, expected: { revision: Number(revision), fingerprint } }
}

function expectationBody({ revision, fingerprint }: Expectation): object {
  return fingerprint === null ? { revision } : { revision, fingerprint }
}

/** Whether accepting made a revision of its own. */
function isNew(revision: number, diff: DiffDocument): boolean {
  return revision !== diff.acceptedRevision
}

/** Shows a diff instead of carrying it out. @param expected - refuses to show anything else */
export async function dryRun(context: Context, answer: Answer, expected: Expectation | null = null): Promise<ExitCode> {
  const got = await expect(context, 'svctl.diff/v1', answer)
  if (!got.ok) return got.exit
  const { acceptedRevision: revision, candidate } = got.document
  const moved = expected && movedMessage(expected, { revision, fingerprint: candidate.fingerprint })
  if (moved) return report(context, failure('REVISION_MOVED', moved))
  const guard = context.options.flags.has('--allow-removals') ? null : got.document.guard
  // What was allowed here has to be allowed there, too.
  const shown = await showDiff(context, { ...got.document, guard }, applyCommand(got.document, context.options))
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

/**
 * Waits until processes are as a revision says or one cannot be; reports it.
 *
 * @param deadlineMs - monotonic
 * @param groups - what is of interest; `null` for all
 */
export async function converge(
  context: Context,
  revision: number,
  diff: DiffDocument,
  deadlineMs: number,
  groups: readonly string[] | null = null,
): Promise<ExitCode> {
  const { client, terminal, paint, errPaint } = context
  const got = await expect(context, 'svctl.status/v1', await client.get('status'))
  if (!got.ok) return got.exit
  const rows = got.document.processes.filter(({ group }) => groups === null || groups.includes(group))
  const { goals, failing } = goalsOf(revision, diff, rows)
  const progress = lineProgress(context, (outcome) => outcomeLine(outcome, paint))
  const waited = await waitFor(context, goals, deadlineMs, progress)
  if (waited.kind === 'lost') return waited.exit
  const open = waited.kind === 'settled' ? [] : waited.open
  const outcome = outcomeOf(waited.kind, waited.outcomes)
  if (!isStructured(context)) {
    if (outcome === 'converged') terminal.out(`converged: revision ${revision}\n`)
    else tellWhy(context, outcome, revision, diff, waited.outcomes, open)
    for (const { name, state, why } of [...failing, ...waited.failing]) {
      terminal.err(
        `${errPaint.yellow('note:')} ${printable(name)} is not touched by this, but failing: ${state}, ${printable(why)}\n`,
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

const STEPS = {
  start: ['starting'],
  restart: ['stopping', 'stopped', 'starting'],
  stop: ['stopping'],
} as const satisfies Record<string, readonly Step[]>

/**
 * What apply waits for: everything the change touches, what still waits for the rollout of a former one, and what is
 * under way anyway. When the file changed nothing (it may have been accepted by itself a moment ago) everything that
 * the revision itself changed counts.
 *
 * @returns `failing`: processes the change does not touch that are failing; only told
 */
export function goalsOf(
  revision: number,
  diff: DiffDocument,
  rows: readonly StatusRow[],
): { readonly goals: readonly Goal[]; readonly failing: readonly StatusRow[] } {
  const touched = diff.processes.flatMap(({ name, effect }): readonly Goal[] => {
    if (effect === 'stop') return [{ name, want: 'down', steps: STEPS.stop }]
    return effect === 'start' || effect === 'restart' ? [{ name, want: 'up', steps: STEPS[effect] }] : []
  })
  const names = new Set(touched.map(({ name }) => name))
  const others = rows.filter(({ name }) => !names.has(name))
  const own = (row: StatusRow) => (!isNew(revision, diff) && row.generation === revision) || isOlder(row)
  const counts = (row: StatusRow) => row.verdict === 'pending' || (row.verdict === 'failed' && own(row))
  const underWay = others.filter(counts).map((row): Goal => {
    const { name, held } = row
    const goal: Goal = { name, want: held ? 'down' : 'up', steps: isOlder(row) ? STEPS.restart : [] }
    return own(row) ? goal : { ...goal, bystander: true }
  })
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
  if (outcomes.some(({ result }) => result === 'failed' || result === 'kept')) return 'failed'
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
  const kept = outcomes.filter(({ result }) => result === 'kept')
  const say = (text: string) => terminal.err(`${text}\n`)
  if (outcome === 'failed') {
    const many = count(failed.length, 'process').replace(/processs$/, 'processes')
    const what = failed.length > 0 ? `${many} did not come up:` : 'its rollout has halted'
    say(errPaint.red(`revision ${revision} is accepted, but ${what}`))
  }
  if (outcome === 'timeout') say(errPaint.red(`revision ${revision} is accepted, but not everything is there in time:`))
  if (outcome === 'interrupted') say(`revision ${revision} is accepted and goes on without us`)
  for (const { name, detail } of failed) say(`  ${printable(name)}: ${printable(detail)}`)
  if (kept.length > 0) say(`kept as they were: ${kept.map(({ name }) => printable(name)).join(', ')}`)
  for (const { goal, row } of open) {
    const why = row === null ? 'on its way down' : `${row.state}${row.why === '' ? '' : `, ${printable(row.why)}`}`
    say(`  ${printable(goal.name)}: ${why}`)
  }
  if (outcome === 'interrupted') say(`to look on: ${commandLine(options, ['status', '--watch'])}`)
  else {
    const back = ['rollback', ...(isNew(revision, diff) ? [String(diff.acceptedRevision)] : [])]
    say(
      `to go back: ${commandLine(options, back)}; to go on: mend ${printable(diff.acceptedFile)}, then ${commandLine(options, ['apply'])}`,
    )
  }
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
