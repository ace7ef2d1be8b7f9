/**
 * Exit statuses of supervisorctl. `status` has two of its own.
 *
 * @see Linux Standard Base, "Init Script Actions"; Supervisor supervisorctl.py
 */
export const EXIT = {
  generic: 1,
  invalidArguments: 2,
  /** The server lacks what is asked of it. */
  unimplemented: 3,
  /** The server refused the connection. */
  refused: 4,
  /** The server speaks another version of the API. */
  otherVersion: 5,
  notRunning: 7,
  /** `status` only. */
  statusNotRunning: 3,
  statusUnknown: 4,
} as const
