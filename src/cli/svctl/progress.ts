import type { Context } from './context.js'
import { isStructured } from './context.js'
import type { Outcome, Progress, Seen } from './convergence.js'
import { type Paint, printable } from './paint.js'

/** Progress as lines on standard output; on a terminal a line at the bottom says what is waited for. */
export function lineProgress(context: Context, text: (outcome: Outcome) => string): Progress {
  if (isStructured(context)) return { settled: () => {}, waiting: () => {} }
  const { terminal, paint } = context
  const failures = new Map<string, string>()
  let transient = false
  const clear = () => {
    if (transient) terminal.out('\r\u001b[K')
    transient = false
  }
  return {
    settled: (outcome) => {
      clear()
      terminal.out(`${text(outcome)}\n`)
    },
    waiting: (open) => {
      clear()
      for (const { goal, row } of open) {
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

/** One line about one process that arrived: `web: running, pid 12`. */
export function outcomeLine({ name, result, detail }: Outcome, paint: Paint): string {
  const word = { running: paint.green, completed: paint.green, stopped: paint.dim, held: paint.dim, failed: paint.red }
  return `${printable(name)}: ${word[result](result)}${detail === '' ? '' : `, ${printable(detail)}`}`
}

/** What is waited for, on one line. */
export function waitingLine(open: readonly Seen[]): string {
  const shown = open.slice(0, 3).map(({ goal, row }) => `${printable(goal.name)} (${row?.state ?? 'not listed'})`)
  const more = open.length > 3 ? `, and ${open.length - 3} more` : ''
  return `waiting for ${shown.join(', ')}${more}`
}
