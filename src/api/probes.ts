import type { Operator } from '../model/operator.js'
import { type Exchange, sendAnswer } from './answer.js'
import { healthDocument } from './json/health.js'

/** Paths that probes of orchestrators ask by custom, and whether they only ask for life. */
const LIVE: Readonly<Record<string, boolean>> = { '/livez': true, '/readyz': false, '/healthz': false }

export function isProbe(path: string): boolean {
  return Object.hasOwn(LIVE, path)
}

/** Answers 200 or 503 with a line of text for each problem; `?name=` asks for some processes only. */
export function answerProbe(exchange: Exchange, operator: Operator): void {
  const { path, query } = exchange
  const { ready, state, problems, unknown } = healthDocument(operator, query.getAll('name'), LIVE[path] === true)
  const lines = [
    ...(ready !== null && state !== 'RUNNING' ? [`the daemon is in ${state}`] : []),
    ...problems.map(({ name, state: phase, why }) => `${name}: ${phase}${why === '' ? '' : `, ${why}`}`),
    ...unknown.map(({ name }) => `${name}: no such process`),
  ]
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
  if (ready === false) sendAnswer(exchange, 503, headers, `${lines.join('\n')}\n`)
  else sendAnswer(exchange, 200, headers, 'ok\n')
}
