import type { Severity } from '../../model/diagnostic.js'

/** What `svctl check` looks at: the files alone, this machine too, or programs that it starts. */
export type Depth = 'file' | 'host' | 'run'

interface Check {
  readonly depth: Depth
  readonly severity: Severity
  /** What it is about in general, for reports that list rules. */
  readonly title: string
}

/** Everything `svctl check` may say beyond what reading a configuration finds. Stable: people search for the codes. */
export const CHECKS = {
  CHECK_EMPTY_INCLUDE: { depth: 'file', severity: 'warning', title: 'A pattern of [include] matches no file' },
  CHECK_REPEATED_SECTION: { depth: 'file', severity: 'warning', title: 'A section stands in two places' },
  CHECK_REPEATED_OPTION: { depth: 'file', severity: 'warning', title: 'An option is set twice, and one value is lost' },
  CHECK_TWO_GROUPS: { depth: 'file', severity: 'warning', title: 'A program belongs to two groups and runs in both' },
  CHECK_SHARED_LOG: { depth: 'file', severity: 'warning', title: 'Two outputs are written to one log file' },
  CHECK_SHARED_ADDRESS: { depth: 'file', severity: 'error', title: 'Two sections listen at one address' },
  CHECK_NO_SERVER: { depth: 'file', severity: 'warning', title: 'No client can reach the daemon' },
  CHECK_NO_RPC_INTERFACE: { depth: 'file', severity: 'warning', title: 'supervisorctl has nothing to talk to' },
  CHECK_OTHER_SERVER: { depth: 'file', severity: 'warning', title: 'Clients look for the daemon where it is not' },
  CHECK_SILENT_EVENTS: { depth: 'file', severity: 'warning', title: 'A listener waits for events that never come' },
  CHECK_BAD_COMMAND: { depth: 'file', severity: 'error', title: 'A command cannot be split into words' },
  CHECK_SHELL_SYNTAX: {
    depth: 'file',
    severity: 'warning',
    title: 'A command is written for a shell, but none runs it',
  },
  CHECK_BACKGROUND: { depth: 'file', severity: 'warning', title: 'A command puts itself into the background' },
  CHECK_KILLED_AT_ONCE: { depth: 'file', severity: 'warning', title: 'A program gets no time to stop' },
  CHECK_RESTART_LOOP: { depth: 'file', severity: 'note', title: 'A program that fails at once is restarted for ever' },
  SECURITY_WRITABLE_FILE: { depth: 'file', severity: 'warning', title: 'Everyone may change the configuration' },
  SECURITY_OPEN_PORT: { depth: 'file', severity: 'warning', title: 'Other machines get in without a password' },
  SECURITY_LOCAL_PORT: { depth: 'file', severity: 'note', title: 'Every user of this machine gets in' },
  SECURITY_OPEN_SOCKET: { depth: 'file', severity: 'warning', title: 'Every user of this machine gets in' },
  SECURITY_READABLE_PASSWORD: { depth: 'file', severity: 'warning', title: 'Everyone may read a password' },
  SECURITY_READABLE_ENVIRONMENT: {
    depth: 'file',
    severity: 'note',
    title: 'Everyone may read what looks like a secret',
  },
  SECURITY_SECRET_ARGUMENT: { depth: 'file', severity: 'note', title: 'A secret on a command line shows in ps' },
  SECURITY_ROOT_PROGRAMS: { depth: 'file', severity: 'note', title: 'Programs keep the user of the daemon' },
  HOST_NO_COMMAND: { depth: 'host', severity: 'error', title: 'A command does not exist' },
  HOST_NOT_EXECUTABLE: { depth: 'host', severity: 'error', title: 'The user of a program may not execute it' },
  HOST_NO_INTERPRETER: { depth: 'host', severity: 'error', title: 'The interpreter of a script cannot be used' },
  HOST_NO_FORMAT: { depth: 'host', severity: 'warning', title: 'A command is neither a program nor a script with #!' },
  HOST_NO_DIRECTORY: { depth: 'host', severity: 'error', title: 'The directory of a program cannot be entered' },
  HOST_NOT_WRITABLE: { depth: 'host', severity: 'error', title: 'The daemon cannot write a file' },
  HOST_CANNOT_SWITCH: { depth: 'host', severity: 'error', title: 'Only root can run programs as other users' },
  HOST_PORT_TAKEN: { depth: 'host', severity: 'error', title: 'An address is in use' },
  HOST_PORT_REFUSED: { depth: 'host', severity: 'error', title: 'An address cannot be listened at' },
  HOST_PORT_OWN: { depth: 'host', severity: 'note', title: 'An address is in use by the daemon of this file' },
  HOST_BAD_SOCKET: { depth: 'host', severity: 'error', title: 'A unix socket cannot be made' },
  HOST_BAD_CERTIFICATE: { depth: 'host', severity: 'error', title: 'A certificate cannot be used' },
  HOST_UNKNOWN: { depth: 'host', severity: 'note', title: 'Something could not be looked at' },
  RUN_FAILED: { depth: 'run', severity: 'error', title: 'A process did not come up or did not stay up' },
  RUN_NOT_HELD: { depth: 'run', severity: 'error', title: 'The programs could not be tried out' },
} as const satisfies Readonly<Record<string, Check>>

export type CheckCode = keyof typeof CHECKS

/** @returns the row of a code; `null` for a code of the reader of configurations */
export function checkOf(code: string): Check | null {
  return Object.hasOwn(CHECKS, code) ? CHECKS[code as CheckCode] : null
}
