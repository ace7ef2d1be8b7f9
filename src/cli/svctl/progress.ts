import type { Context } from './context.js'
import { isStructured } from './context.js'
import { type Goal, isOlder, type Outcome, type Progress, type Seen, type Step } from './convergence.js'
import { type Paint, printable } from './paint.js'

/**
 * Progress as lines on standard output: where processes arrived and, unless a line at the bottom of a terminal shows
 * that in place, the steps on the way.
 */
export function lineProgress(context: Context, text: (outcome: Outcome) => string): Progress {
  if (isStructured(context)) return { settled: () => {}, waiting: () => {} }
  const { terminal, paint } = context
  const failures = new Map<string, string>()
  const stepsTold = new Map<string, number>()
  let transient = false
  const clear = () => {
    if (transient) terminal.out('\r\u001b[K')
    transient = false
  }
  /** Tells the steps up to one that was seen: those before it have been taken, however short they were. */
  const tellSteps = ({ name, steps = [] }: Goal, upTo: number) => {
    if (terminal.outIsTty) return
    for (const step of steps.slice(stepsTold.get(name) ?? 0, upTo)) terminal.out(`${printable(name)}: ${step}\n`)
    stepsTold.set(name, Math.max(stepsTold.get(name) ?? 0, upTo))
  }
  return {
    settled: (outcome, goal) => {
      clear()
      if (outcome.result !== 'held' && outcome.result !== 'kept') tellSteps(goal, goal.steps?.length ?? 0)
      terminal.out(`${text(outcome)}\n`)
    },
    waiting: (open) => {
      clear()
      for (const { goal, row } of open) {
        if (row === null || !isOlder(row)) tellSteps(goal, (goal.steps ?? []).indexOf(stepOf(row)) + 1)
        if (row?.state !== 'BACKOFF' || failures.get(goal.name) === row.why) continue
        failures.set(goal.name, row.why)
        terminal.out(
          `${printable(goal.name)}: ${paint.yellow('BACKOFF')}, ${printable(row.why)}; will be tried again\n`,
        )
      }
      if (!terminal.outIsTty) return
      terminal.out(waitingLine(open).slice(0, Math.max(10, terminal.columns() - 1)))
      transient = true
    },
  }
}

/** The step that a process is at; an older one that waits for its turn has taken none. */
function stepOf(row: Seen['row']): Step {
  if (row === null || row.state === 'STOPPING') return 'stopping'
  return row.state === 'STARTING' || row.state === 'BACKOFF' || row.state === 'RUNNING' ? 'starting' : 'stopped'
}

/** One line about one process that arrived: `web: running, pid 12`. */
export function outcomeLine({ name, result, detail }: Outcome, paint: Paint): string {
  const { green, dim, red, yellow } = paint
  const word = { running: green, completed: green, stopped: dim, held: dim, failed: red, kept: yellow }
  return `${printable(name)}: ${word[result](result)}${detail === '' ? '' : `, ${printable(detail)}`}`
}

/** What is waited for, on one line. */
export function waitingLine(open: readonly Seen[]): string {
  const shown = open.slice(0, 3).map(({ goal, row }) => `${printable(goal.name)} (${row?.state ?? 'not listed'})`)
  const more = open.length > 3 ? `, and ${open.length - 3} more` : ''
  return `waiting for ${shown.join(', ')}${more}`
}
