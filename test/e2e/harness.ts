import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ConfigParts, configText } from './config-text.js'
import { alive, killHard, MARK, marked } from './processes.js'
import { call, type RpcValue } from './rpc.js'
import { cleanEnv, command, commandWords, eventually, type Run } from './run.js'

/** What getProcessInfo says of one process, as far as tests need it. */
export interface ProcessInfo {
  readonly name: string
  readonly group: string
  readonly statename: string
  readonly pid: number
  readonly exitstatus: number
  readonly spawnerr: string
  readonly description: string
  readonly stdout_logfile: string
  readonly stderr_logfile: string
}

export interface DaemonOptions extends ConfigParts {
  /** The whole file instead of parts; `@DIR@` becomes the scratch folder. */
  readonly config?: string
  readonly configName?: string
  readonly env?: Readonly<Record<string, string>>
  /** After `-n -c FILE`. */
  readonly args?: readonly string[]
  /** Scratch folder of a daemon that has ended, to start in again. */
  readonly dir?: string
  /** Its program instead of the one in dist. */
  readonly bundle?: string
  /** Words before the daemon's command, for example `['setpriv', ...]`. */
  readonly prefix?: readonly string[]
  /** Whose the scratch folder is, for a daemon that is not started as us. */
  readonly owner?: number
  /** Other files of the scratch folder, written before the start. */
  readonly files?: Readonly<Record<string, string>>
}

/** A running supervisord of ours, in the foreground, with a scratch folder of its own. */
export interface Daemon {
  readonly dir: string
  readonly configFile: string
  readonly socket: string
  readonly pid: number
  /** Replaces the configuration file in one rename, as editors and deployments do. */
  configure(parts: ConfigParts | string): void
  rpc(method: string, ...params: readonly RpcValue[]): Promise<RpcValue>
  /** The table as it is now, by display name (`cat`, `group:cat`). */
  status(): Promise<Readonly<Record<string, ProcessInfo>>>
  process(name: string): Promise<ProcessInfo>
  /** Waits until `name` is in one of `states`; its info. */
  until(name: string, states: string | readonly string[], timeoutMs?: number): Promise<ProcessInfo>
  /** Waits until `name` runs as another process than `pid`; its info. */
  untilReplaced(name: string, pid: number): Promise<ProcessInfo>
  /** supervisorctl for this daemon. */
  ctl(...args: readonly string[]): Promise<Run>
  svctl(...args: readonly string[]): Promise<Run>
  signal(name: NodeJS.Signals): void
  /** The activity log so far. */
  log(): string
  /** Standard output and error so far. */
  output(): string
  /** Waits for an end that something else brought about. */
  exited(timeoutMs?: number): Promise<number | null>
  /** SIGTERM, then waits; the exit status. Fails the test when a child is left behind. */
  stop(): Promise<number | null>
}

