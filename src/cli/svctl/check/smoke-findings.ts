import { type Checked, type Finding, finding, programSections } from '../../../desired/checks/finding.js'
import { assertNever } from '../../../model/assert.js'
import type { SmokeReport } from './smoke-report.js'

/** What a smoke test found out, each process at the command that it was started with. */
export function smokeFindings(report: SmokeReport, { document }: Checked): readonly Finding[] {
  switch (report.kind) {
    case 'invalid':
      return report.errors.map((error) => ({ ...error, section: null }))
    case 'failed':
      return [finding('RUN_NOT_HELD', { section: null, message: report.message })]
    case 'usage':
    case 'interrupted':
      return []
    case 'ran':
      return report.processes
        .filter(({ result }) => result === 'failed')
        .map(({ name, program, detail }) => {
          const named = (section: string) => section.slice(section.indexOf(':') + 1).trim() === program
          const section = programSections(document).find((one) => named(one.name)) ?? null
          const message = detail === '' ? `${name} did not stay up` : `${name}: ${detail}`
          return finding('RUN_FAILED', { section, option: 'command', message })
        })
    default:
      return assertNever(report)
  }
}
