/**
 * The two hooks for plugins written in JavaScript. A plugin is an ES or CommonJS module with an exported function, the
 * factory, which a section of the configuration names:
 *
 *     [rpcinterface:greeter]
 *     supervisor.rpcinterface_factory = ./greeter.mjs:make
 *     word = hello
 *
 * The path is relative to the file that has the section; what follows the last colon is the exported name. All other
 * options of the section go to the factory as text. Whole examples are in `examples/plugins/`.
 *
 * A plugin runs inside the program that loads it, with its rights: what it throws is caught and logged, but a loop that
 * never ends, or `process.exit`, is beyond help.
 */

/** The factory of the XML-RPC methods that every client uses, as every configuration file names it. */
export const MAIN_RPC_FACTORY = 'supervisor.rpcinterface:make_main_rpcinterface'

/**
 * What XML-RPC can carry, in both directions. `undefined` is sent as `null`; members that are `undefined` are left out.
 * Dates, maps, class instances, numbers that are not finite and anything that contains itself cannot be sent: the
 * caller gets HTTP 500 and the log says why.
 */
export type PluginValue =
  | null
  | boolean
  | number
  | string
  | readonly PluginValue[]
  | { readonly [member: string]: PluginValue }

/**
 * A refusal that the caller is to see as an XML-RPC fault. A method may throw any object of this form, or throw or
 * return what `context.fault(code, text)` makes. Codes of Supervisor: 2 INCORRECT_PARAMETERS, 3 BAD_ARGUMENTS,
 * 10 BAD_NAME, 20 NO_FILE, 30 FAILED, 70 NOT_RUNNING, 90 ALREADY_ADDED; codes of your own start at 1000.
 */
export interface PluginFault {
  /** A whole number. */
  readonly code: number
  /** The faultString. Supervisor's own begin with the name of the code: `BAD_NAME: web`. */
  readonly text: string
}

/** The options of a section, by lower-case name, the factory left out. Always text: parse numbers yourself. */
export type PluginOptions = Readonly<Record<string, string>>

/** One process as a plugin sees it: a copy, taken when asked for. */
export interface PluginProcess {
  readonly name: string
  readonly group: string
  /** How people name it: `web`, or `group:web` where the names differ. Every verb takes it. */
  readonly displayName: string
  readonly state: 'STOPPED' | 'STARTING' | 'RUNNING' | 'BACKOFF' | 'STOPPING' | 'EXITED' | 'FATAL' | 'UNKNOWN'
  /** 0 when nothing runs. */
  readonly pid: number
  /** As in the last column of `status`. */
  readonly description: string
  /** Of the last end, -1 for a signal, `null` before the first. */
  readonly exitStatus: number | null
  /** Why the last start failed, '' for nothing. */
  readonly spawnError: string
  /** Ms since 1970 of the last start and the last end; 0 before the first. */
  readonly startedAtMs: number
  readonly stoppedAtMs: number
  /** Stopped by a person: stays so until somebody starts it. */
  readonly held: boolean
  readonly command: string
  readonly directory: string | null
  readonly priority: number
  readonly autostart: boolean
  /** Paths of the logs, '' for none. */
  readonly stdoutLog: string
  readonly stderrLog: string
}

/** One active group. */
export interface PluginGroup {
  readonly name: string
  readonly priority: number
  readonly processes: readonly PluginProcess[]
}

/** Something that happened, in the words of the event listener protocol. */
export interface PluginEvent {
  /** Most specific type: `PROCESS_STATE_EXITED`, `TICK_60`. */
  readonly type: string
  /** As an event listener gets it: `processname:web groupname:web from_state:RUNNING expected:0 pid:71`. */
  readonly payload: string
}

/** Where events come from; the daemon has one. */
export interface PluginEvents {
  /**
   * Calls back for each event of one of `types`, `EVENT` for all.
   *
   * @returns unsubscribe
   * @throws TypeError for a type that there is not
   */
  subscribe(types: readonly string[], listener: (event: PluginEvent) => void): () => void
}

/** What the factory of an `[rpcinterface:x]` works with. It stays valid until `onClose` calls back. */
export interface RpcPluginContext {
  /** The `x` of `[rpcinterface:x]`: methods are called as `x.method`. */
  readonly name: string
  /** The HTTP server that this instance serves, for example `unix_http_server`. Each server gets its own instance. */
  readonly server: string
  /** Of the daemon, X.Y.Z. */
  readonly version: string

  processes(): readonly PluginProcess[]
  /** @param name - `web`, `group:web`; `null` when there is no such process */
  process(name: string): PluginProcess | null
  groups(): readonly PluginGroup[]

