import { relative } from 'node:path'
import { checkOf, type Depth } from '../../../desired/checks/codes.js'
import type { Finding } from '../../../desired/checks/finding.js'
import type { Severity } from '../../../model/diagnostic.js'
import { EXIT, type ExitCode } from '../exit.js'
import type { SmokeReport } from './smoke-report.js'

/** Everything that one `svctl check` found out. */
export interface CheckReport {
  /** Absolute path of the main file. */
  readonly file: string
  /** Every file that was read, the main file first. */
  readonly files: readonly string[]
  /** How deep it looked. */
  readonly depths: readonly Depth[]
  readonly strict: boolean
  /** Names of the sections that declare programs, in the order of the files; none when the files cannot be used. */
  readonly programs: readonly string[]
  readonly processCount: number
  /** Worst first, then by place. */
  readonly findings: readonly Finding[]
  /** What starting the programs came to; `null` when that was not asked for, or not done because of errors. */
  readonly smoke: SmokeReport | null
}

const RANK = { error: 0, warning: 1, note: 2 } as const satisfies Record<Severity, number>

/** @returns the findings worst first, then by place; with `strict` every warning is an error */
export function arrange(findings: readonly Finding[], files: readonly string[], strict: boolean): readonly Finding[] {
  const promoted = findings.map(
    (one): Finding => (strict && one.severity === 'warning' ? { ...one, severity: 'error' } : one),
  )
  const fileRank = new Map(files.map((file, i) => [file, i]))
  const place = ({ at }: Finding) => (at === null ? -1 : (fileRank.get(at.file) ?? files.length))
  return promoted.sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      place(a) - place(b) ||
      (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  )
}

/** How deep a check has to look to find this. */
export function depthOf({ code }: Finding): Depth {
  return checkOf(code)?.depth ?? 'file'
}

/** The answer: files that cannot be used are worse than a machine on which they would not work. */
export function exitOf({ findings, smoke }: CheckReport): ExitCode {
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.some((one) => depthOf(one) === 'file')) return EXIT.invalid
  const failed = smoke !== null && (smoke.kind !== 'ran' || !smoke.ok)
  return errors.length > 0 || failed ? EXIT.no : EXIT.yes
}

/** @returns how many there are of each severity */
export function countOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const count = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) count[severity]++
  return count
}

/** A path as people see it: from the working directory when it is below that. */
export function shownPath(path: string, directory: string): string {
  const short = relative(directory, path)
  return short === '' || short === '..' || short.startsWith('../') ? path : short
}
