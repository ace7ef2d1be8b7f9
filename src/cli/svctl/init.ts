import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convertFile } from '../../config/convert.js'
import { absolutePath } from '../../desired/paths.js'
import { findConfig } from '../../desired/search.js'
import { invariant } from '../../model/assert.js'
import { type Context, emit, isStructured, report } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { failure } from './locate.js'
import { printable } from './paint.js'
import { quote } from './shell.js'
import { writeWhole } from './write-file.js'

/** `svctl.created/v1`: the configuration that `svctl init` wrote. */
export interface CreatedDocument {
  readonly schema: 'svctl.created/v1'
  readonly file: string
  readonly format: 'ini' | 'yaml'
}

/** `svctl init`: a small configuration to begin with, in the current folder. */
export async function init(context: Context): Promise<ExitCode> {
  const { options, terminal } = context
  const { flags } = options
  if (flags.has('--ini') && flags.has('--yaml'))
    return report(context, failure('BAD_REQUEST', 'init: --ini and --yaml do not go together'))
  const format = flags.has('--ini') ? 'ini' : 'yaml'
  const name = format === 'ini' ? 'supervisord.conf' : 'svctl.yaml'
  const file = join(terminal.directory, name)
  const refused = writeWhole(file, starter(format, terminal.directory), { force: flags.has('--force') })
  if (refused !== null) return report(context, refused)
  if (isStructured(context)) await emit(context, { schema: 'svctl.created/v1', file, format } satisfies CreatedDocument)
  else terminal.out(`wrote ${printable(name)}\n${nextSteps(name, context)}`)
  return EXIT.yes
}

/** What to type next; the file is named where it would not be found by itself. */
function nextSteps(name: string, { terminal }: Context): string {
  const found = findConfig({
    argv0: process.argv[1] ?? 'svctl',
    exists: (path) => existsSync(absolutePath(path, terminal.directory)),
  })
  const isFound = found.ok && found.file === name
  const aim = [
    `export SVCTL_CONFIG=${quote(join(terminal.directory, name))}`,
    'tells svctl which file is meant',
  ] as const
  const steps = [
    ...(isFound ? [] : [aim]),
    ['svctl check', 'says what is wrong with it'],
    [
      isFound ? 'supervisord' : `supervisord -c ${name}`,
      'starts the daemon in the background; with -n in the foreground',
    ],
    ['svctl status', 'shows what runs'],
  ] as const
  return `next:\n${steps.map(([command, what]) => `  ${command}\n      ${what}\n`).join('')}`
}

function starter(format: 'ini' | 'yaml', folder: string): string {
  if (format === 'yaml') return schemaLine(folder) + STARTER
  const converted = convertFile(new TextEncoder().encode(STARTER), 'svctl.yaml')
  invariant(converted.ok, 'the starter can be written as INI')
  return converted.value
}

/** Tells editors where the schema is: beside this program, wherever that is installed. */
function schemaLine(folder: string): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const schema = join(at, 'schemas', 'svctl.schema.json')
    if (existsSync(schema)) {
      const path = schema.startsWith(`${folder}/`) ? `./${relative(folder, schema)}` : schema
      return `# yaml-language-server: $schema=${path}\n`
    }
    if (at === dirname(at)) return ''
  }
}

const STARTER = `# What the daemon keeps running. Edit this file and save it: what changed is started, stopped or restarted, the rest is
# left alone. "svctl diff" shows beforehand what an edit would do, "svctl rollback" takes it back.
# "svctl explain NAME" tells what an option means; supervisord's manual holds for all that Supervisor has.

supervisord:
  # %(here)s is the folder of this file.
  logfile: "%(here)s/supervisord.log"
  pidfile: "%(here)s/supervisord.pid"
  # manual waits for "svctl apply" instead of taking an edit at once.
  converge: auto

# Where svctl and supervisorctl talk to the daemon.
unix_http_server:
  file: "%(here)s/supervisor.sock"

supervisorctl:
  serverurl: "unix://%(here)s/supervisor.sock"

# Needed by supervisorctl and other clients of Supervisor.
rpcinterface:
  supervisor:
    supervisor.rpcinterface_factory: supervisor.rpcinterface:make_main_rpcinterface

program:
  # A program to try things with; put your own in its place. It has to stay in the foreground.
  hello:
    command: [sh, -c, 'while true; do echo "$GREETING"; sleep 5; done']
    environment:
      GREETING: hello
    # Running this long, in seconds, counts as started.
    startsecs: 1
    # Started again when it ends by itself: true, false, or unexpected (other exit codes than these).
    autorestart: unexpected
    exitcodes: [0]
    stdout_logfile: "%(here)s/hello.log"
    stdout_logfile_maxbytes: 10MB
    redirect_stderr: true
`
