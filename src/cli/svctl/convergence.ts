import type { StatusDocument, StatusRow } from '../../api/json/status.js'
import { isStopped } from '../../model/phase.js'
import { type Context, expect } from './context.js'
import type { ExitCode } from './exit.js'

/** What is waited for: a process to be up (or done, as its policy has it), or to be down. */
export interface Goal {
  readonly name: string
  readonly want: 'up' | 'down'
  /** Steps that lead there, for those who are told of each. */
  readonly steps?: readonly Step[]
  /** Under way for other reasons: should it fail, it is waited for no more and only told. */
  readonly bystander?: true
}

/** What a process goes through before it arrives. */
export type Step = 'stopping' | 'stopped' | 'starting'

/** Where a process arrived. */
export interface Outcome {
  readonly name: string
  /** `kept`: goes on running an older specification, since another one did not come up. */
  readonly result: 'running' | 'completed' | 'stopped' | 'held' | 'failed' | 'kept'
  /** Pid, or why it failed. */
  readonly detail: string
}

/**
 * How waiting ended. `open` are the goals not reached, with what was last seen of them; `failing` are bystanders that
 * failed.
 */
export type Waited =
  | { readonly kind: 'settled'; readonly outcomes: readonly Outcome[]; readonly failing: readonly StatusRow[] }
  | {
      readonly kind: 'timeout' | 'interrupted'
      readonly outcomes: readonly Outcome[]
      readonly failing: readonly StatusRow[]
      readonly open: readonly Seen[]
    }
  | { readonly kind: 'lost'; readonly exit: ExitCode }

/** A goal not reached yet. `row` is `null` for a process that is no longer listed. */
export interface Seen {
  readonly goal: Goal
  readonly row: StatusRow | null
}

/** What someone who waits is told on the way. */
export interface Progress {
  settled(outcome: Outcome, goal: Goal): void
  waiting(open: readonly Seen[]): void
}

const POLL_MS_MIN = 100
const POLL_MS_MAX = 500
/** More names than this make a longer request than the whole table makes an answer. */
const NAMES_MAX = 50

/**
 * Asks for the status again and again until every goal is reached or can no longer be reached.
 *
 * @param deadlineMs - monotonic
 */
export async function waitFor(
  context: Context,
  goals: readonly Goal[],
  deadlineMs: number,
  progress: Progress,
): Promise<Waited> {
  const { terminal, client } = context
  const outcomes: Outcome[] = []
  const failing: StatusRow[] = []
  let open: readonly Goal[] = goals
  for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(POLL_MS_MAX, pollMs * 1.5)) {
    const names = open.length > NAMES_MAX ? [] : open.map(({ name }) => name)
    const got = await expect(context, 'svctl.status/v1', await client.get('status', names))
    if (!got.ok) return { kind: 'lost', exit: got.exit }
    const alive = await undeclared(context, open, got.document)
    if (!alive.ok) return { kind: 'lost', exit: alive.exit }
    const left: Seen[] = []
    const settle = (goal: Goal, outcome: Outcome) => {
      outcomes.push(outcome)
      progress.settled(outcome, goal)
    }
    for (const seen of look(open, got.document)) {
      const { goal, row } = seen
      const outcome = row === null && alive.names.has(goal.name) ? null : arrived(goal, row)
      if (goal.bystander && row?.verdict === 'failed') failing.push(row)
      else if (outcome === null) left.push(seen)
      else settle(goal, outcome)
    }
    if (standsStill(got.document, left)) {
      for (const { goal } of left) settle(goal, { name: goal.name, result: 'kept', detail: 'not replaced' })
      left.length = 0
    }
    open = left.map(({ goal }) => goal)
    if (open.length === 0) return { kind: 'settled', outcomes, failing }
    progress.waiting(left)
    const restMs = deadlineMs - terminal.monotonicMs()
    if (restMs > 0) await terminal.sleep(Math.min(pollMs, restMs))
    if (terminal.interrupted.aborted) return { kind: 'interrupted', outcomes, failing, open: left }
    if (restMs <= 0) return { kind: 'timeout', outcomes, failing, open: left }
  }
}

/** Whether all that is left only waits for a rollout that has halted: nothing more happens by itself. */
function standsStill({ conditions }: StatusDocument, left: readonly Seen[]): boolean {
  return (
    conditions.some(({ type }) => type === 'RolloutHalted') && left.every(({ row }) => row !== null && isOlder(row))
  )
}

/** Whether a process runs an older specification and is to be replaced. */
export function isOlder({ verdict, state, generation, observedGeneration }: StatusRow): boolean {
  return verdict === 'pending' && (state === 'RUNNING' || state === 'STARTING') && observedGeneration < generation
}

/** @returns where the process arrived, `null` while it is on its way. BACKOFF is on its way: it is tried again. */
export function arrived({ name, want }: Goal, row: StatusRow | null): Outcome | null {
  if (want === 'down') {
    return row === null || isStopped(row.state) ? { name, result: 'stopped', detail: '' } : null
  }
  if (row === null) return { name, result: 'failed', detail: 'it is no longer declared' }
  switch (row.verdict) {
    case 'ok':
      if (row.state === 'RUNNING') return { name, result: 'running', detail: `pid ${row.pid}` }
      return { name, result: row.state === 'EXITED' ? 'completed' : 'stopped', detail: row.why }
    case 'held':
      return { name, result: 'held', detail: row.why }
    case 'failed':
      return row.state === 'BACKOFF' ? null : { name, result: 'failed', detail: `${row.state}, ${row.why}` }
    case 'pending':
      return null
  }
}

function look(goals: readonly Goal[], { processes }: StatusDocument): readonly Seen[] {
  const rows = new Map(processes.map((row) => [row.name, row]))
  return goals.map((goal) => ({ goal, row: rows.get(goal.name) ?? null }))
}

type Alive =
  | { readonly ok: true; readonly names: ReadonlySet<string> }
  | { readonly ok: false; readonly exit: ExitCode }

/** Processes of removed groups are not listed by status, but may still be on their way down. */
async function undeclared(context: Context, goals: readonly Goal[], document: StatusDocument): Promise<Alive> {
  const listed = new Set(document.processes.map(({ name }) => name))
  if (!goals.some(({ name, want }) => want === 'down' && !listed.has(name))) return { ok: true, names: new Set() }
  const got = await expect(context, 'svctl.drift/v1', await context.client.get('drift'))
  if (!got.ok) return got
  const alive = got.document.items.filter(({ kind }) => kind === 'undeclared').map(({ name }) => name)
  return { ok: true, names: new Set(alive) }
}
