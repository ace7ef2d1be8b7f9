import { type FieldTable, LOG_FORMATS, LOG_TIMESTAMPS } from './row.js'

/** Options of programs that matter most in containers: how lines look, and whose end is the end. */
export const CONTAINER = {
  log_prefix: {
    type: 'text',
    default: null,
    defaultNote: 'that of [supervisord]',
    expands: 'process',
    change: 'live',
    fills: 'logPrefix',
    doc: 'Text before each line in its logs, with a blank after it; true: its name and a bar, false: none',
    note: 'not in Supervisor',
    example: '%(program_name)s_%(process_num)d:',
  },
  log_timestamps: {
    type: 'choice',
    default: null,
    defaultNote: 'that of [supervisord]',
    choices: LOG_TIMESTAMPS,
    expands: 'process',
    change: 'live',
    fills: 'logTimestamps',
    doc: 'Time before each line in its logs: iso (or true) in UTC, local as in the activity log, unix in seconds',
    note: 'not in Supervisor',
    example: 'iso',
  },
  log_format: {
    type: 'choice',
    default: null,
    defaultNote: 'that of [supervisord]',
    choices: LOG_FORMATS,
    expands: 'process',
    change: 'live',
    fills: 'logFormat',
    doc: 'Whether each line in its logs is text or an object of JSON with time, group, name, stream and msg',
    note: 'not in Supervisor',
    example: 'json',
  },
  essential: {
    type: 'boolean',
    default: 'false',
    expands: 'program',
    change: 'live',
    fills: 'essential',
    doc: 'Whether the daemon ends, with the same status, when it has ended and is not to be started again',
    note: 'not in Supervisor; see exit_on of [supervisord]',
  },
} as const satisfies FieldTable
