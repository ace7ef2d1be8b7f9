import { randomBytes, scrypt } from 'node:crypto'
import { printScrypt } from '../../config/scrypt-text.js'
import type { LineRead } from '../ctl/terminal-port.js'
import { readHidden } from '../edited-line.js'
import { pipedLines } from '../piped-lines.js'
import { type Context, emit, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'

/** `svctl.password/v1`: what `svctl hash-password -o json` prints. */
export interface PasswordDocument {
  readonly schema: 'svctl.password/v1'
  /** For `password=` of a server. */
  readonly password: string
}

/** 16 MiB and some 50 ms for each check. */
const COST = { N: 16_384, r: 8, p: 1 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32

/**
 * `svctl hash-password`: reads a password where nobody sees it, from the terminal without echo or as the first line of
 * standard input, and prints what stands for it in a file. Never from the arguments: they show in ps.
 */
export async function hashPasswordCommand(context: Context): Promise<ExitCode> {
  const { terminal } = context
  const read = process.stdin.isTTY ? await readTwice(context) : await pipedLines(process.stdin).next()
  if (read.kind === 'interrupt') return EXIT.interrupted
  if (read.kind !== 'line' || read.text === '') {
    terminal.err(`svctl: ${read.kind === 'wrong' ? read.message : 'there was no password to read'}\n`)
    return EXIT.usage
  }
  const document: PasswordDocument = { schema: 'svctl.password/v1', password: await hashPassword(read.text) }
  if (isStructured(context)) await emit(context, document)
  else terminal.out(`${document.password}\n`)
  return EXIT.yes
}

/** Who cannot see what they type types it twice. */
async function readTwice({
  terminal,
}: Context): Promise<LineRead | { readonly kind: 'wrong'; readonly message: string }> {
  const ask = async (prompt: string) => {
    terminal.err(prompt)
    const read = await readHidden(process.stdin)
    terminal.err('\n')
    return read
  }
  const first = await ask('Password: ')
  if (first.kind !== 'line' || first.text === '') return first
  const second = await ask('Once more: ')
  if (second.kind !== 'line' || second.text === first.text) return second
  return { kind: 'wrong', message: 'the two are not the same' }
}

/** @returns `{SCRYPT}…` for a password, with a salt of its own */
export function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, COST, (error, key) => {
      if (error) return reject(error)
      const { N: n, r, p } = COST
      resolve(printScrypt({ n, r, p, salt: salt.toString('base64url'), hash: key.toString('base64url') }))
    })
  })
}