  /**
   * Calls a method of the XML-RPC interface, with the same checks and the same answer: `supervisor.startProcess`,
   * `supervisor.getAllConfigInfo`, `system.multicall`, a method of another plugin.
   *
   * @returns rejects with a `PluginFault` where a client would get a fault
   */
  call(method: string, ...parameters: readonly PluginValue[]): Promise<PluginValue>
  /** Starts a process, or a group by `group:*`. @param wait - until it is RUNNING or has failed; true when left out */
  start(name: string, wait?: boolean): Promise<PluginValue>
  /** Stops a process, or a group by `group:*`. @param wait - until it is down; true when left out */
  stop(name: string, wait?: boolean): Promise<PluginValue>
  /** Stops what runs and starts it again. @param wait - until it is RUNNING or has failed; true when left out */
  restart(name: string, wait?: boolean): Promise<PluginValue>
  /** @param signal - `HUP`, `SIGHUP` or 1 */
  signal(name: string, signal: string | number): Promise<PluginValue>
  /** Writes text to the standard input of a process. */
  sendStdin(name: string, text: string): Promise<PluginValue>
  /** Takes on a group of the file last read; see `supervisor.reloadConfig`. */
  addGroup(name: string): Promise<PluginValue>
  /** Drops a group whose processes are all down. */
  removeGroup(name: string): Promise<PluginValue>
  /** Sends REMOTE_COMMUNICATION to every listener for it. */
  sendRemoteEvent(type: string, data: string): Promise<PluginValue>

  /**
   * Calls back for each event of one of the types: `PROCESS_STATE`, `PROCESS_STATE_FATAL`, `TICK_5`, `EVENT` for all.
   * A type covers its kinds. Output of programs comes as PROCESS_LOG only where `stdout_events_enabled` says so. Events
   * of one subscription come in order, shortly after they happened; what the listener throws is logged.
   *
   * @returns unsubscribe
   * @throws TypeError for a type that there is not
   */
  onEvent(types: string | readonly string[], listener: (event: PluginEvent) => unknown): () => void

  /** Writes one line to the activity log, the namespace in front. */
  log(level: 'critical' | 'error' | 'warn' | 'info' | 'debug', text: string): void
  /** Makes a fault to throw or return. */
  fault(code: number, text: string): PluginFault & Error
  /** Calls back once, when the daemon ends and the server closes: the moment to close what the plugin opened. */
  onClose(listener: () => unknown): void
}

/**
 * The factory of an `[rpcinterface:x]`, called once for each HTTP server, before the first program is started; without
 * a server it is not called. When it throws, rejects, or takes more than half a minute, the daemon does not start.
 *
 * @returns an object whose methods, its own or its class's, become callable, except those whose names begin with `_`.
 *   Arguments are positional; too few for the declared parameters are INCORRECT_PARAMETERS. A method may return a
 *   promise: the client is answered once it settles, and the daemon goes on meanwhile.
 */
export type RpcPluginFactory = (context: RpcPluginContext, options: PluginOptions) => object | Promise<object>

/** What a method may carry to describe itself: `methods.greet.help = 'Greets somebody'`. */
export interface RpcPluginMethodNotes {
  /** For `system.methodHelp`. */
  readonly help?: string
  /** For `system.methodSignature`: the type returned, then one for each parameter. Calls with more are refused. */
  readonly signature?: readonly [string, ...string[]]
}

/** What the factory of a `[ctlplugin:x]` works with: one run of supervisorctl. */
export interface CtlPluginController {
  /** The `x` of `[ctlplugin:x]`. */
  readonly name: string
  /** Of supervisorctl, X.Y.Z. */
  readonly version: string
  /** The server that commands go to; `open` changes it. */
  readonly serverUrl: string
  /** Whether a person is there to be asked. */
  readonly interactive: boolean
  /** Of supervisorctl; stays at what was set last. */
  exitStatus: number
  /** Prints one line to standard output. */
  output(line: string): void
  /** Prints one line to standard error. */
  error(line: string): void
  /** Calls a method of the daemon's XML-RPC interface. @returns rejects with a `PluginFault` for a fault */
  call(method: string, ...parameters: readonly PluginValue[]): Promise<PluginValue>
  /** Carries out another line, as if it had been typed. */
  run(line: string): Promise<void>
  /** Makes a fault to throw. */
  fault(code: number, text: string): PluginFault & Error
}

/**
 * The factory of a `[ctlplugin:x]`, called once when supervisorctl starts. When it throws, or rejects, supervisorctl
 * ends with status 2.
 *
 * @returns an object whose methods `do_<action>(argument)` become actions: `argument` is the rest of the line, trimmed;
 *   a promise is waited for; what is thrown is printed, with exit status 1. `help_<action>` is the text that
 *   `help <action>` prints, or a method that prints or returns it. The built-in actions come first and cannot be
 *   replaced, then the plugins in the order of the file.
 */
export type CtlPluginFactory = (controller: CtlPluginController, options: PluginOptions) => object | Promise<object>
