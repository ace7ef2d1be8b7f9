import type { Control } from '../control/control.js'
import type { ServiceManager } from '../host/service-manager.js'
import type { Operator } from '../model/operator.js'
import type { Clock } from '../model/ports.js'
import { every } from './watching.js'

/** What is told to the service manager that started us. */
export interface ServiceReports {
  /** The same operator; its reloads are told. */
  readonly operator: Operator
  /** The daemon is up. */
  ready(): void
  close(): void
}

/** What there is to tell of. */
export interface Reported {
  readonly manager: ServiceManager
  readonly control: Pick<Control, 'operator' | 'onNotification'>
  readonly clock: Clock
  /** Microseconds of CLOCK_MONOTONIC. */
  readonly monotonicUsec: () => bigint
  /** Set for a daemon that is not the process the service manager started. */
  readonly mainPid: number | null
}

/** Least time between two status lines, ms: each wakes everybody who watches the service manager. */
const STATUS_MS = 1_000

/**
 * Keeps the service manager informed: when we are up, reload and go down, one line on how things are, signs of life.
 *
 * @see sd_notify(3) for what each line means
 */
export function reportToServiceManager({ manager, control, clock, monotonicUsec, mainPid }: Reported): ServiceReports {
  const { operator } = control
  let told = ''
  let cancelStatus: (() => void) | null = null

  const statusLine = (): readonly string[] => {
    const now = describe(operator)
    if (now === told) return []
    told = now
    return [`STATUS=${now}`]
  }
  const tellStatus = () => {
    cancelStatus = null
    const line = statusLine()
    if (line.length > 0) manager.send(...line)
  }
  const changed = () => {
    cancelStatus ??= clock.wakeAt(clock.monotonicMs() + STATUS_MS, tellStatus)
  }

  const stops = [operator.subscribe(changed)]
  stops.push(
    control.onNotification((notification) => {
      if (notification.type === 'supervisor-state' && notification.state === 'STOPPING')
        manager.send('STOPPING=1', ...statusLine())
    }),
  )
  if (manager.watchdogMs !== null) stops.push(every(manager.watchdogMs / 2, clock, () => manager.send('WATCHDOG=1')))

  return {
    operator: {
      ...operator,
      reload(cause) {
        // One that comes too late is not done.
        if (operator.state() !== 'RUNNING') return operator.reload(cause)
        manager.send('RELOADING=1', `MONOTONIC_USEC=${monotonicUsec()}`)
        operator.reload(cause)
        manager.send('READY=1', ...statusLine())
      },
    },
    ready: () => manager.send('READY=1', ...(mainPid === null ? [] : [`MAINPID=${mainPid}`]), ...statusLine()),
    close() {
      cancelStatus?.()
      for (const stop of stops) stop()
    },
  }
}

function describe(operator: Operator): string {
  const processes = operator.groups().flatMap((group) => group.processes)
  const running = processes.filter(({ seen }) => seen.phase === 'RUNNING').length
  const counts = `${running} of ${processes.length} processes running`
  if (operator.state() === 'SHUTDOWN') return `stopping, ${counts}`
  return `${counts}, ${operator.converged() ? 'converged' : 'not converged'}`
}
