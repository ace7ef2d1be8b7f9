/** A log of which output is being lost, and why. */
export interface Loss {
  readonly log: string
  /** A code such as `ENOSPC`. */
  readonly errno: string
}

/** What became of the output of one log, however often it is opened: a program that crashes opens it each time. */
export interface Losses {
  /** Whether output was lost and nobody was told yet that it is over. */
  readonly losing: boolean
  /** These bytes did not reach the log. The first time is told of. */
  lost(bytes: number, errno: string): void
  /** Something did reach it: told of, with what was lost before, but seldom. */
  written(): void
}

type Notice = (level: 'error' | 'warn', text: string) => void

/** A disk at its limit fails and recovers with every write: recovery is told of this seldom. */
const RECOVERY_MS_MIN = 10_000
/** After this long without a loss it counts as over, though nothing was written: the program may have gone silent. */
const FORGET_MS = 30_000

/** What one log has lost so far, as it is handed to the program that takes our place. */
export interface LossState extends Loss {
  readonly bytes: number
}

interface Ledger {
  notice: Notice
  /** `null` while all is well. */
  errno: string | null
  bytes: number
  lostAtMs: number
  recoveredAtMs: number
}

/** Only logs that lose or have lost something, by name. */
const ledgers = new Map<string, Ledger>()
let listener: () => void = () => {}
let timer: NodeJS.Timeout | null = null

/** @param notice - where to tell of this log when it is the first to lose something */
export function lossesOf(log: string, notice: Notice): Losses {
  let mine = ledgers.get(log)
  if (mine?.notice === UNHEARD) mine.notice = notice
  return {
    get losing() {
      mine ??= ledgers.get(log)
      return mine !== undefined && mine.errno !== null
    },
    lost(bytes, errno) {
      mine ??= ledgers.get(log) ?? { notice, errno: null, bytes: 0, lostAtMs: 0, recoveredAtMs: -Infinity }
      mine.bytes += bytes
      mine.lostAtMs = performance.now()
      if (mine.errno !== null) return
      mine.errno = errno // Set first: the notice may itself be written to this log.
      ledgers.set(log, mine)
      watchForSilence()
      notice('error', `cannot write log '${log}': ${reason(errno)}, output is being dropped`)
      listener()
    },
    written() {
      if (mine === undefined || mine.errno === null) return
      if (performance.now() - mine.recoveredAtMs < RECOVERY_MS_MIN) return
      settle(mine, (lost) => `writing log '${log}' again, ${lost} bytes of output were lost`)
    },
  }
}

/** Everything that is being lost, to hand over. */
export function lossStates(): readonly LossState[] {
  return [...ledgers].flatMap(([log, { errno, bytes }]) => (errno === null ? [] : { log, errno, bytes }))
}

/** Goes on counting where another program stopped; before any log is opened. */
export function takeOnLosses(losses: readonly LossState[]): void {
  for (const { log, errno, bytes } of losses)
    ledgers.set(log, { notice: UNHEARD, errno, bytes, lostAtMs: performance.now(), recoveredAtMs: -Infinity })
  if (losses.length > 0) watchForSilence()
}

/** Nobody has opened that log yet. */
const UNHEARD: Notice = () => {}

/** The logs that lose output now. */
export function currentLosses(): readonly Loss[] {
  return [...ledgers].flatMap(([log, { errno }]) => (errno === null ? [] : { log, errno }))
}

/** One listener: called whenever `currentLosses` has become longer or shorter. */
export function onLosses(changed: () => void): void {
  listener = changed
}

function settle(ledger: Ledger, text: (lost: number) => string): void {
  const lost = ledger.bytes
  ledger.errno = null
  ledger.bytes = 0
  ledger.recoveredAtMs = performance.now()
  ledger.notice('warn', text(lost))
  // Only if telling of it was no new loss.
  if (ledger.errno === null) listener()
}

function watchForSilence(): void {
  if (timer !== null) return
  timer = setTimeout(() => {
    timer = null
    const nowMs = performance.now()
    for (const [log, ledger] of ledgers) {
      if (nowMs - ledger.lostAtMs < FORGET_MS) continue
      if (ledger.errno === null) ledgers.delete(log)
      else settle(ledger, (lost) => `no more output of log '${log}' is being lost; ${lost} bytes were`)
    }
    if (ledgers.size > 0) watchForSilence()
  }, FORGET_MS / 2)
  timer.unref()
}

function reason(errno: string): string {
  return errno === 'EAGAIN' ? 'nobody reads it (EAGAIN)' : errno
}
