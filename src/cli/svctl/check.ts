import type { Depth } from '../../desired/checks/codes.js'
import { programSections } from '../../desired/checks/finding.js'
import { findConfig } from '../../desired/search.js'
import { hostFiles } from '../../host/files.js'
import { createUsers } from '../../host/users.js'
import { checkDocument } from './check/document.js'
import { load } from './check/load.js'
import { arrange, type CheckReport, exitOf } from './check/report.js'
import { createRights } from './check/rights.js'
import { checkSecurity } from './check/security.js'
import { smokeFindings } from './check/smoke-findings.js'
import { type Context, emit } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { printable } from './paint.js'

/** `svctl check`: everything that can be said about a configuration before it is used. Needs neither daemon nor root. */
export async function check(context: Context): Promise<ExitCode> {
  const { options, terminal } = context
  const found = findConfig({ argv0: process.argv[1] ?? 'svctl', exists: (path) => hostFiles.kind(path) !== null })
  const meant = options.flags.text('--file') ?? options.clientConfig ?? (terminal.env.SVCTL_CONFIG || null)
  const named = meant ?? (found.ok ? found.file : null)
  if (named === null) return usage('no configuration file in its usual places; name one with -c', context)
  const wrong = wrongFlags(named, context)
  if (wrong !== null) return usage(wrong, context)
  const report = await inspect(named, context)
  if (report.smoke?.kind === 'usage') return usage(report.smoke.message, context)
  if (terminal.interrupted.aborted || report.smoke?.kind === 'interrupted') return EXIT.interrupted
  await print(report, context)
  return exitOf(report)
}

function usage(message: string, { terminal }: Context): ExitCode {
  terminal.err(`svctl: check: ${printable(message)}\nRun "svctl check --help" to see what can be given\n`)
  return EXIT.usage
}

function wrongFlags(named: string, { options: { flags } }: Context): string | null {
  if (flags.has('--run')) return named === '-' ? '--run needs a file; it cannot read standard input' : null
  const needless = ['--timeout', '--stable', '--only', '--set'].find((name) => flags.has(name))
  return needless === undefined ? null : `${needless} needs --run`
}

/** One depth after the other; programs are started only when nothing is wrong so far. */
async function inspect(named: string, context: Context): Promise<CheckReport> {
  const { flags } = context.options
  const strict = flags.has('--strict')
  const users = createUsers()
  const {
    files,
    findings: read,
    checked,
  } = load(named, strict, context.terminal, users, flags.has('--run') && !flags.has('--host'))
  const findings = [...read]
  const depths: Depth[] = ['file']
  let smoke: CheckReport['smoke'] = null
  if (checked !== null) {
    const rights = createRights()
    findings.push(...checkSecurity(checked, rights))
    if (flags.has('--host')) {
      depths.push('host')
      findings.push(...(await (await import('./check/host.js')).checkHost(checked, users, rights)))
    }
    const sound = !arrange(findings, files, strict).some(({ severity }) => severity === 'error')
    if (flags.has('--run') && sound) {
      depths.push('run')
      smoke = await (await import('./check/smoke.js')).smoke(context, named)
      findings.push(...smokeFindings(smoke, checked))
    }
  }
  return {
    file: files[0] ?? named,
    files,
    depths,
    strict,
    programs: checked === null ? [] : programSections(checked.document).map(({ name }) => name),
    processCount: checked === null ? 0 : checked.config.groups.reduce((sum, group) => sum + group.processes.length, 0),
    findings: arrange(findings, files, strict),
    smoke,
  }
}

/** Each form is loaded only when it is asked for. */
async function print(report: CheckReport, context: Context): Promise<void> {
  const { terminal, options, paint } = context
  const { directory } = terminal
  switch (options.output) {
    case 'json':
    case 'yaml':
      return emit(context, checkDocument(report))
    case 'github':
      return terminal.out((await import('./check/github.js')).renderGithub(report, directory))
    case 'junit':
      return terminal.out((await import('./check/junit.js')).renderJunit(report, directory))
    case 'sarif': {
      const { sarifDocument } = await import('./check/sarif.js')
      return terminal.out(`${JSON.stringify(sarifDocument(report, directory), null, 2)}\n`)
    }
    default:
      return terminal.out((await import('./check/text.js')).renderText(report, directory, paint))
  }
}
