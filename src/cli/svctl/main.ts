import { assertNever } from '../../model/assert.js'
import { type Options, parseArguments } from './arguments.js'
import type { Client } from './client.js'
import type { CommandName } from './commands.js'
import { type Context, emit, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { choosePaint, printable } from './paint.js'
import type { Terminal } from './terminal.js'
import { VERSION } from './version.js'

/** A client that finds the daemon with its first request, and how to be done with it. */
export interface Connected {
  readonly client: Client
  close(): void
}

/** Makes the client for the daemon that options and environment mean. */
export type Connect = (options: Options, terminal: Terminal) => Connected

/**
 * The whole of svctl: reads arguments, finds the daemon, runs one command.
 *
 * @param argv - without `node` and the script
 * @returns the exit status; `no` (1) only as an answer of the daemon
 */
export async function main(argv: readonly string[], terminal: Terminal, connect: Connect): Promise<ExitCode> {
  const read = parseArguments(argv)
  switch (read.kind) {
    case 'help':
      read.show()
      return EXIT.yes
    case 'usage':
      terminal.err(`svctl: ${printable(read.message)}\nRun "${read.help}" to see what can be given\n`)
      return EXIT.usage
    case 'run':
      return run(read.command, read.names, read.options, terminal, connect)
    default:
      return assertNever(read)
  }
}

async function run(
  command: CommandName,
  names: readonly string[],
  options: Options,
  terminal: Terminal,
  connect: Connect,
): Promise<ExitCode> {
  const paint = choosePaint(options.color, terminal.outIsTty, terminal.env)
  const errPaint = choosePaint(options.color, terminal.errIsTty, terminal.env)
  if (command === 'version') return showVersion({ terminal, options })
  const connected = connect(options, terminal)
  try {
    return await dispatch(command, { client: connected.client, terminal, options, names, paint, errPaint })
  } finally {
    connected.close()
  }
}

/** Each command is loaded only when it is asked for. */
async function dispatch(command: Exclude<CommandName, 'version'>, context: Context): Promise<ExitCode> {
  switch (command) {
    case 'status':
      return (await import('./status.js')).status(context)
    case 'diff':
      return (await import('./diff.js')).diff(context)
    case 'apply':
      return (await import('./apply.js')).apply(context)
    case 'drift':
      return (await import('./drift.js')).drift(context)
    case 'healthcheck':
      return (await import('./healthcheck.js')).healthcheck(context)
    case 'wait':
      return (await import('./wait.js')).wait(context)
    case 'scale':
      return (await import('./scale.js')).scale(context)
    case 'explain':
      return (await import('./explain.js')).explain(context)
    case 'events':
      return (await import('./events.js')).events(context)
    case 'logs':
      return (await import('./logs.js')).logs(context)
    case 'completion':
      return (await import('./completion.js')).completion(context)
    case 'check':
      return (await import('./check.js')).check(context)
    case 'config':
      return (await import('./config.js')).config(context)
    case 'convert':
      return (await import('./convert.js')).convert(context)
    case 'init':
      return (await import('./init.js')).init(context)
    case 'hash-password':
      return (await import('./hash-password.js')).hashPasswordCommand(context)
    case 'history':
      return (await import('./history.js')).history(context)
    case 'show-revision':
      return (await import('./show-revision.js')).showRevision(context)
    case 'rollback':
      return (await import('./rollback.js')).rollback(context)
    case 'upgrade':
      return (await import('./upgrade.js')).upgrade(context)
    case 'start':
    case 'stop':
    case 'restart':
    case 'hold':
    case 'release':
      return (await import('./verbs.js')).runVerb(context, command)
    default:
      return assertNever(command)
  }
}

async function showVersion(context: Pick<Context, 'terminal' | 'options'>): Promise<ExitCode> {
  if (isStructured(context)) await emit(context, { schema: 'svctl.version/v1', version: VERSION })
  else context.terminal.out(`${VERSION}\n`)
  return EXIT.yes
}
