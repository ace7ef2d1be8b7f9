import { constants } from 'node:os'
import { reprString } from '../../model/python.js'
import type { TransportError } from '../transport.js'

/** Why a command could not be carried through. */
export type Problem =
  | { readonly kind: 'fault'; readonly code: number; readonly text: string }
  | { readonly kind: 'http'; readonly status: number; readonly reason: string }
  | TransportError
  /** An answer that the API does not allow. */
  | { readonly kind: 'answer'; readonly message: string }
  | { readonly kind: 'end-of-input' }
  /** A plugin threw: the name and text of its error. */
  | { readonly kind: 'plugin'; readonly error: string; readonly message: string }

/**
 * The one line that the original prints for whatever it did not expect. Scripts match its start, so it keeps the names
 * of Python's exceptions; where it happened is nobody's business, and constant.
 *
 * @see Supervisor supervisorctl.py, onecmd
 */
export function errorLine(problem: Problem): string {
  const { type, text } = pythonException(problem)
  return `error: ${type}, ${text}: file: supervisorctl line: 0`
}

/** The exception that the original would have raised: its class and its text. */
export function pythonException(problem: Problem): { readonly type: string; readonly text: string } {
  switch (problem.kind) {
    case 'fault':
      return named('xmlrpc.client.Fault', faultText(problem.code, problem.text))
    case 'http': {
      // The original's connection is to this name, whatever the server's.
      const text = `<ProtocolError for 127.0.0.1/RPC2: ${problem.status} ${problem.reason}>`
      return named('xmlrpc.client.ProtocolError', text)
    }
    case 'url':
      return named('ValueError', problem.message)
    case 'protocol':
      return named('http.client.BadStatusLine', problem.message)
    case 'answer':
      return named('ValueError', problem.message)
    case 'plugin':
      return named(problem.error, problem.message)
    case 'end-of-input':
      return named('EOFError', 'EOF when reading a line')
    case 'socket':
      return socketException(problem.code, problem.message)
  }
}

/** A fault as Python prints it: `<Fault 70: 'NOT_RUNNING: cat'>`. */
export function faultText(code: number, text: string): string {
  return `<Fault ${code}: ${reprString(text)}>`
}

const RESOLVER_ERRORS: Readonly<Record<string, string>> = {
  ENOTFOUND: '[Errno -2] Name or service not known',
  EAI_AGAIN: '[Errno -3] Temporary failure in name resolution',
}

const SOCKET_ERRORS: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  EACCES: { type: 'PermissionError', text: 'Permission denied' },
  EPERM: { type: 'PermissionError', text: 'Operation not permitted' },
  ENOENT: { type: 'FileNotFoundError', text: 'No such file or directory' },
  ENOTDIR: { type: 'NotADirectoryError', text: 'Not a directory' },
  ENOTSOCK: { type: 'OSError', text: 'Socket operation on non-socket' },
  ECONNREFUSED: { type: 'ConnectionRefusedError', text: 'Connection refused' },
  ECONNRESET: { type: 'ConnectionResetError', text: 'Connection reset by peer' },
  EPIPE: { type: 'BrokenPipeError', text: 'Broken pipe' },
  ETIMEDOUT: { type: 'TimeoutError', text: 'Connection timed out' },
  EHOSTUNREACH: { type: 'OSError', text: 'No route to host' },
  ENETUNREACH: { type: 'OSError', text: 'Network is unreachable' },
}

function socketException(code: string, message: string): { readonly type: string; readonly text: string } {
  const unresolved = RESOLVER_ERRORS[code]
  if (unresolved !== undefined) return named('socket.gaierror', unresolved)
  const known = SOCKET_ERRORS[code]
  const errno: number | undefined = (constants.errno as Readonly<Record<string, number>>)[code]
  const number = errno === undefined ? code : `Errno ${errno}`
  return named(known?.type ?? 'OSError', `[${number}] ${known?.text ?? message}`)
}

function named(type: string, text: string): { readonly type: string; readonly text: string } {
  return { type: `<class '${type}'>`, text }
}
