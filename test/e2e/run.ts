import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** How a command ended. */
export interface Run {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
  /** Ended with SIGKILL after this long. */
  readonly timeoutMs?: number
}

/** Runs a program to its end. A program that cannot be started counts as ended with code 127. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? cleanEnv(), stdio: 'pipe' })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    const limit = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000)
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {}) // a program that ends without reading is no failure of the test
    child.stdin.end(options.stdin ?? '')
    child.on('error', (error) => resolve({ code: 127, signal: null, stdout: '', stderr: String(error) }))
    child.on('close', (code, signal) => {
      clearTimeout(limit)
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      })
    })
  })
}

/** One of our commands, to its end. */
export function command(name: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [program, ...before] = commandWords(name)
  return run(program, [...before, ...args], options)
}

/**
 * How a command of ours is called: the bundle in dist. With `E2E_REFERENCE=1` it is Debian's Supervisor, which shows
 * whether a test of shared behaviour asks for what the original does.
 */
export function commandWords(name: string): readonly [string, ...string[]] {
  if (process.env.E2E_REFERENCE === '1') return [`/usr/bin/${name}`]
  return [process.execPath, `${ROOT}/dist/${name}.js`]
}

/** What a login shell would have, and nothing that the test runner set. No daemon leaves state outside its test. */
export function cleanEnv(): Record<string, string> {
  const { PATH = '/usr/bin:/bin', HOME = '/' } = process.env
  return { PATH, HOME, LANG: 'C.UTF-8', SVCTL_STATE_DIRECTORY: 'none' }
}

/**
 * Polls until `probe` gives something other than undefined or false.
 *
 * @throws Error naming what was waited for, with what `explain` says, after `timeoutMs`
 */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = 15_000, explain = () => '' }: { readonly timeoutMs?: number; readonly explain?: () => string } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const found = await probe()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}\n${explain()}`)
    await pause(20)
  }
}

/** Between two looks at the world; never a substitute for looking. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
