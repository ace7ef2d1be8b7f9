import { CONTAINER } from './container.js'
import { ISOLATION } from './isolation.js'
import { LISTEN } from './listen.js'
import type { Field, FieldTable } from './row.js'

/** `[program:x]`; `[eventlistener:x]` and `[fcgi-program:x]` take all of these too. */
export const PROGRAM = {
  command: {
    type: 'command',
    default: null,
    required: true,
    expands: 'process',
    change: 'restart',
    fills: 'command',
    doc: 'What to run: a program, by path or found on PATH, and its arguments; no shell reads it',
    example: '/bin/cat',
  },
  extends: {
    type: 'text',
    default: null,
    expands: 'none',
    change: 'live',
    fills: null,
    doc: 'Template or program whose options it takes over where it has none of its own; variables are merged',
    note: 'not in Supervisor',
    example: 'example-template',
  },
  process_name: {
    type: 'text',
    default: '%(program_name)s',
    expands: 'process',
    change: 'recreate',
    fills: 'name',
    doc: 'Name of each process; with several it must contain %(process_num)s',
    example: '%(program_name)s_%(process_num)02d',
  },
  numprocs: {
    type: 'integer',
    default: '1',
    expands: 'program',
    change: 'scale',
    fills: null,
    doc: 'How many processes to run from this section',
  },
  numprocs_start: {
    type: 'integer',
    default: '0',
    expands: 'program',
    change: 'scale',
    fills: null,
    doc: 'Number of the first process',
  },
  priority: {
    type: 'integer',
    default: '999',
    expands: 'here',
    change: 'live',
    fills: 'priority',
    doc: 'Place in the order: low numbers start first and stop last',
  },
  autostart: {
    type: 'boolean',
    default: 'true',
    expands: 'program',
    change: 'next-start',
    fills: 'autostart',
    doc: 'Whether it starts with the daemon',
  },
  autorestart: {
    type: 'autorestart',
    default: 'unexpected',
    choices: ['true', 'false', 'unexpected'],
    expands: 'program',
    change: 'live',
    fills: 'autorestart',
    doc: 'Whether a process that ended by itself is started again; unexpected: only after a code not in exitcodes',
  },
  startsecs: {
    type: 'integer',
    default: '1',
    unit: 'seconds',
    expands: 'program',
    change: 'next-start',
    fills: 'startSecs',
    doc: 'How long it must stay up for the start to count as successful',
  },
  startretries: {
    type: 'integer',
    default: '3',
    expands: 'program',
    change: 'live',
    fills: 'startRetries',
    doc: 'Failed starts in a row that are tried again before giving up',
  },
  exitcodes: {
    type: 'exit-codes',
    default: '0',
    expands: 'program',
    change: 'live',
    fills: 'exitCodes',
    doc: 'Exit codes that count as expected',
    example: '0,2',
  },
  stopsignal: {
    type: 'signal',
    default: 'TERM',
    expands: 'program',
    change: 'live',
    fills: 'stopSignal',
    doc: 'Signal that asks it to stop',
  },
  stopwaitsecs: {
    type: 'integer',
    default: '10',
    unit: 'seconds',
    expands: 'program',
    change: 'live',
    fills: 'stopWaitSecs',
    doc: 'How long it may take to stop before it gets SIGKILL',
  },
  stopasgroup: {
    type: 'boolean',
    default: 'false',
    expands: 'program',
    change: 'live',
    fills: 'stopAsGroup',
    doc: 'Whether the stop signal goes to its whole process group',
  },
  killasgroup: {
    type: 'boolean',
    default: null,
    defaultNote: 'the value of stopasgroup',
    expands: 'program',
    change: 'live',
    fills: 'killAsGroup',
    doc: 'Whether SIGKILL goes to its whole process group',
    example: 'false',
  },
  user: {
    type: 'user',
    default: null,
    expands: 'program',
    change: 'restart',
    fills: 'uid',
    doc: 'User it runs as; needs a daemon that runs as root',
    example: 'nobody',
  },
  directory: {
    type: 'text',
    default: null,
    expands: 'process',
    change: 'restart',
    fills: 'directory',
    doc: 'Directory it starts in',
    example: '/tmp',
  },
  umask: {
    type: 'octal',
    default: null,
    defaultNote: "the daemon's",
    expands: 'program',
    change: 'restart',
    fills: 'umask',
    doc: 'File mode mask it starts with',
    example: '022',
  },
  environment: {
    type: 'environment',
    default: '',
    expands: 'process',
    change: 'restart',
    fills: 'environment',
    doc: 'Variables added to those of [supervisord]; its own win',
    example: 'A="1",B="2"',
  },
  env_file: {
    type: 'list',
    default: null,
    expands: 'process',
    change: 'restart',
    fills: null,
    doc: 'Files with lines KEY=VALUE, added to its variables; environment wins, and a file after - may be missing',
    note: 'not in Supervisor; relative to the file that says so',
    example: '-%(here)s/example.env',
  },
  serverurl: {
    type: 'text',
    default: 'AUTO',
    expands: 'program',
    change: 'restart',
    fills: 'serverUrl',
    doc: 'Value of SUPERVISOR_SERVER_URL for it; AUTO is the first unix socket or else the TCP server of this file',
  },
  redirect_stderr: {
    type: 'boolean',
    default: 'false',
    expands: 'program',
    change: 'restart',
    fills: 'redirectStderr',
    doc: 'Whether its standard error goes where its standard output goes',
  },
  ...stream('stdout', 'standard output'),
  ...stream('stderr', 'standard error'),
  ...ISOLATION,
  ...LISTEN,
  ...CONTAINER,
} as const satisfies FieldTable

