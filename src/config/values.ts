import type { LogLevel } from '../model/config.js'
import type { IoPriority, LimitValue, ResourceLimit } from '../model/isolation.js'
import type { Files, Users } from '../model/ports.js'
import { reprString } from '../model/python.js'
import { parseSignal } from '../model/signals.js'
import type { LogTarget } from '../model/spec.js'
import { strip } from './blanks.js'

/** What one value turned out to be: `classic` is Supervisor's text, `wanted` says what to write instead. */
export type ValueResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly classic: string; readonly wanted: string }

/** What a path value is checked against. */
export interface PathContext {
  readonly files: Files
  /** What `~` stands for; `null` leaves it as it is. */
  readonly home: string | null
}

/** A log file value; `syslog` is the deprecated way to ask for syslog. */
export type LogfileValue = LogTarget | { readonly kind: 'syslog' }

/**
 * A whole number: optional sign, blanks around it, leading zeros, `_` between digits.
 *
 * @see Supervisor datatypes.py, integer; Python's `int()`
 */
export function integer(text: string): ValueResult<number> {
  const number = /^[+-]?\d+(?:_\d+)*$/.test(strip(text)) ? Number(strip(text).replaceAll('_', '')) : Number.NaN
  // Adding 0 turns -0 into 0.
  return Number.isFinite(number) ? value(number + 0) : wrong(badInteger(text), 'a whole number, for example 10')
}

/** `yes true on 1` or `no false off 0`, any case. @see Supervisor datatypes.py, boolean */
export function boolean(text: string): ValueResult<boolean> {
  const truth = truthOf(text.toLowerCase())
  return truth === null ? wrong(`not a valid boolean value: ${reprString(text)}`, 'true or false') : value(truth)
}

/** File mode bits in base 8: `022`, `22` or `0o22`; bits are never negative. @see Supervisor datatypes.py, octal_type */
export function octal(text: string): ValueResult<number> {
  const digits = /^(?:\+|-(?=0+$))?(?:0o_?)?([0-7]+(?:_[0-7]+)*)$/i.exec(strip(text))?.[1]
  return digits === undefined || digits.length > 12
    ? wrong(`${text} can not be converted to an octal type`, 'octal digits, for example 022')
    : value(Number.parseInt(digits.replaceAll('_', ''), 8))
}

/** Bytes: a whole number, or one followed by KB, MB or GB. @see Supervisor datatypes.py, byte_size */
export function byteSize(text: string): ValueResult<number> {
  const lower = text.toLowerCase()
  const unit = BYTE_UNITS[lower.slice(-2)]
  const digits = unit === undefined ? lower : lower.slice(0, -2)
  const number = integer(digits)
  return number.ok
    ? value(number.value * (unit ?? 1))
    : wrong(badInteger(digits), 'bytes, or a whole number with KB, MB or GB, for example 50MB')
}

/**
 * A resource limit: `SOFT` or `SOFT:HARD`, each a number in the unit of the option or `unlimited`.
 *
 * @param size - whether KB, MB and GB may follow
 */
export function resourceLimit(text: string, size: boolean): ValueResult<ResourceLimit> {
  const [softText = '', hardText, ...rest] = strip(text).split(':')
  const soft = limitValue(softText, size)
  const hard = hardText === undefined ? null : limitValue(hardText, size)
  const sorted = hard === null || hard === 'unlimited' || (soft !== 'unlimited' && Number(soft) <= Number(hard))
  return soft !== undefined && hard !== undefined && rest.length === 0 && sorted
    ? value({ soft, hard })
    : wrong(
        `invalid limit: ${reprString(text)}`,
        `SOFT or SOFT:HARD, the second not the lower one, for example ${size ? '1GB:unlimited' : '1024:4096'}`,
      )
}

/** `idle`, `best-effort`, `realtime`; the latter two with a level from `:0` to `:7`, 4 unless it is written. */
export function ioPriority(text: string): ValueResult<IoPriority> {
  const [, name, level] = /^(idle|best-effort|realtime)(?::([0-7]))?$/.exec(strip(text).toLowerCase()) ?? []
  if (name === 'idle' && level === undefined) return value({ class: name, level: 0 })
  return name === 'best-effort' || name === 'realtime'
    ? value({ class: name, level: Number(level ?? 4) })
    : wrong(`invalid io priority: ${reprString(text)}`, 'idle, best-effort:0 to 7 or realtime:0 to 7')
}

