import type { XmlValue } from './value.js'

/** Fault names and codes. @see Supervisor xmlrpc.py, Faults */
export const FAULT_CODES = {
  UNKNOWN_METHOD: 1,
  INCORRECT_PARAMETERS: 2,
  BAD_ARGUMENTS: 3,
  SIGNATURE_UNSUPPORTED: 4,
  SHUTDOWN_STATE: 6,
  BAD_NAME: 10,
  BAD_SIGNAL: 11,
  NO_FILE: 20,
  NOT_EXECUTABLE: 21,
  FAILED: 30,
  ABNORMAL_TERMINATION: 40,
  SPAWN_ERROR: 50,
  ALREADY_STARTED: 60,
  NOT_RUNNING: 70,
  SUCCESS: 80,
  ALREADY_ADDED: 90,
  STILL_RUNNING: 91,
  CANT_REREAD: 92,
  // Ours: HTTP's number, since clients of the original print the number alone for codes that they do not know.
  FORBIDDEN: 403,
} as const

export type FaultName = keyof typeof FAULT_CODES

/** The one way in which a method says no. `text` is the whole faultString. */
export interface Fault {
  readonly kind: 'fault'
  readonly name: FaultName
  readonly code: number
  readonly text: string
}

/** What a method came to. `failure` is answered with HTTP 500, where the original has an unexpected exception. */
export type Result =
  /** `xml` writes the whole answer in UTF-8, at less cost than taking `value` apart. */
  | { readonly kind: 'value'; readonly value: XmlValue; readonly xml?: () => Uint8Array }
  | Fault
  | { readonly kind: 'failure'; readonly exception: string; readonly message: string }

/**
 * A fault as the original words it.
 *
 * @param extra - follows the name after a colon; `null` for the bare name
 */
export function fault(name: FaultName, extra: string | null = null): Fault {
  return { kind: 'fault', name, code: FAULT_CODES[name], text: extra === null ? name : `${name}: ${extra}` }
}

/** A method's answer. */
export function value(result: XmlValue): Result {
  return { kind: 'value', value: result }
}

/** What has no fault code in the original: the client gets HTTP 500. Names are those of Python's exceptions. */
export function failure(exception: 'AttributeError' | 'ValueError' | 'TypeError', message: string): Result {
  return { kind: 'failure', exception, message }
}
