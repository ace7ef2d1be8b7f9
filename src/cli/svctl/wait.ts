import type { StatusDocument } from '../../api/json/status.js'
import { someOf } from '../../model/listing.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { printable } from './paint.js'
import { suggestionLines, unknownLine } from './render-status.js'
import { WAIT_MS } from './rows/waiting.js'
import { isMeant, parseWanted, type Standing, standingOf, WANTED_WORDS, type Wanted } from './wait-goal.js'
import { within } from './within.js'

/** `svctl.wait/v1`: what `svctl wait -o json` prints once it is over. */
export interface WaitDocument {
  readonly schema: 'svctl.wait/v1'
  /** What was waited for, as it was given. */
  readonly for: string
  readonly outcome: 'reached' | 'impossible' | 'timeout' | 'interrupted'
  /** Accepted when waiting ended. */
  readonly revision: number
  readonly processes: readonly WaitRow[]
}

/** Where one process stood when waiting ended. */
export interface WaitRow extends Standing {
  readonly name: string
}

const POLL_MS_MIN = 100
const POLL_MS_MAX = 500

/** How long an answer may take although the time is nearly up, ms. */
const ANSWER_MS_MIN = 2_000

/** `svctl wait`: looks again and again until it is so for all, cannot be so for one, or time is up. */
export async function wait(context: Context): Promise<ExitCode> {
  const { client, options, terminal, names } = context
  const text = options.flags.text('--for') ?? 'running'
  const wanted = parseWanted(text)
  if (wanted === null) {
    terminal.err(`svctl: wait: --for is ${WANTED_WORDS}, got ${JSON.stringify(text)}\n`)
    return EXIT.usage
  }
  const deadlineMs = terminal.monotonicMs() + options.flags.ms('--timeout', WAIT_MS)
  const known = new Set<string>()
  for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(POLL_MS_MAX, pollMs * 1.5)) {
    const answerMs = Math.round(Math.max(ANSWER_MS_MIN, deadlineMs - terminal.monotonicMs()))
    const got = await expect(context, 'svctl.status/v1', await within(answerMs, client.get('status', names)))
    if (!got.ok) return got.exit
    const { document } = got
    if (known.size === 0 && document.unknown.length > 0) return unknownNames(context, document)
    const alive = await stillAlive(context, wanted, known, document)
    if (typeof alive === 'number') return alive
    const processes = look(context, wanted, known, document, alive)
    const restMs = deadlineMs - terminal.monotonicMs()
    const outcome = outcomeOf(wanted, processes, document, restMs, names.length > 0)
    if (outcome !== null) return finish(context, { for: text, outcome, revision: document.daemon.revision, processes })
    await terminal.sleep(Math.min(pollMs, restMs))
    if (terminal.interrupted.aborted)
      return finish(context, { for: text, outcome: 'interrupted', revision: document.daemon.revision, processes })
  }
}

/** Takes in what is listed, so that it is missed should it go. */
function look(
  { names }: Context,
  wanted: Wanted,
  known: Set<string>,
  document: StatusDocument,
  alive: ReadonlySet<string>,
): readonly WaitRow[] {
  const rows = new Map(document.processes.map((row) => [row.name, row]))
  for (const name of rows.keys()) known.add(name)
  return [...known].flatMap((name) => {
    const row = rows.get(name) ?? null
    // Who asks about everything does not ask about what is no longer there.
    if (names.length === 0 && (row === null || !isMeant(wanted, row))) return []
    return [{ name, ...standingOf(wanted, row, document, alive.has(name)) }]
  })
}

/** Processes of removed groups are not listed by status, but may still be on their way down. */
async function stillAlive(
  context: Context,
  wanted: Wanted,
  known: ReadonlySet<string>,
  document: StatusDocument,
): Promise<ReadonlySet<string> | ExitCode> {
  const listed = new Set(document.processes.map(({ name }) => name))
  if (wanted.kind !== 'stopped' || [...known].every((name) => listed.has(name))) return new Set()
  const got = await expect(context, 'svctl.drift/v1', await context.client.get('drift'))
  if (!got.ok) return got.exit
  return new Set(got.document.items.filter(({ kind }) => kind === 'undeclared').map(({ name }) => name))
}

function outcomeOf(
  wanted: Wanted,
  processes: readonly WaitRow[],
  { daemon }: StatusDocument,
  restMs: number,
  named: boolean,
): WaitDocument['outcome'] | null {
  if (processes.some(({ result }) => result === 'impossible')) return 'impossible'
  const there = processes.every(({ result }) => result === 'reached')
  const whole = !named && (wanted.kind === 'converged' || wanted.kind === 'rev')
  const late = wanted.kind === 'rev' && daemon.revision < wanted.number
  if (there && !late && (!whole || daemon.converged)) return 'reached'
  return restMs <= 0 ? 'timeout' : null
}

function unknownNames({ terminal }: Context, { unknown }: StatusDocument): ExitCode {
  for (const name of unknown) terminal.err(`${printable(unknownLine(name))}\n`)
  for (const line of suggestionLines(unknown)) terminal.err(line)
  return EXIT.usage
}

const EXIT_OF = {
  reached: EXIT.yes,
  impossible: EXIT.no,
  timeout: EXIT.timeout,
  interrupted: EXIT.interrupted,
} as const satisfies Record<WaitDocument['outcome'], ExitCode>

async function finish(context: Context, facts: Omit<WaitDocument, 'schema'>): Promise<ExitCode> {
  const { terminal, paint, errPaint } = context
  const { for: wanted, outcome, processes } = facts
  if (isStructured(context)) await emit(context, { schema: 'svctl.wait/v1', ...facts } satisfies WaitDocument)
  else if (outcome === 'reached') terminal.out(`${paint.green(wanted)}: ${names(processes)}\n`)
  const say = ({ name, detail }: WaitRow, colour: (text: string) => string, word: string) =>
    terminal.err(`${printable(name)}: ${colour(word)}: ${printable(detail)}\n`)
  for (const row of processes) {
    if (row.result === 'impossible') say(row, errPaint.red, `will not be ${wanted}`)
    else if (row.result === 'open' && outcome !== 'impossible') say(row, errPaint.yellow, `not ${wanted} yet`)
  }
  return EXIT_OF[outcome]
}

function names(processes: readonly WaitRow[]): string {
  if (processes.length === 0) return 'nothing to wait for'
  return someOf(
    processes.map(({ name }) => printable(name)),
    5,
  )
}
