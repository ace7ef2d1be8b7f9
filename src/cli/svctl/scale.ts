import type { ScaledDocument } from '../../api/json/scale.js'
import { type Context, emit, expect, isStructured, userOf } from './context.js'
import { type Goal, type Outcome, type Waited, waitFor } from './convergence.js'
import { EXIT, type ExitCode } from './exit.js'
import { printable } from './paint.js'
import { lineProgress, outcomeLine, waitingLine } from './progress.js'
import { WAIT_MS } from './rows/waiting.js'

/** `svctl.scale/v1`: what `svctl scale -o json` prints once it is over. */
export interface ScaleDocument {
  readonly schema: 'svctl.scale/v1'
  readonly revision: number
  readonly outcome: 'requested' | 'done' | 'failed' | 'timeout' | 'interrupted'
  readonly programs: ScaledDocument['programs']
  readonly processes: readonly Outcome[]
  /** Not arrived when waiting ended, with the last state seen. */
  readonly waiting: readonly { readonly name: string; readonly state: string }[]
}

/** `svctl scale web=5`: asks for other numbers of processes than the file says, then waits until they are there. */
export async function scale(context: Context): Promise<ExitCode> {
  const { client, options, names, terminal } = context
  const programs = readPrograms(names, options.flags.has('--reset'))
  if (typeof programs === 'string') {
    terminal.err(`svctl: scale: ${printable(programs)}\nRun "svctl scale --help" to see what can be given\n`)
    return EXIT.usage
  }
  const deadlineMs = terminal.monotonicMs() + options.flags.ms('--timeout', WAIT_MS)
  const got = await expect(context, 'svctl.scaled/v1', await client.post('scale', { programs, ...userOf(context) }))
  if (!got.ok) return got.exit
  if (!isStructured(context)) for (const program of got.document.programs) terminal.out(`${programLine(program)}\n`)
  const goals = goalsOf(got.document)
  if (options.flags.has('--no-wait') || goals.length === 0) {
    const outcome = goals.length === 0 ? 'done' : 'requested'
    return finish(context, got.document, { outcome, processes: [], waiting: [] })
  }
  const progress = lineProgress(context, (outcome) => outcomeLine(outcome, context.paint))
  const waited = await waitFor(context, goals, deadlineMs, progress)
  if (waited.kind === 'lost') return waited.exit
  if (waited.kind === 'timeout') terminal.err(`timed out ${waitingLine(waited.open)}\n`)
  if (waited.kind === 'interrupted') terminal.err(`interrupted ${waitingLine(waited.open)}; what was asked goes on\n`)
  const open = waited.kind === 'settled' ? [] : waited.open
  return finish(context, got.document, {
    outcome: outcomeOf(waited),
    processes: waited.outcomes,
    waiting: open.map(({ goal, row }) => ({ name: goal.name, state: row?.state ?? 'not listed' })),
  })
}

/**
 * Reads `web=5`, `web=file` and, with `--reset`, plain `web`.
 *
 * @returns what to ask for, `null` for what the file says, or what is wrong
 */
export function readPrograms(
  words: readonly string[],
  reset: boolean,
): Readonly<Record<string, number | null>> | string {
  const programs = new Map<string, number | null>()
  for (const word of words) {
    const equals = word.lastIndexOf('=')
    const [name, value] = equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)]
    const fits = reset ? equals < 0 : /^(?:\d{1,6}|file)$/.test(value)
    if (name === '' || !fits) {
      const wanted = reset ? 'a NAME alone with --reset' : 'NAME=NUMBER, or NAME=file for what the file says'
      return `write ${wanted}, got ${JSON.stringify(word)}`
    }
    if (programs.has(name)) return `${JSON.stringify(name)} is given twice`
    programs.set(name, reset || value === 'file' ? null : Number(value))
  }
  return Object.fromEntries(programs)
}

function programLine({ program, before, numprocs, fileNumprocs }: ScaledDocument['programs'][number]): string {
  const change = before === numprocs ? `stays at ${numprocs}` : `${before} -> ${numprocs}`
  return `${printable(program)}: ${change}${numprocs === fileNumprocs ? ', as the file says' : ` (file says ${fileNumprocs})`}`
}

function goalsOf({ started, stopped, restarted }: ScaledDocument): readonly Goal[] {
  return [
    ...stopped.map((name): Goal => ({ name, want: 'down' })),
    ...[...started, ...restarted].map((name): Goal => ({ name, want: 'up' })),
  ]
}

function outcomeOf(waited: Exclude<Waited, { kind: 'lost' }>): ScaleDocument['outcome'] {
  if (waited.kind === 'interrupted') return 'interrupted'
  if (waited.outcomes.some(({ result }) => result === 'failed')) return 'failed'
  return waited.kind === 'timeout' ? 'timeout' : 'done'
}

const EXIT_OF = {
  requested: EXIT.yes,
  done: EXIT.yes,
  failed: EXIT.no,
  timeout: EXIT.timeout,
  interrupted: EXIT.interrupted,
} as const satisfies Record<ScaleDocument['outcome'], ExitCode>

async function finish(
  context: Context,
  { revision, programs }: ScaledDocument,
  facts: Pick<ScaleDocument, 'outcome' | 'processes' | 'waiting'>,
): Promise<ExitCode> {
  const document: ScaleDocument = { schema: 'svctl.scale/v1', revision, programs, ...facts }
  if (isStructured(context)) await emit(context, document)
  return EXIT_OF[facts.outcome]
}