/** `50%` of one CPU, or a number of CPUs: `2`, `0.5`. @returns percent of one CPU, whole */
export function cpuShare(text: string): ValueResult<number> {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(strip(text)) ?? []
  const share = Math.round(Number(digits) * (percent === '' ? 100 : 1))
  return share >= 1 && Number.isSafeInteger(share)
    ? value(share)
    : wrong(`invalid share of CPU time: ${reprString(text)}`, '1% or more, or a number of CPUs, for example 50% or 2')
}

/** A signal by number or name, to its number. @see Supervisor datatypes.py, signal_number */
export function signal(text: string): ValueResult<number> {
  const number = integer(text)
  const found = parseSignal(number.ok ? String(number.value) : text)
  return found.ok
    ? value(found.number + 0)
    : wrong(`value ${reprString(text)} is not a valid signal ${found.wrong}`, 'a signal, for example TERM, INT or HUP')
}

/** Exit codes 0 to 255, comma-separated; nothing gives none. @see Supervisor datatypes.py, list_of_exitcodes */
export function exitCodes(text: string): ValueResult<readonly number[]> {
  const codes = text === '' ? [] : text.split(',').map(integer)
  const numbers = codes.flatMap((code) => (code.ok && code.value >= 0 && code.value <= 255 ? [code.value] : []))
  return numbers.length === codes.length
    ? value(numbers)
    : wrong(`not a valid list of exit codes: ${reprString(text)}`, 'numbers from 0 to 255, for example 0,2')
}

/** Comma-separated items without the blanks around them; nothing gives none. @see Supervisor datatypes.py, list_of_strings */
export function list(text: string): ValueResult<readonly string[]> {
  return value(text === '' ? [] : text.split(',').map(strip))
}

/** One item a line; empty lines are passed over. */
export function lines(text: string): ValueResult<readonly string[]> {
  return value(text.split('\n').flatMap((line) => strip(line) || []))
}

/** When a process that ended is started again. @see Supervisor datatypes.py, auto_restart */
export function autorestart(text: string): ValueResult<'always' | 'never' | 'unexpected'> {
  const lower = text.toLowerCase()
  if (lower === 'unexpected') return value('unexpected')
  const truth = truthOf(lower)
  if (truth !== null) return value(truth ? 'always' : 'never')
  return wrong(`invalid 'autorestart' value ${reprString(lower)}`, 'true, false or unexpected')
}

/** A level of the activity log. @see Supervisor datatypes.py, logging_level */
export function logLevel(text: string): ValueResult<LogLevel> {
  const level = LOG_LEVELS.find((name) => name === text.toLowerCase())
  return level === undefined
    ? wrong(`bad logging level name ${reprString(text)}`, `one of ${LOG_LEVELS.join(', ')}`)
    : value(level)
}

/** Where a log goes: NONE or OFF, AUTO, syslog, or a file whose folder exists. @see Supervisor datatypes.py, logfile_name */
export function logfileTarget(text: string, context: PathContext): ValueResult<LogfileValue> {
  const word = text.toLowerCase()
  if (word === 'none' || word === 'off' || word === '') return value({ kind: 'none' })
  if (word === 'auto' || word === 'syslog') return value({ kind: word })
  const path = existingPath(text, context)
  return path.ok ? value({ kind: 'file', path: path.value }) : path
}

/** A path whose folder exists; a bare name is fine. `~` is filled in. @see Supervisor datatypes.py, existing_dirpath */
export function existingPath(text: string, { files, home }: PathContext): ValueResult<string> {
  const path = expandHome(text, home)
  const folder = folderOf(path)
  return folder === '' || files.kind(folder) === 'directory'
    ? value(path)
    : wrong(
        `The directory named as part of the path ${text} does not exist`,
        `a path in a folder that exists; ${folder} does not`,
      )
}

/** A folder that exists. `~` is filled in. @see Supervisor datatypes.py, existing_directory */
export function existingDirectory(text: string, { files, home }: PathContext): ValueResult<string> {
  const path = expandHome(text, home)
  return files.kind(path) === 'directory'
    ? value(path)
    : wrong(`${text} is not an existing directory`, 'a folder that exists')
}

/** A path with `~` or `~/` at its start replaced by the home folder. */
export function expandHome(path: string, home: string | null): string {
  return home !== null && /^~(?:\/|$)/.test(path) ? home.replace(/\/+$/, '') + path.slice(1) || '/' : path
}

