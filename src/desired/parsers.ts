import type { Field, FieldType } from '../config/fields/row.js'
import * as values from '../config/values.js'
import type { LogLevel } from '../model/config.js'
import type { IoPriority, ResourceLimit } from '../model/isolation.js'
import type { MeaningCode } from './problem.js'
import type { Reading } from './reading.js'

/** What the text of each type of value comes to. */
export interface ValueTypes {
  readonly text: string
  readonly command: string
  readonly integer: number
  readonly boolean: boolean
  readonly octal: number
  readonly bytes: number
  /** Number. */
  readonly signal: number
  readonly 'exit-codes': readonly number[]
  readonly list: readonly string[]
  readonly lines: readonly string[]
  readonly autorestart: 'always' | 'never' | 'unexpected'
  readonly 'log-level': LogLevel
  readonly 'log-file': values.LogfileValue
  readonly file: string
  readonly directory: string
  readonly user: { readonly uid: number; readonly gid: number; readonly name: string }
  readonly owner: { readonly uid: number; readonly gid: number }
  readonly address: { readonly host: string; readonly port: number }
  /** Text as it stands; see `environment.ts`. */
  readonly environment: string
  readonly limit: ResourceLimit
  readonly 'io-priority': IoPriority
  /** Percent of one CPU. */
  readonly 'cpu-share': number
  readonly choice: string
}

interface Parser<T> {
  /** Completes "Cannot read x as ". */
  readonly words: string
  readonly code: MeaningCode
  readonly parse: (text: string, field: Field, reading: Reading) => values.ValueResult<T>
}

const asIs = (text: string): values.ValueResult<string> => ({ ok: true, value: text })
const paths = ({ files, request }: Reading): values.PathContext => ({ files, home: request.home })

/** How each type of value is read. */
export const PARSERS: { readonly [T in FieldType]: Parser<ValueTypes[T]> } = {
  text: { words: 'text', code: 'CONFIG_BAD_WORD', parse: asIs },
  command: { words: 'a command', code: 'CONFIG_BAD_WORD', parse: asIs },
  environment: { words: 'an environment', code: 'CONFIG_BAD_ENVIRONMENT', parse: asIs },
  integer: { words: 'a whole number', code: 'CONFIG_BAD_NUMBER', parse: values.integer },
  boolean: { words: 'yes or no', code: 'CONFIG_BAD_BOOLEAN', parse: values.boolean },
  octal: { words: 'an octal mode', code: 'CONFIG_BAD_MODE', parse: values.octal },
  bytes: { words: 'a size', code: 'CONFIG_BAD_SIZE', parse: values.byteSize },
  signal: { words: 'a signal', code: 'CONFIG_BAD_SIGNAL', parse: values.signal },
  'exit-codes': { words: 'a list of exit codes', code: 'CONFIG_BAD_EXIT_CODES', parse: values.exitCodes },
  list: { words: 'a list', code: 'CONFIG_BAD_WORD', parse: values.list },
  lines: { words: 'lines', code: 'CONFIG_BAD_WORD', parse: values.lines },
  autorestart: { words: 'a restart policy', code: 'CONFIG_BAD_WORD', parse: values.autorestart },
  'log-level': { words: 'a log level', code: 'CONFIG_BAD_WORD', parse: values.logLevel },
  'log-file': {
    words: 'a log file',
    code: 'CONFIG_BAD_PATH',
    parse: (text, _field, reading) => values.logfileTarget(text, paths(reading)),
  },
  file: {
    words: 'a file',
    code: 'CONFIG_BAD_PATH',
    parse: (text, _field, reading) => values.existingPath(text, paths(reading)),
  },
  directory: {
    words: 'a directory',
    code: 'CONFIG_BAD_PATH',
    parse: (text, _field, reading) => values.existingDirectory(text, paths(reading)),
  },
  user: {
    words: 'a user',
    code: 'CONFIG_UNKNOWN_USER',
    parse: (text, _field, reading) => values.user(text, reading.users),
  },
  owner: {
    words: 'an owner',
    code: 'CONFIG_UNKNOWN_USER',
    parse: (text, _field, reading) => values.userGroup(text, reading.users),
  },
  address: { words: 'an address', code: 'CONFIG_BAD_ADDRESS', parse: values.inetAddress },
  limit: {
    words: 'a limit',
    code: 'CONFIG_BAD_LIMIT',
    parse: (text, { unit }) => values.resourceLimit(text, unit === 'bytes'),
  },
  'io-priority': { words: 'a priority at disks', code: 'CONFIG_BAD_WORD', parse: values.ioPriority },
  'cpu-share': { words: 'a share of CPU time', code: 'CONFIG_BAD_SIZE', parse: values.cpuShare },
  choice: { words: 'one of its words', code: 'CONFIG_BAD_WORD', parse: choice },
}

function choice(text: string, { choices = [] }: Field): values.ValueResult<string> {
  const found = choices.find((word) => word === text.trim().toLowerCase())
  const wanted = `one of ${choices.join(', ')}`
  return found === undefined ? { ok: false, classic: `${text} is not ${wanted}`, wanted } : { ok: true, value: found }
}
