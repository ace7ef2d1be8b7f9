import { spawn } from 'node:child_process'
import { closeSync, writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { passFileLimit } from './limits.js'

/** Tells the second start of the program that it is the daemon. Never passed on to children. */
const DAEMON_VARIABLE = 'SVCTL_DAEMON'
const REPORT_FD = 3
const READY = 'READY\n'

/** Signals that, sent to the command a person waits for, are meant for the daemon that is coming up. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

let daemon: boolean | null = null

/**
 * Whether this process is the one `daemonize` started. The first call takes the mark out of the environment.
 */
export function isDaemonChild(): boolean {
  daemon ??= process.env[DAEMON_VARIABLE] !== undefined
  delete process.env[DAEMON_VARIABLE]
  return daemon
}

/**
 * Starts this very program again in the background, in a session of its own without a terminal, waits until it says
 * how its start went, and ends with that: status 0 once it is ready, else its text on stderr and its status.
 *
 * To be called before anything was started or opened. Node cannot fork, so the daemon begins anew: it reads the same
 * arguments in the same folder and calls `reportReady` or `reportFailure`.
 *
 * @param argv - arguments after the program file, normally `process.argv.slice(2)`
 */
export async function daemonize(argv: readonly string[]): Promise<never> {
  // Before the child is there, so that no signal ends us alone; handlers only run once it is.
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...argv], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      [DAEMON_VARIABLE]: '1',
      ...passFileLimit(process.env),
    },
  })
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`cannot be started: ${error.message}`))
    child.on('exit', (code, signal) => resolve(`ended before it was ready (${signal ?? `exit status ${code}`})`))
  })

  const report = await readAll(child.stdio[REPORT_FD] as Readable | null | undefined)
  if (report === READY) process.exit(0)
  const failed = /^FAILED (\d+)\n(.*)$/s.exec(report)
  process.stderr.write(failed?.[2] ?? `Error: the daemon ${await ended}\n`)
  process.exit(failed === null ? 1 : Number(failed[1]))
}

/** Lets the command that started this daemon end with success. Only once, and only in a daemon child. */
export function reportReady(): void {
  report(READY)
}

/**
 * Lets the command that started this daemon print `text`, line ends included, and end with status `code`. This process
 * has to end itself.
 */
export function reportFailure(text: string, code: number): void {
  report(`FAILED ${code}\n${text}`)
}

function report(text: string): void {
  try {
    writeSync(REPORT_FD, text)
    closeSync(REPORT_FD)
  } catch {
    // The command that waited was killed: nobody is left to tell, and the daemon goes on.
  }
}

async function readAll(stream: Readable | null | undefined): Promise<string> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of stream ?? []) pieces.push(piece)
  } catch {
    // A broken pipe ends the report like its end does.
  }
  return Buffer.concat(pieces).toString()
}