/** A user by name or number. @see Supervisor datatypes.py, name_to_uid */
export function user(
  text: string,
  users: Users,
): ValueResult<{ readonly uid: number; readonly gid: number; readonly name: string }> {
  const number = integer(text)
  const found = users.user(number.ok ? String(number.value) : text)
  if (found !== null) return value(found)
  return wrong(`Invalid user ${number.ok ? 'id' : 'name'} ${text}`, 'the name or number of a user of this machine')
}

/** `user` or `user:group`; without a group its number is -1. @see Supervisor datatypes.py, colon_separated_user_group */
export function userGroup(text: string, users: Users): ValueResult<{ readonly uid: number; readonly gid: number }> {
  const colon = text.indexOf(':')
  const owner = user(colon < 0 ? text : text.slice(0, colon), users)
  const gid = colon < 0 ? -1 : groupNumber(text.slice(colon + 1), users)
  return owner.ok && gid !== null
    ? value({ uid: owner.value.uid, gid })
    : wrong(`Invalid user:group definition ${text}`, 'user or user:group, both known to this machine')
}

/**
 * `host:port` or `port`; an empty host and `*` mean every interface, which is `''`.
 * Brackets around an IPv6 address are taken off.
 *
 * @see Supervisor datatypes.py, inet_address
 */
export function inetAddress(text: string): ValueResult<{ readonly host: string; readonly port: number }> {
  const colon = text.lastIndexOf(':')
  const digits = text.slice(colon + 1)
  const port = integer(digits)
  const fault = portFault(digits, port)
  if (!port.ok || fault !== null) {
    const classic =
      colon < 0
        ? `not a valid port number: ${reprString(text)} `
        : digits === ''
          ? NO_PORT
          : (fault ?? badInteger(digits))
    return wrong(classic, 'host:port or a port from 1 to 65535, for example 127.0.0.1:9001')
  }
  const host = colon < 0 ? '' : text.slice(0, colon).toLowerCase()
  return value({ host: host === '*' ? '' : host.replace(/^\[(.*)\]$/, '$1'), port: port.value })
}

/**
 * The name of a program, group or process, without blanks around it.
 * Control characters are refused too: names travel in line-based protocols.
 *
 * @see Supervisor datatypes.py, process_or_group_name
 */
export function processOrGroupName(text: string): ValueResult<string> {
  const name = strip(text)
  const bad = [' ', ':', '/'].find((char) => name.includes(char)) ?? /[\x00-\x1f\x7f]/.exec(name)?.[0]
  return bad === undefined
    ? value(name)
    : wrong(
        `Invalid name: ${reprString(text)} because of character: ${reprString(bad)}`,
        'a name without blanks, ":" and "/"',
      )
}

/** @returns `undefined` for what is none */
function limitValue(text: string, size: boolean): LimitValue | undefined {
  if (strip(text).toLowerCase() === 'unlimited') return 'unlimited'
  const number = size ? byteSize(strip(text)) : integer(text)
  return number.ok && number.value >= 0 && Number.isSafeInteger(number.value) ? number.value : undefined
}

const BYTE_UNITS: Readonly<Record<string, number>> = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }
const LOG_LEVELS: readonly LogLevel[] = ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather']
const NO_PORT = "no port number specified in ''"

function value<T>(of: T): ValueResult<T> {
  return { ok: true, value: of }
}

function wrong(
  classic: string,
  wanted: string,
): { readonly ok: false; readonly classic: string; readonly wanted: string } {
  return { ok: false, classic, wanted }
}

function badInteger(text: string): string {
  return `invalid literal for int() with base 10: ${reprString(text)}`
}

function truthOf(lower: string): boolean | null {
  if (['yes', 'true', 'on', '1'].includes(lower)) return true
  return ['no', 'false', 'off', '0'].includes(lower) ? false : null
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash).replace(/\/+$/, '') || '/'
}

function groupNumber(text: string, users: Users): number | null {
  const number = integer(text)
  return users.group(number.ok ? String(number.value) : text)?.gid ?? null
}

function portFault(digits: string, port: ValueResult<number>): string | null {
  if (!port.ok) return badInteger(digits)
  if (port.value < 1) return `${port.value} is below lower bound (1)`
  return port.value > 65_535 ? `${port.value} is above upper bound (65535)` : null
}
