import { renderDiagnostic } from '../../../config/render.js'
import type { Finding } from '../../../desired/checks/finding.js'
import { EXIT } from '../exit.js'
import { type Paint, printable } from '../paint.js'
import { renderTable } from '../table.js'
import { type CheckReport, countOf, exitOf, shownPath } from './report.js'
import type { SmokeProcess } from './smoke-report.js'

/** The report for people: each finding with its line, the programs that were tried, the answer, the files. */
export function renderText(report: CheckReport, directory: string, paint: Paint): string {
  const findings = report.findings.map((one) => `${renderDiagnostic(shown(one, directory), { color: paint.on })}\n`)
  const processes = report.smoke?.kind === 'ran' ? runTable(report.smoke.processes, paint) : ''
  const files = report.files.map((file) => printable(shownPath(file, directory))).join(', ')
  return `${findings.join('')}${processes}${answer(report, paint)}\n${paint.dim('read:')} ${files}\n`
}

function shown(one: Finding, directory: string): Finding {
  return one.at === null ? one : { ...one, at: { ...one.at, file: shownPath(one.at.file, directory) } }
}

function answer(report: CheckReport, paint: Paint): string {
  const { error, warning, note } = countOf(report.findings)
  const counts = [
    ...(error > 0 ? [plural(error, 'error')] : []),
    ...(warning > 0 ? [plural(warning, 'warning')] : []),
    ...(note > 0 ? [plural(note, 'note')] : []),
  ].join(', ')
  if (exitOf(report) !== EXIT.yes) return `${paint.red('not good:')} ${counts || 'programs did not come up'}`
  const programs = `${plural(report.programs.length, 'program')}, ${plural(report.processCount, 'process')}`
  return `${paint.green('good:')} ${programs}${counts === '' ? '' : `; ${counts}`}`
}

/** One row for each process that was started; below a failed one its last lines. */
function runTable(processes: readonly SmokeProcess[], paint: Paint): string {
  if (processes.length === 0) return ''
  const rows = processes.map(({ name, result, durationMs, detail }) => [
    printable(name),
    result,
    `${(durationMs / 1000).toFixed(1)} s`,
    printable(detail),
  ])
  const [head = '', ...lines] = renderTable([['PROCESS', 'RESULT', 'AFTER', 'DETAIL'], ...rows])
    .trimEnd()
    .split('\n')
  const body = processes.map((process, i) => {
    const line = lines[i] ?? ''
    const tail =
      process.result === 'failed' ? process.stderrTail.map((text) => `    ${paint.dim('|')} ${printable(text)}\n`) : []
    return `${process.result === 'failed' ? paint.red(line) : line}\n${tail.join('')}`
  })
  return `${paint.bold(head)}\n${body.join('')}`
}

function plural(n: number, word: string): string {
  return `${n} ${n === 1 ? word : word.endsWith('s') ? `${word}es` : `${word}s`}`
}
