/**
 * Linux signals, the names Python's `signal` module gives them.
 * Where two names share a number the one that Supervisor prints comes last.
 */
const NUMBERS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  IOT: 6,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CLD: 17,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  POLL: 29,
  PWR: 30,
  SYS: 31,
  RTMIN: 34,
  RTMAX: 64,
} as const

export const SIGTERM = NUMBERS.TERM
export const SIGKILL = NUMBERS.KILL

const BY_NUMBER: ReadonlyMap<number, string> = new Map(
  Object.entries(NUMBERS).map(([name, number]) => [number, `SIG${name}`]),
)

const BY_NAME: ReadonlyMap<string, number> = new Map(Object.entries(NUMBERS))

/** @returns `SIGTERM` for 15; `signal 35` for numbers without a name, as the original prints them */
export function signalName(number: number): string {
  return BY_NUMBER.get(number) ?? `signal ${number}`
}

/** What a text that should name a signal turned out to be. */
export type SignalText =
  | { readonly ok: true; readonly number: number }
  | { readonly ok: false; readonly wrong: 'name' | 'number' }

/**
 * Reads a signal: a number, or a name with or without `SIG`, any case, blanks around it ignored.
 *
 * @returns the number; `wrong` says whether an unknown name or an unknown number was given
 * @see Supervisor datatypes.py, signal_number. 32, 33 and 35 to 63 have no name there and are refused.
 */
export function parseSignal(text: string): SignalText {
  const trimmed = text.trim()
  if (/^[+-]?\d+$/.test(trimmed)) {
    const number = Number(trimmed)
    return number === 0 || BY_NUMBER.has(number) ? { ok: true, number } : { ok: false, wrong: 'number' }
  }
  const name = trimmed.toUpperCase().replace(/^SIG/, '')
  const number = BY_NAME.get(name)
  return number === undefined ? { ok: false, wrong: 'name' } : { ok: true, number }
}
