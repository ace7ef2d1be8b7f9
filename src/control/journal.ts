import type { ExitStatus, ProcessEvent } from '../model/event.js'
import type { ProcessObserved } from '../model/observed.js'
import { pidOf } from '../model/observed.js'
import type { Log } from '../model/ports.js'
import { reprString } from '../model/python.js'
import { SIGKILL, signalName } from '../model/signals.js'
import type { ProcessSpec } from '../model/spec.js'

/** Writes what happens to processes into the activity log, in the words third-party tools match on. */
export interface Journal {
  /** After `event` took a process from `before` to `after`. */
  note(spec: ProcessSpec, event: ProcessEvent, before: ProcessObserved, after: ProcessObserved): void
  /** A signal found nobody. */
  alreadyGone(spec: ProcessSpec, pid: number, error: string): void
}

/** @see spec/processes.md section 13, log line catalogue */
export function createJournal(log: Log): Journal {
  return {
    note(spec, event, before, after) {
      const { name } = spec
      switch (event.type) {
        case 'spawned':
          log.write('info', `spawned: ${reprString(name)} with pid ${event.pid}`)
          break
        case 'spawn-failed':
          log.write('info', `spawnerr: ${event.error}`)
          break
        case 'declared-running':
          log.write(
            'info',
            `success: ${name} entered RUNNING state, process has stayed up for > than ${spec.startSecs} seconds (startsecs)`,
          )
          break
        case 'stop-sent':
          log.write('debug', killing(name, pidOf(before), spec.stopSignal, spec.stopAsGroup))
          break
        case 'kill-sent':
          log.write('warn', `killing ${reprString(name)} (${pidOf(before)}) with SIGKILL`)
          log.write('debug', killing(name, pidOf(before), SIGKILL, spec.killAsGroup))
          break
        case 'signal-refused':
          log.write('critical', `unknown problem killing ${name} (${pidOf(before)}):${event.error}`)
          break
        case 'retry-cancelled':
          log.write('debug', `Attempted to kill ${name}, which is in BACKOFF state.`)
          break
        case 'gave-up':
          if (event.reason === 'Shutdown') break
          log.write('info', `gave up: ${name} entered FATAL state, too many start retries too quickly`)
          break
        case 'exited':
          noteExit(log, spec, event.status, before, after)
          break
        case 'hurried':
        case 'starting':
          break
      }
    },
    alreadyGone(spec, pid, error) {
      log.write('debug', `unable to signal ${spec.name} (pid ${pid}), it probably just exited on its own: ${error}`)
    },
  }
}

/**
 * How a process ended, in words.
 *
 * @returns `exit status 2`, `terminated by SIGKILL`, `terminated by SIGQUIT (core dumped)`
 * @see Supervisor options.py, decode_wait_status
 */
export function describeExit(status: ExitStatus): string {
  if (status.signal === null) return `exit status ${status.code ?? 0}`
  return `terminated by ${signalName(status.signal)}${status.coreDumped ? ' (core dumped)' : ''}`
}

function noteExit(
  log: Log,
  spec: ProcessSpec,
  status: ExitStatus,
  before: ProcessObserved,
  after: ProcessObserved,
): void {
  const how = describeExit(status)
  const expectedCode = status.code !== null && spec.exitCodes.includes(status.code)
  if (before.phase === 'STOPPING' || before.phase === 'UNKNOWN') {
    log.write(expectedCode ? 'info' : 'warn', `stopped: ${spec.name} (${how})`)
  } else {
    const expected = after.phase === 'EXITED' && after.expected
    log.write(expected ? 'info' : 'warn', `exited: ${spec.name} (${how}; ${expected ? 'expected' : 'not expected'})`)
  }
  log.write('debug', 'received SIGCHLD indicating a child quit')
}

function killing(name: string, pid: number, signal: number, asGroup: boolean): string {
  return `killing ${name} (pid ${pid}) ${asGroup ? 'process group ' : ''}with signal ${signalName(signal)}`
}