/** The eight options of one output, which differ in nothing but its name. */
function stream<C extends 'stdout' | 'stderr'>(channel: C, words: string) {
  const rows = {
    logfile: {
      type: 'log-file',
      default: 'AUTO',
      expands: 'process',
      change: 'restart',
      fills: `${channel}.logfile`,
      doc: `File for its ${words}; AUTO: one named by the daemon, NONE: none`,
      note: 'a % is written %%; %%%% for one % is understood as well, since Supervisor wants that here',
    },
    logfile_maxbytes: {
      type: 'bytes',
      default: '50MB',
      unit: 'bytes',
      expands: 'process',
      change: 'live',
      fills: `${channel}.logBytesMax`,
      doc: `Length at which the log of its ${words} is rotated, 0 for never`,
    },
    logfile_backups: {
      type: 'integer',
      default: '10',
      unit: 'files',
      expands: 'process',
      change: 'live',
      fills: `${channel}.logBackups`,
      doc: `Rotated logs of its ${words} kept, 0 to start over in place`,
    },
    capture_maxbytes: {
      type: 'bytes',
      default: '0',
      unit: 'bytes',
      expands: 'program',
      change: 'restart',
      fills: `${channel}.captureBytesMax`,
      doc: `Room for what it writes to ${words} between capture tokens, 0 for no capture`,
    },
    events_enabled: {
      type: 'boolean',
      default: 'false',
      expands: 'program',
      change: 'live',
      fills: `${channel}.eventsEnabled`,
      doc: `Whether each chunk of its ${words} is an event for listeners`,
    },
    syslog: {
      type: 'boolean',
      default: 'false',
      expands: 'process',
      change: 'restart',
      fills: `${channel}.syslog`,
      doc: `Whether its ${words} goes to the system log too`,
    },
  } as const satisfies FieldTable
  type Rows = typeof rows
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${channel}_${name}`, row])) as {
    readonly [K in keyof Rows as `${C}_${K & string}`]: Rows[K]
  }
}

/** `[eventlistener:x]`: what a pool of listeners takes beyond a program. */
export const EVENTLISTENER = {
  ...PROGRAM,
  priority: { ...PROGRAM.priority, default: '-1', note: 'of the pool; its processes keep 999 unless it is set' },
  events: {
    type: 'list',
    default: null,
    required: true,
    expands: 'here',
    change: 'live',
    fills: 'pool.events',
    doc: 'Event types the pool is told of, with their subtypes',
    example: 'PROCESS_STATE,TICK_60',
  },
  buffer_size: {
    type: 'integer',
    default: '10',
    expands: 'here',
    change: 'live',
    fills: 'pool.bufferSize',
    doc: 'Events kept for a pool that is busy; the oldest is dropped when one more comes',
  },
  result_handler: {
    type: 'text',
    default: 'supervisor.dispatchers:default_handler',
    expands: 'here',
    change: 'recreate',
    fills: 'pool.resultHandler',
    doc: 'What judges the answers of listeners',
    note: 'handlers written in Python cannot be loaded',
  },
  length_unit: {
    type: 'choice',
    default: 'characters',
    choices: ['characters', 'bytes'],
    expands: 'here',
    change: 'live',
    fills: 'pool.lengthUnit',
    doc: 'What len in an event header counts',
    note: 'not in Supervisor, which sends characters',
  },
} as const satisfies FieldTable

/** `[fcgi-program:x]`: what programs that share a listening socket take beyond a program. */
export const FCGI_PROGRAM = {
  ...PROGRAM,
  socket: {
    type: 'text',
    default: null,
    required: true,
    expands: 'socket',
    change: 'recreate',
    fills: 'socket',
    doc: 'Listening socket its processes share, as unix:///path or tcp://host:port',
    example: 'unix:///tmp/example.sock',
  },
  socket_backlog: {
    type: 'integer',
    default: null,
    defaultNote: 'what the system allows at most',
    expands: 'here',
    change: 'recreate',
    fills: 'socket.backlog',
    doc: 'Connections that may wait on the socket, 1 to 65535',
    example: '128',
  },
  socket_owner: {
    type: 'owner',
    default: null,
    defaultNote: 'the user of the program',
    expands: 'here',
    change: 'recreate',
    fills: 'socket.owner',
    doc: 'Owner of a unix socket, as user or user:group',
    example: 'nobody:nogroup',
  },
  socket_mode: {
    type: 'octal',
    default: '0700',
    expands: 'here',
    change: 'recreate',
    fills: 'socket.mode',
    doc: 'Mode of a unix socket',
  },
} as const satisfies FieldTable

/** What makes a program itself: not for many of them at once. */
const { command: _command, extends: _extends, ...SHARED } = PROGRAM

/** `[program-default]`: what every program-like section starts from. */
export const PROGRAM_DEFAULT = SHARED

/** `[template:x]`: never runs; whatever kind of section extends it takes the options that it has itself. */
export const TEMPLATE: FieldTable = Object.fromEntries(
  Object.entries<Field>({ ...EVENTLISTENER, ...FCGI_PROGRAM }).map(([name, { required: _, ...row }]) => [name, row]),
)

/** `[group:x]`: programs that are named, added and removed as one. */
export const GROUP = {
  programs: {
    type: 'list',
    default: null,
    expands: 'here',
    change: 'recreate',
    fills: 'processes',
    doc: 'Names of the programs of the group, in the order they start',
    example: 'example,example-fastcgi',
  },
  priority: {
    type: 'integer',
    default: '999',
    expands: 'here',
    change: 'live',
    fills: 'priority',
    doc: 'Place of the group in the order: low numbers start first and stop last',
  },
  defaults: {
    type: 'boolean',
    default: null,
    defaultNote: 'true for options written in YAML, false for those in INI',
    expands: 'none',
    change: 'live',
    fills: null,
    doc: 'Whether options of programs in this section are defaults for the programs of the group',
    note: 'not in Supervisor, which ignores such options',
    example: 'true',
  },
} as const satisfies FieldTable

/** Options of programs that a group takes as defaults for its own; its `priority` is its own place. */
const { priority: _priority, ...groupDefaults } = SHARED
export const GROUP_DEFAULTS = groupDefaults

/** `[group:x]` with everything that may stand in it. */
export const GROUP_SECTION = { ...GROUP, ...GROUP_DEFAULTS }
