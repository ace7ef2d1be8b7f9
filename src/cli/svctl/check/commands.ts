import { closeSync, openSync, readSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { CheckCode } from '../../../desired/checks/codes.js'
import type { Answer, Identity, Rights } from './rights.js'

/** What keeps a command from being started. */
export interface CommandProblem {
  readonly code: CheckCode
  readonly message: string
  readonly help: string
}

/** One start as the daemon would try it. */
export interface CommandRequest {
  readonly argv: readonly string[]
  /** Folders separated by colons. */
  readonly searchPath: string
  /** Where the program is started; absolute. */
  readonly directory: string
  readonly daemon: Identity
  readonly user: Identity
}

/** Of a script's first line the kernel reads no more. @see Linux, BINPRM_BUF_SIZE */
const FIRST_LINE_BYTES_MAX = 256

/**
 * Whether the program of a command could be executed: found as the daemon finds it, executed as its user, with the
 * interpreter that a script names.
 *
 * @returns the first thing that is in the way, `null` for nothing
 */
export function commandProblem(request: CommandRequest, rights: Rights): CommandProblem | null {
  const { argv, daemon, user } = request
  const [program = ''] = argv
  const found = findProgram(program, request, daemon, rights)
  if (found.path === null)
    return problem(found.refused ?? { kind: 'missing' }, JSON.stringify(program), {
      missing: program.includes('/')
        ? `There is no ${resolve(request.directory, program)}`
        : `There is no program ${JSON.stringify(program)} in ${request.searchPath}`,
      help: 'install it, or correct command=',
    })
  const answer = rights.may(user, found.path, 'execute')
  if (answer.kind !== 'yes')
    return problem(answer, found.path, { missing: `There is no ${found.path}`, help: HELP_RIGHTS })
  return formatProblem(found.path, request, rights)
}

const HELP_RIGHTS = 'give the user the right (chmod, chown), or set user= to one who has it'

interface Found {
  readonly path: string | null
  /** Why the first candidate that exists cannot be used. */
  readonly refused: Answer | null
}

/** The first candidate that `who` may execute. @see host/lookup.ts */
function findProgram(name: string, { searchPath, directory }: CommandRequest, who: Identity, rights: Rights): Found {
  const candidates = name.includes('/') ? [name] : searchPath.split(':').map((folder) => `${folder || '.'}/${name}`)
  let refused: Answer | null = null
  for (const candidate of candidates) {
    const path = resolve(directory, candidate)
    const found = rights.look(path)
    if (found.kind === 'missing') continue
    const answer = found.kind === 'there' ? usable(path, found.stats.isDirectory(), who, rights) : found
    if (answer.kind === 'yes') return { path, refused: null }
    refused ??= answer
  }
  return { path: null, refused }
}

function usable(path: string, isFolder: boolean, who: Identity, rights: Rights): Answer {
  return isFolder ? { kind: 'no', why: `${path} is a folder` } : rights.may(who, path, 'execute')
}

/** What is wrong with the contents: a script whose interpreter is missing, or no program at all. */
function formatProblem(path: string, request: CommandRequest, rights: Rights): CommandProblem | null {
  const head = readHead(path)
  if (head === null || head.startsWith('\x7fELF')) return null
  if (!head.startsWith('#!'))
    return {
      code: 'HOST_NO_FORMAT',
      message: `${path} is neither a program nor a script that begins with #!`,
      help: 'begin it with a line such as #!/bin/sh',
    }
  const readable = rights.may(request.user, path, 'read')
  if (readable.kind === 'no')
    return { code: 'HOST_NOT_EXECUTABLE', message: `${readable.why}, and a script has to be read`, help: HELP_RIGHTS }
  const line = head.slice(2).split('\n')[0] ?? ''
  const [interpreter = '', ...rest] = line.replace(/^[ \t]+/, '').split(/[ \t]+/)
  const wrong = (message: string, help: string): CommandProblem => ({ code: 'HOST_NO_INTERPRETER', message, help })
  if (line.endsWith('\r'))
    return wrong(
      `The first line of ${path} ends with a carriage return, which becomes part of ${JSON.stringify(interpreter)}`,
      'save the script with Unix line ends',
    )
  const at = resolve(request.directory, interpreter)
  const answer = rights.may(request.user, at, 'execute')
  if (answer.kind === 'missing')
    return wrong(`${path} is run by ${interpreter}, which does not exist`, 'install it, or correct the first line')
  if (answer.kind === 'no') return wrong(`${path} is run by ${interpreter}, but ${answer.why}`, HELP_RIGHTS)
  const name =
    basename(interpreter) === 'env' ? rest.find((word) => !word.startsWith('-') && !word.includes('=')) : undefined
  if (name === undefined || findProgram(name, request, request.user, rights).path !== null) return null
  return wrong(
    `${path} is run by ${name}, which is not in ${request.searchPath}`,
    'install it, or set PATH in environment=',
  )
}

/** The beginning of a file, as Latin-1; `null` when we may not read it. */
function readHead(path: string): string | null {
  try {
    const fd = openSync(path, 'r')
    try {
      const buffer = Buffer.alloc(FIRST_LINE_BYTES_MAX)
      return buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0))
    } finally {
      closeSync(fd)
    }
  } catch {
    // Executable but not readable for us is common enough (sudo): nothing can be said then.
    return null
  }
}

function problem(
  answer: Exclude<Answer, { kind: 'yes' }> | Answer,
  what: string,
  { missing, help }: { readonly missing: string; readonly help: string },
): CommandProblem {
  switch (answer.kind) {
    case 'missing':
      return { code: 'HOST_NO_COMMAND', message: missing, help }
    case 'no':
      return { code: 'HOST_NOT_EXECUTABLE', message: `Cannot execute ${what}: ${answer.why}`, help: HELP_RIGHTS }
    default:
      return {
        code: 'HOST_UNKNOWN',
        message: `Cannot tell whether ${what} works: ${answer.kind === 'unknown' ? answer.why : ''}`,
        help: 'run the check as root',
      }
  }
}
