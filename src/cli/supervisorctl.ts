import { hostname } from 'node:os'
import { CLIENT_DEFAULTS, loadClientConfig } from '../desired/client.js'
import { findConfig } from '../desired/search.js'
import { hostFiles } from '../host/files.js'
import { keepCompiled } from '../host/own-code.js'
import type { ClientConfig } from '../model/config.js'
import { loadCtlPlugins } from './ctl/plugins.js'
import { runLine } from './ctl/run-line.js'
import { createSession } from './ctl/session.js'
import { runShell } from './shell.js'
import { parseSupervisorctlOptions, type SupervisorctlOptions } from './supervisorctl-options.js'
import { createTerminal } from './terminal.js'
import { openConnection, stream } from './transport.js'
import { supervisorctlUsage, usageError } from './usage.js'

const PROGRAM = process.argv[1] ?? 'supervisorctl'
/** 128 and SIGPIPE, SIGINT: what a shell reports of a program that such a signal ended. */
const EXIT_PIPE = 141
const EXIT_INTERRUPTED = 130

/** @returns the exit status */
async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseSupervisorctlOptions(argv)
  if (!parsed.ok) return refuse(parsed.classic)
  const { options } = parsed
  if (options.help) {
    process.stdout.write(supervisorctlUsage(PROGRAM))
    return 0
  }
  const config = readConfig(options)
  if (!config.ok) return refuse(config.classic)
  const { prompt, historyFile } = config.value
  const interactive = options.interactive || options.words.length === 0
  const terminal = createTerminal(options.historyFile ?? historyFile)
  const session = createSession({
    terminal,
    transport: { openConnection, stream },
    interactive,
    server: {
      url: options.serverUrl ?? config.value.serverUrl,
      username: options.username ?? config.value.username,
      password: options.password ?? config.value.password,
      caFile: process.env.SVCTL_CAFILE || config.value.caFile || null,
    },
  })
  const loaded = await loadCtlPlugins(config.value.plugins, session)
  if (!loaded.ok) return refuse(loaded.reason)
  session.plugins = loaded.plugins
  if (options.words.length === 0) {
    await runShell(session, prompt)
    terminal.close()
    return 0
  }
  const end = await runLine(session, options.words.join(' '))
  terminal.close()
  return end === 'interrupted' ? EXIT_INTERRUPTED : session.exitStatus
}

type FoundConfig =
  | { readonly ok: true; readonly value: ClientConfig }
  | { readonly ok: false; readonly classic: string }

/** A client does without a file, but not with a bad one. */
function readConfig(options: SupervisorctlOptions): FoundConfig {
  const found =
    options.config === null
      ? findConfig({ argv0: PROGRAM, exists: (path) => hostFiles.kind(path) !== null })
      : ({ ok: true, file: options.config } as const)
  if (!found.ok) return { ok: true, value: CLIENT_DEFAULTS }
  const request = {
    file: found.file,
    environment: presentEnvironment(),
    hostName: hostname(),
    cwd: process.cwd(),
    home: process.env.HOME ?? '/',
    strict: false,
  }
  const config = loadClientConfig(request, hostFiles)
  if (config.ok) return { ok: true, value: config.value }
  const [first] = config.errors
  return { ok: false, classic: first?.classic ?? first?.message ?? 'the configuration cannot be read' }
}

function presentEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function refuse(classic: string): number {
  process.stderr.write(usageError(PROGRAM, classic))
  return 2
}

// Whoever reads our output may have enough of it: `supervisorctl tail -f x | head`.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT_PIPE : 1))
}
void main(process.argv.slice(2)).then((exitStatus) => {
  if (exitStatus === 0) keepCompiled()
  // Ended by hand, once all is written: a command that was interrupted may still be waiting for the server.
  process.stdout.write('', () => process.exit(exitStatus))
})
