import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/*
 * pidproxy PIDFILE COMMAND [ARGUMENT…]: runs a command whose real process is another, named by a pid file, and hands
 * the signals it gets on to that one.
 *
 * See spec config.md §10.
 */

const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGQUIT'] as const
/** Signals after which there is nothing left to stay for. */
const LAST: readonly string[] = ['SIGTERM', 'SIGINT', 'SIGQUIT']
/** What a shell reports of a command that cannot be started. */
const EXIT_NOT_STARTED = 127

function main(program: string, [pidfile, command, ...args]: readonly string[]): void {
  if (pidfile === undefined || command === undefined) {
    process.stdout.write(usage(program))
    process.exitCode = 1
    return
  }
  // Before the start: a signal that comes meanwhile must not end only this program.
  for (const signal of PASSED_ON) {
    process.on(signal, () => {
      passOn(pidfile, signal)
      if (LAST.includes(signal)) process.exit(0)
    })
  }
  // As in the original the command is a path, never looked for on PATH.
  const file = resolve(command)
  const child = spawn(file, args, { stdio: 'inherit', argv0: file })
  child.on('error', (error) => {
    process.stderr.write(`pidproxy: cannot run ${file}: ${error.message}\n`)
    process.exit(EXIT_NOT_STARTED)
  })
  // However the command ended: what counts is the process of the pid file, as in the original.
  child.on('exit', () => process.exit(0))
}

function passOn(pidfile: string, signal: NodeJS.Signals): void {
  const pid = readPid(pidfile)
  if (pid === null) {
    process.stdout.write(`Can't read child pidfile ${pidfile}!\n`)
    return
  }
  try {
    process.kill(pid, signal)
  } catch (error) {
    process.stdout.write(`Can't send ${signal} to pid ${pid}: ${error instanceof Error ? error.message : error}\n`)
  }
}

/** @returns `null` for a file that names no single process: 0 and negative numbers are process groups */
function readPid(pidfile: string): number | null {
  try {
    const text = readFileSync(pidfile, 'utf8').trim()
    return /^\d{1,10}$/.test(text) && Number(text) > 0 ? Number(text) : null
  } catch {
    return null
  }
}

function usage(program: string): string {
  return `pidproxy -- run command and proxy signals to it via its pidfile.

This executable runs a command and then monitors a pidfile.  When this
executable receives a signal, it sends the same signal to the pid
in the pidfile.

Usage: ${program} <pidfile name> <command> [<cmdarg1> ...]

`
}

main(process.argv[1] ?? 'pidproxy', process.argv.slice(2))
