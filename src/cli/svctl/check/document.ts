import type { Depth } from '../../../desired/checks/codes.js'
import type { Position, Severity } from '../../../model/diagnostic.js'
import { EXIT } from '../exit.js'
import { type CheckReport, countOf, depthOf, exitOf } from './report.js'
import type { SmokeProcess } from './smoke-report.js'

/** What `svctl check -o json` prints. */
export interface CheckDocument {
  readonly schema: 'svctl.check/v1'
  readonly ok: boolean
  readonly file: string
  readonly files: readonly string[]
  readonly depths: readonly Depth[]
  readonly strict: boolean
  readonly programs: readonly string[]
  readonly processCount: number
  readonly errorCount: number
  readonly warningCount: number
  readonly noteCount: number
  readonly findings: readonly FindingRow[]
  /** `null` when no program was started. */
  readonly run: RunPart | null
}

export interface FindingRow {
  readonly severity: Severity
  readonly code: string
  readonly depth: Depth
  readonly section: string | null
  readonly message: string
  readonly help: string | null
  readonly at: Position | null
  readonly excerpt: string | null
}

export interface RunPart {
  readonly ok: boolean
  readonly processes: readonly SmokeProcess[]
}

/** The report as one document for a program. */
export function checkDocument(report: CheckReport): CheckDocument {
  const { file, files, depths, strict, programs, processCount, findings, smoke } = report
  const count = countOf(findings)
  return {
    schema: 'svctl.check/v1',
    ok: exitOf(report) === EXIT.yes,
    file,
    files,
    depths,
    strict,
    programs,
    processCount,
    errorCount: count.error,
    warningCount: count.warning,
    noteCount: count.note,
    findings: findings.map((one) => {
      const { severity, code, section, message, help, at, excerpt } = one
      return { severity, code, depth: depthOf(one), section, message, help, at, excerpt }
    }),
    run:
      smoke === null
        ? null
        : { ok: smoke.kind === 'ran' && smoke.ok, processes: smoke.kind === 'ran' ? smoke.processes : [] },
  }
}
