import type { FieldTable } from './row.js'

const CREDENTIALS = {
  username: {
    type: 'text',
    default: null,
    expands: 'env',
    change: 'recreate',
    fills: 'credentials.username',
    doc: 'Name a client must give; needs password as well',
    example: 'admin',
  },
  password: {
    type: 'text',
    default: null,
    expands: 'env',
    change: 'recreate',
    fills: 'credentials.password',
    doc: 'Password a client must give, in clear, as {SHA} and 40 hexadecimal digits, or as svctl hash-password prints it',
    example: 'change-me',
  },
} as const satisfies FieldTable

/** `[unix_http_server]`: the socket that supervisorctl talks to. */
export const UNIX_HTTP_SERVER = {
  file: {
    type: 'text',
    default: null,
    required: true,
    expands: 'here',
    change: 'recreate',
    fills: 'path',
    doc: 'Path of the unix socket',
    example: '/var/run/supervisor.sock',
  },
  chmod: {
    type: 'octal',
    default: '0700',
    expands: 'env',
    change: 'recreate',
    fills: 'mode',
    doc: 'Mode of the socket file',
  },
  chown: {
    type: 'owner',
    default: null,
    expands: 'env',
    change: 'recreate',
    fills: null,
    doc: 'Owner of the socket file, as user or user:group',
    example: 'nobody:nogroup',
  },
  ...CREDENTIALS,
  allow: {
    type: 'lines',
    default: null,
    expands: 'env',
    change: 'recreate',
    fills: 'allow',
    doc: 'Who may do what, one rule a line: user:NAME or group:NAME, verbs joined by commas, names of processes',
    note: 'verbs are read, logs, start, stop, restart, signal, clear, update, shutdown and *; root and the user of the daemon may do everything',
    example: 'user:nobody start,stop,restart web:*',
  },
  readonly_socket: {
    type: 'text',
    default: null,
    expands: 'here',
    change: 'recreate',
    fills: null,
    doc: 'Path of a second unix socket, without a password, that answers questions but changes nothing and shows no logs',
    example: '/var/run/supervisor-read.sock',
  },
  readonly_chmod: {
    type: 'octal',
    default: '0700',
    expands: 'env',
    change: 'recreate',
    fills: null,
    doc: 'Mode of the file of readonly_socket',
  },
  readonly_chown: {
    type: 'owner',
    default: null,
    expands: 'env',
    change: 'recreate',
    fills: null,
    doc: 'Owner of the file of readonly_socket, as user or user:group',
    example: 'nobody:nogroup',
  },
} as const satisfies FieldTable

/** `[inet_http_server]`: the same over TCP. */
export const INET_HTTP_SERVER = {
  port: {
    type: 'address',
    default: null,
    required: true,
    expands: 'env',
    change: 'recreate',
    fills: 'port',
    doc: 'Address to listen on, as host:port, or port or *:port for every interface',
    example: '127.0.0.1:9001',
  },
  ...CREDENTIALS,
  insecure: {
    type: 'boolean',
    default: 'false',
    expands: 'env',
    change: 'recreate',
    fills: 'insecure',
    doc: 'Whether other machines may get in without a password; converge=auto refuses that otherwise',
  },
  certfile: {
    type: 'text',
    default: null,
    expands: 'here',
    change: 'recreate',
    fills: 'tls.certFile',
    doc: 'PEM file with the certificate and what it is signed with; the server then speaks HTTPS only',
    example: '/etc/ssl/supervisor.pem',
  },
  keyfile: {
    type: 'text',
    default: null,
    defaultNote: 'the file of certfile',
    expands: 'here',
    change: 'recreate',
    fills: 'tls.keyFile',
    doc: 'PEM file with the private key of the certificate',
    example: '/etc/ssl/private/supervisor.key',
  },
} as const satisfies FieldTable

/** `[supervisorctl]`: what the clients use. */
export const SUPERVISORCTL = {
  serverurl: {
    type: 'text',
    default: 'http://localhost:9001',
    expands: 'here',
    change: 'live',
    fills: 'serverUrl',
    doc: 'Where the daemon answers, as unix:///path, http://host:port or https://host:port',
    example: 'unix:///var/run/supervisor.sock',
  },
  username: {
    type: 'text',
    default: null,
    expands: 'env',
    change: 'live',
    fills: 'username',
    doc: 'Name given to the daemon',
    example: 'admin',
  },
  password: {
    type: 'text',
    default: null,
    expands: 'env',
    change: 'live',
    fills: 'password',
    doc: 'Password given to the daemon, in clear',
    example: 'change-me',
  },
  cafile: {
    type: 'text',
    default: null,
    expands: 'here',
    change: 'live',
    fills: 'caFile',
    doc: 'PEM file with the certificates to trust instead of the usual ones, for https',
    example: '/etc/ssl/supervisor.pem',
  },
  prompt: {
    type: 'text',
    default: 'supervisor',
    expands: 'env',
    change: 'live',
    fills: 'prompt',
    doc: 'Word before the > of the interactive shell',
  },
  history_file: {
    type: 'text',
    default: null,
    expands: 'here',
    change: 'live',
    fills: 'historyFile',
    doc: 'File that keeps the lines typed in the interactive shell',
    example: '~/.sc_history',
  },
} as const satisfies FieldTable

/** `[rpcinterface:x]`: a namespace of XML-RPC methods; all other options go to its factory. */
export const RPCINTERFACE = {
  'supervisor.rpcinterface_factory': {
    type: 'text',
    default: null,
    required: true,
    expands: 'env',
    change: 'recreate',
    fills: 'factory',
    doc: 'What makes the methods of this namespace',
    note: 'factories written in Python cannot be loaded',
    example: 'supervisor.rpcinterface:make_main_rpcinterface',
  },
} as const satisfies FieldTable

/** `[ctlplugin:x]`: further actions of supervisorctl; all other options go to its factory. */
export const CTLPLUGIN = {
  'supervisor.ctl_factory': {
    type: 'text',
    default: null,
    required: true,
    expands: 'env',
    change: 'recreate',
    fills: 'factory',
    doc: 'What makes the actions of this plugin',
    note: 'factories written in Python cannot be loaded',
    example: 'package.module:make_plugin',
  },
} as const satisfies FieldTable