/**
 * Starts `dist/supervisord.js -n` and waits until it answers. Stopped when the test ends, whatever its outcome.
 *
 * @throws Error with the daemon's output when it ends or does not answer within 15 s
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { dir, mark } = scratch(options.dir)
  const configFile = join(dir, options.configName ?? 'supervisord.conf')
  const socket = join(dir, 's.sock')
  const write = (parts: ConfigParts | string) =>
    replaceFile(configFile, typeof parts === 'string' ? parts.replaceAll('@DIR@', dir) : configText(dir, parts))
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(dir, name), text)
  write(options.config ?? options)
  if (options.owner !== undefined) chownSync(dir, options.owner, options.owner)
  // The clients read a file of their own: they must get through while the daemon's is broken.
  const clientFile = join(dir, 'client.conf')
  writeFileSync(clientFile, `[supervisorctl]\nserverurl=unix://${socket}\n`)

  const env = { ...cleanEnv(), SVCTL_STATE_DIRECTORY: join(dir, 'state'), ...options.env, [MARK]: mark }
  const words = [
    ...(options.prefix ?? []),
    ...(options.bundle ? [process.execPath, options.bundle] : commandWords('supervisord')),
  ]
  const [program = '', ...before] = words
  const child = spawn(program, [...before, '-n', '-c', configFile, ...(options.args ?? [])], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => output.push(text))
  const ended = () => child.exitCode !== null || child.signalCode !== null
  const explain = () => `--- output\n${output.join('').slice(-4_000)}`

  const rpc = (method: string, ...params: readonly RpcValue[]) => call(socket, method, ...params)
  const status = async () => {
    const rows = (await rpc('supervisor.getAllProcessInfo')) as unknown as readonly ProcessInfo[]
    return Object.fromEntries(rows.map((row) => [row.group === row.name ? row.name : `${row.group}:${row.name}`, row]))
  }

  onTestFinished(async () => {
    if (!ended()) await terminate(child)
    killMarked(mark)
  })

  await eventually(
    'supervisord answers',
    async () => {
      if (ended()) throw new Error(`supervisord ended with ${child.exitCode ?? child.signalCode}\n${explain()}`)
      return (
        existsSync(socket) &&
        (await rpc('supervisor.getState').then(
          () => true,
          () => false,
        ))
      )
    },
    { explain },
  )

  const daemon: Daemon = {
    dir,
    configFile,
    socket,
    pid: child.pid ?? 0,
    configure: write,
    rpc,
    status,
    process: async (name) => {
      const row = (await status())[name]
      if (!row) throw new Error(`no process ${name}`)
      return row
    },
    until: (name, states, timeoutMs) => {
      let last: ProcessInfo | undefined
      return eventually(
        `${name} is ${states}`,
        async () => {
          last = (await status())[name]
          return last && [states].flat().includes(last.statename) && last
        },
        { explain: () => `last seen: ${JSON.stringify(last)}\n${explain()}`, ...(timeoutMs ? { timeoutMs } : {}) },
      )
    },
    untilReplaced: (name, pid) =>
      eventually(
        `${name} is replaced`,
        async () => {
          const row = (await status())[name]
          return row?.statename === 'RUNNING' && row.pid !== pid && row
        },
        { explain },
      ),
    ctl: (...args) => command('supervisorctl', ['-c', clientFile, ...args], { env, cwd: dir }),
    svctl: (...args) => command('svctl', ['-s', `unix://${socket}`, ...args], { env, cwd: dir }),
    signal: (name) => void child.kill(name),
    log: () => readText(join(dir, 'supervisord.log')),
    output: () => output.join(''),
    exited: async (timeoutMs) => {
      await eventually('supervisord ends', ended, { explain, ...(timeoutMs ? { timeoutMs } : {}) })
      return child.exitCode
    },
    stop: async () => {
      if (!ended()) child.kill('SIGTERM')
      const code = await daemon.exited(30_000)
      const left = marked(mark)
      if (left.length > 0) throw new Error(`processes left behind: ${left.join(' ')}\n${explain()}`)
      return code
    },
  }
  return daemon
}

/** A folder and a mark for what is started in it; both are cleaned up when the test ends. */
export function scratch(again?: string): { readonly dir: string; readonly mark: string } {
  const dir = again ?? mkdtempSync(join(tmpdir(), 'svctl-e2e-'))
  const mark = randomUUID()
  onTestFinished(() => {
    killMarked(mark)
    rmSync(dir, { recursive: true, force: true })
  })
  return { dir, mark }
}

/** Writes beside the file and renames over it: a reader sees the old or the new text, nothing between. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.next~`, text)
  renameSync(`${path}.next~`, path)
}

/** Text of a file, '' when there is none. */
export function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** Waits for a process of ours to be gone. */
export function untilGone(pid: number, timeoutMs = 10_000): Promise<true> {
  return eventually(`process ${pid} is gone`, () => !alive(pid), { timeoutMs })
}

async function terminate(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  const gone = () => child.exitCode !== null || child.signalCode !== null
  await eventually('supervisord ends', gone, { timeoutMs: 15_000 }).catch(() => child.kill('SIGKILL'))
}

function killMarked(mark: string): void {
  for (const pid of marked(mark)) killHard(pid)
}
