import type { Severity } from '../../../model/diagnostic.js'
import { printable } from '../paint.js'
import { type CheckReport, shownPath } from './report.js'

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const satisfies Record<Severity, string>

/**
 * The report as commands of a GitHub workflow, which become annotations of the changed files.
 *
 * @see https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions; escapes as `@actions/core`
 */
export function renderGithub(report: CheckReport, directory: string): string {
  const annotations = report.findings.map(({ severity, code, message, help, at }) => {
    const place =
      at === null
        ? []
        : [
            ['file', shownPath(at.file, directory)],
            ['line', String(at.line)],
            ['col', String(at.column)],
            ...(at.endColumn === undefined ? [] : [['endColumn', String(at.endColumn)]]),
          ]
    const properties = [...place, ['title', code]].map(([name, value = '']) => `${name}=${property(value)}`)
    const text = help === null ? message : `${message}\nhelp: ${help}`
    return `::${COMMANDS[severity]} ${properties.join(',')}::${data(text)}\n`
  })
  const files = report.files.map((file) => printable(shownPath(file, directory))).join(', ')
  return `${annotations.join('')}read: ${files}\n`
}

function data(text: string): string {
  const plain = text.split('\n').map(printable).join('\n')
  return plain.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
