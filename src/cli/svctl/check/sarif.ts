import { pathToFileURL } from 'node:url'
import { checkOf } from '../../../desired/checks/codes.js'
import type { Finding } from '../../../desired/checks/finding.js'
import { EXIT } from '../exit.js'
import { VERSION } from '../version.js'
import { type CheckReport, exitOf, shownPath } from './report.js'

/** Stands for the working directory, as code scanning services know it. */
const ROOT = '%SRCROOT%'

/**
 * The report as SARIF 2.1.0, for services that show findings beside the code.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifDocument(report: CheckReport, directory: string): object {
  const codes = [...new Set(report.findings.map(({ code }) => code))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'svctl check', semanticVersion: VERSION, rules: codes.map(rule) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { uri: `${pathToFileURL(directory).href.replace(/\/$/, '')}/` } },
        invocations: [{ executionSuccessful: true, exitCode: exitOf(report) === EXIT.yes ? 0 : exitOf(report) }],
        artifacts: report.files.map((file) => ({ location: artifact(file, directory) })),
        results: report.findings.map((one) => result(one, codes.indexOf(one.code), report.file, directory)),
      },
    ],
  }
}

function rule(code: string): object {
  const check = checkOf(code)
  return check === null ? { id: code } : { id: code, shortDescription: { text: check.title } }
}

function result(
  { severity, code, message, help, at }: Finding,
  ruleIndex: number,
  main: string,
  directory: string,
): object {
  const region = at && {
    startLine: at.line,
    startColumn: at.column,
    ...(at.endColumn === undefined || at.endColumn <= at.column ? {} : { endColumn: at.endColumn }),
  }
  const physicalLocation = {
    artifactLocation: artifact(at?.file ?? main, directory),
    ...(region === null ? {} : { region }),
  }
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: help === null ? message : `${message}\n${help}` },
    locations: [{ physicalLocation }],
  }
}

/** Relative to the working directory where it can be; a URI either way. */
function artifact(path: string, directory: string): object {
  const shown = shownPath(path, directory)
  if (shown.startsWith('/')) return { uri: pathToFileURL(path).href }
  const parts = shown.replace(/\p{Surrogate}/gu, '\ufffd').split('/')
  return { uri: parts.map(encodeURIComponent).join('/'), uriBaseId: ROOT }
}
