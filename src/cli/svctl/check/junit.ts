import { escapeText } from '../../../api/xml-text.js'
import { renderDiagnostic } from '../../../config/render.js'
import type { Finding } from '../../../desired/checks/finding.js'
import { type CheckReport, shownPath } from './report.js'
import type { SmokeProcess } from './smoke-report.js'

/**
 * The report in the XML of JUnit, which every CI shows: one test case for each program, and one for the configuration
 * as a whole. Errors are failures; warnings and notes are the output of a test.
 */
export function renderJunit(report: CheckReport, directory: string): string {
  const cases = ['configuration', ...report.programs].map((name, i) => {
    const about = (section: string | null) => (i === 0 ? !isProgram(section, report) : section === name)
    const findings = report.findings.filter(({ section }) => about(section))
    return {
      name,
      failures: findings.filter(isError),
      rest: findings.filter((one) => !isError(one)),
      ...ran(name, report),
    }
  })
  const total = `tests="${cases.length}" failures="${cases.filter(({ failures }) => failures.length > 0).length}"`
  const body = cases.map(({ name, failures, rest, seconds, tail }) => {
    const failure = failures.length === 0 ? '' : failureElement(failures, tail, directory)
    const output = rest.length === 0 ? '' : `      <system-out>${escapeText(rendered(rest, directory))}</system-out>\n`
    const open = `    <testcase classname="svctl.check" name="${attribute(name)}" time="${seconds.toFixed(3)}"`
    return failure + output === '' ? `${open}/>\n` : `${open}>\n${failure}${output}    </testcase>\n`
  })
  const file = attribute(shownPath(report.file, directory))
  const files = report.files.map((one) => shownPath(one, directory)).join('\n')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name="svctl check" ${total}>\n`,
    `  <testsuite name="${file}" ${total}>\n`,
    `    <properties>\n      <property name="files" value="${attribute(files)}"/>\n    </properties>\n`,
    ...body,
    '  </testsuite>\n</testsuites>\n',
  ].join('')
}

function failureElement(failures: readonly Finding[], tail: readonly string[], directory: string): string {
  const [first] = failures
  const message = failures.length === 1 ? first?.message : `${first?.message} (and ${failures.length - 1} more)`
  const text = [rendered(failures, directory), ...(tail.length === 0 ? [] : ['standard error:', ...tail])].join('\n')
  return `      <failure type="${attribute(first?.code ?? '')}" message="${attribute(message ?? '')}">${escapeText(text)}</failure>\n`
}

function rendered(findings: readonly Finding[], directory: string): string {
  return findings
    .map((one) => (one.at === null ? one : { ...one, at: { ...one.at, file: shownPath(one.at.file, directory) } }))
    .map((one) => renderDiagnostic(one, { color: false }))
    .join('\n')
}

/** What the smoke test says about the processes of a section. */
function ran(section: string, { smoke }: CheckReport): { readonly seconds: number; readonly tail: readonly string[] } {
  const program = section.slice(section.indexOf(':') + 1).trim()
  const own =
    smoke?.kind === 'ran' && section.includes(':') ? smoke.processes.filter((one) => one.program === program) : []
  const failed = own.filter(({ result }: SmokeProcess) => result === 'failed')
  return {
    seconds: Math.max(0, ...own.map(({ durationMs }) => durationMs)) / 1000,
    tail: failed.flatMap(({ name, stderrTail }) => stderrTail.map((line) => `${name}: ${line}`)),
  }
}

function isError({ severity }: Finding): boolean {
  return severity === 'error'
}

function isProgram(section: string | null, { programs }: CheckReport): boolean {
  return section !== null && programs.includes(section)
}

/** Text inside the quotes of an attribute, where line ends would become blanks. */
function attribute(text: string): string {
  return escapeText(text).replace(/["'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)
}
