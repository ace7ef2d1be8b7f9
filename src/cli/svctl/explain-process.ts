import { exitText } from '../../api/json/events.js'
import type { ExplanationDocument, LastExitRow, NextStep } from '../../api/json/explanation.js'
import { eventText } from './events.js'
import { formatMoment, formatSpan } from './moment.js'
import { type Paint, printable } from './paint.js'
import { pad } from './table.js'

/** The explanation of one process as text: what is, why, what is next, what to do. */
export function renderExplanation(document: ExplanationDocument, paint: Paint): string {
  const { name, state, why, events, stderr, advice } = document
  const head = `${paint.bold(printable(name))} is ${byVerdict(document, paint)(state)}${why === '' ? '' : `: ${printable(why)}`}`
  const facts = factsOf(document).map(([label, text]) => `  ${pad(label, LABEL_COLUMNS)}${printable(text)}`)
  const lines = [
    head,
    ...facts,
    ...section(
      'last events',
      paint,
      events.map((row) => `${formatMoment(row.atWallMs)}  ${eventText(row, paint)}`),
    ),
    ...section(`last lines of ${printable(stderr.file)}`, paint, stderr.lines.map(printable)),
    ...section('what to do', paint, advice.map(printable)),
  ]
  return `${lines.join('\n')}\n`
}

const LABEL_COLUMNS = 14

function factsOf(document: ExplanationDocument): readonly (readonly [string, string])[] {
  const { pid, sinceWallMs, atWallMs, starts, spawnError, lastExit, next, hold, port } = document
  const fact = (label: string, text: string | null): readonly (readonly [string, string])[] =>
    text === null ? [] : [[label, text]]
  return [
    ...fact('since', sinceWallMs === null ? null : moment(sinceWallMs, atWallMs)),
    ...fact('pid', pid === null ? null : String(pid)),
    ...fact('specification', specification(document)),
    ...fact('starts', starts === 0 ? 'never started' : String(starts)),
    ...fact('last error', spawnError === '' || spawnError === document.why ? null : spawnError),
    ...fact('last end', lastExit === null ? null : lastEnd(lastExit, atWallMs)),
    ...fact('next', next === null ? null : nextStep(next, atWallMs)),
    ...fact('held', hold === null ? null : holdText(hold, atWallMs)),
    ...fact('port', port === null ? null : portText(port)),
  ]
}

function byVerdict({ verdict }: ExplanationDocument, paint: Paint): (text: string) => string {
  switch (verdict) {
    case 'ok':
      return paint.green
    case 'pending':
      return paint.yellow
    case 'failed':
      return paint.red
    case 'held':
      return paint.dim
  }
}

function moment(wallMs: number, nowMs: number): string {
  const span = formatSpan(Math.abs(nowMs - wallMs))
  return `${formatMoment(wallMs)} (${wallMs > nowMs ? `in ${span}` : `${span} ago`})`
}

function specification({ revision, generation, observedGeneration, pid }: ExplanationDocument): string {
  const accepted = `generation ${generation} of revision ${revision}`
  if (observedGeneration === 0 || observedGeneration === generation) return accepted
  return `${accepted}; ${pid === null ? 'last ran' : 'runs'} generation ${observedGeneration}`
}

function lastEnd(exit: LastExitRow, nowMs: number): string {
  const up = exit.upMs === null ? '' : `, after ${formatSpan(exit.upMs)}`
  return `${exitText(exit)}${up}, ${moment(exit.atWallMs, nowMs)}`
}

const ACTIONS = {
  start: 'a start',
  kill: 'SIGKILL, if it is still there',
  'declare-running': 'counts as RUNNING',
} as const

function nextStep({ action, atWallMs, attempt, attempts }: NextStep, nowMs: number): string {
  const counted = attempt === null || attempts === null ? '' : `, attempt ${attempt} of ${attempts}`
  const when = atWallMs > nowMs ? `in ${formatSpan(atWallMs - nowMs)}` : 'now'
  return `${ACTIONS[action]} ${when}${action === 'kill' ? '' : counted}`
}

function holdText(
  { by, reason, sinceWallMs, untilWallMs }: NonNullable<ExplanationDocument['hold']>,
  nowMs: number,
): string {
  const end = untilWallMs === null ? 'until started or released' : `until ${moment(untilWallMs, nowMs)}`
  return `by ${by} since ${moment(sinceWallMs, nowMs)}, ${end}${reason === '' ? '' : `: ${reason}`}`
}

function portText({ port, holder }: NonNullable<ExplanationDocument['port']>): string {
  if (holder === null) return `${port} was taken; nobody listens there now`
  const who = holder.pid === null ? 'a process that cannot be seen' : `pid ${holder.pid} (${holder.command})`
  return `${port} is taken by ${who}${holder.process === null ? '' : `, which is ${holder.process}`}`
}

function section(title: string, paint: Paint, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [paint.bold(title), ...lines.map((line) => `  ${line}`)]
}
