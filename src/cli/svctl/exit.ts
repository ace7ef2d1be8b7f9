/** What the shell is told. Only an answer of the daemon may be `no`: no mistake in the arguments ever is. */
export const EXIT = {
  yes: 0,
  no: 1,
  usage: 2,
  invalid: 6,
  unreachable: 7,
  refused: 8,
  /** A bug of ours. @see sysexits.h, EX_SOFTWARE */
  bug: 70,
  timeout: 124,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
