import { displayName } from '../../model/names.js'
import { soundsSecret } from '../../model/secret.js'
import type { ProcessSpec } from '../../model/spec.js'
import { splitWords } from '../../model/words.js'
import { type Checked, type Declared, declaredProcesses, type Finding, finding } from './finding.js'

/** What is odd about single programs: commands that no shell reads, times that cannot work. */
export function checkPrograms(checked: Checked): readonly Finding[] {
  return declaredProcesses(checked).flatMap((declared) => [...commandFindings(declared), ...timingFindings(declared)])
}

/** Programs that several `[group:x]` list: each group runs its own processes of them. */
export function checkGroups(checked: Checked): readonly Finding[] {
  const firstGroup = new Map<string, string>()
  return checked.config.groups.flatMap(({ name, kind, processes }) => {
    if (kind !== 'group') return []
    const section = checked.document.sections.find((one) => one.name === `group:${name}`) ?? null
    const programs = new Set(processes.map(({ program }) => program))
    return [...programs].flatMap((program) => {
      const first = firstGroup.get(program)
      firstGroup.set(program, first ?? name)
      if (first === undefined) return []
      return finding('CHECK_TWO_GROUPS', {
        section,
        option: 'programs',
        message: `[group:${name}] lists ${program}, as [group:${first}] does: it runs in both`,
        help: 'list it in one group only',
      })
    })
  })
}

function commandFindings({ spec, section }: Declared): readonly Finding[] {
  const split = splitWords(spec.command)
  const say = (code: Parameters<typeof finding>[0], message: string, help: string) =>
    finding(code, { section, option: 'command', message, help })
  if (!split.ok)
    return [
      say(
        'CHECK_BAD_COMMAND',
        `Cannot split the command of ${spec.program} into words: ${split.error}`,
        'close the quotes',
      ),
    ]
  const { words } = split
  if (words.length === 0) return [say('CHECK_BAD_COMMAND', `The command of ${spec.program} is empty`, 'name a program')]
  const found: Finding[] = []
  const shell = shellWord(words)
  if (shell !== null)
    found.push(
      say(
        'CHECK_SHELL_SYNTAX',
        `The command of ${spec.program} has ${JSON.stringify(shell)}, which only a shell understands`,
        `no shell reads commands; write command=/bin/sh -c '…', environment=… for variables and directory=… for cd`,
      ),
    )
  const flag = backgroundFlag(words)
  if (flag !== null)
    found.push(
      say(
        'CHECK_BACKGROUND',
        `The command of ${spec.program} has ${flag}, which sends it into the background where nobody supervises it`,
        'start it in the foreground',
      ),
    )
  const secret = words.map((word) => /^--?([\w-]+)=./.exec(word)?.[1]).find((name) => name && isSecretFlag(name))
  if (secret !== undefined)
    found.push(
      say(
        'SECURITY_SECRET_ARGUMENT',
        `The command of ${spec.program} gives ${secret} as an argument, which every user sees in the list of processes`,
        'hand it over in environment=… or in a file',
      ),
    )
  return found
}

/** A word that only means something to a shell; `null` for none. */
function shellWord(words: readonly string[]): string | null {
  const [first = ''] = words
  if (/^[A-Za-z_]\w*=/.test(first) || BUILTINS.has(first)) return first
  return words.find((word) => OPERATORS.has(word) || /^(?:\d?>{1,2}|\d>&)[\w./&]/.test(word)) ?? null
}

const OPERATORS: ReadonlySet<string> = new Set(['&&', '||', '|', '&', '>', '>>', '<', '2>', '2>>', '2>&1', '&>'])
const BUILTINS: ReadonlySet<string> = new Set(['cd', 'source', '.', 'exec', 'export', 'ulimit', 'umask', 'eval'])

/** A flag that makes a program leave its parent; `null` for none. */
function backgroundFlag(words: readonly string[]): string | null {
  if (words.some((word) => /^--?(?:no-?(?:daemon|daemonize|detach|fork)|foreground)$/i.test(word))) return null
  const at = words.findIndex((word) =>
    /^--?(?:daemonize|daemon|detach|background|fork)(?:=(?:yes|true|on|1))?$/i.test(word),
  )
  const next = words[at + 1] ?? ''
  return at < 1 || /^(?:no|false|off|0)$/i.test(next) ? null : (words[at] ?? null)
}

function isSecretFlag(name: string): boolean {
  return soundsSecret(name) && !/(?:file|path|dir|name|ttl|timeout|length)$/i.test(name)
}

function timingFindings({ spec, section }: Declared): readonly Finding[] {
  const name = displayName(spec.group, spec.name)
  const found: Finding[] = []
  if (spec.stopWaitSecs <= 0)
    found.push(
      finding('CHECK_KILLED_AT_ONCE', {
        section,
        option: 'stopwaitsecs',
        message: `stopwaitsecs=${spec.stopWaitSecs} kills ${name} before it can react to its stop signal`,
        help: 'write the seconds it needs to stop, for example stopwaitsecs=10',
      }),
    )
  if (loops(spec))
    found.push(
      finding('CHECK_RESTART_LOOP', {
        section,
        option: 'startsecs',
        message: `startsecs=0 with autorestart=true restarts ${name} for ever, without a pause, when it ends at once`,
        help: 'write startsecs=1, so that a start can fail; or autorestart=unexpected',
      }),
    )
  return found
}

function loops({ startSecs, autorestart }: ProcessSpec): boolean {
  return startSecs <= 0 && autorestart === 'always'
}
