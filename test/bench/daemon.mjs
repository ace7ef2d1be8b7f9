import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { plainEnvironment } from './environment.mjs'
import { scratchFolder } from './scratch.mjs'

/**
 * Starts a daemon of one side in the foreground.
 *
 * @param side - from `sides()`
 * @param programs - name to options; `@DIR@` in a value becomes the scratch folder
 * @param included - over how many included files they are spread, 0 for all in the main file
 * @returns handle; `startedNs` was taken right before the exec
 */
export async function startDaemon(side, programs, included = 0) {
  const dir = scratchFolder()
  const config = join(dir, 'supervisord.conf')
  const write = (next) => (included === 0 ? writeFileSync(config, configText(dir, next)) : spread(dir, next, included))
  write(programs)
  const startedNs = process.hrtime.bigint()
  const [command, ...words] = side.supervisord
  const child = spawn(command, [...words, '-n', '-c', config], {
    cwd: dir,
    env: { ...plainEnvironment(), SVCTL_STATE_DIRECTORY: join(dir, 'state') },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => {
    child.on('exit', resolve)
    child.on('error', resolve)
  })
  const daemon = {
    dir,
    config,
    startedNs,
    pid: child.pid,
    socket: join(dir, 's.sock'),
    configure: write,
    rpc: (method, ...params) => call(daemon.socket, method, params),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
  return daemon
}

/** Waits until the daemon answers and `count` programs run. */
export async function untilRunning(daemon, count) {
  await until(`${count} programs run`, async () => {
    const answer = await daemon.rpc('supervisor.getAllProcessInfo').catch(() => '')
    return answer.split('<string>RUNNING</string>').length - 1 === count
  })
}

/** @throws Error after `timeoutMs` */
export async function until(what, probe, { timeoutMs = 120_000, everyMs = 5 } = {}) {
  const deadline = performance.now() + timeoutMs
  while (!(await probe())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await pause(everyMs)
  }
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** CPU time all threads of a process have used, ms. The scheduler's own count: ticks of 10 ms are too coarse here. */
export function cpuMs(pid) {
  const used = tasks(pid).map((task) => Number(read(`${task}/schedstat`).split(' ')[0] ?? 0))
  return used.reduce((sum, ns) => sum + ns, 0) / 1e6
}

/** How often the threads of a process went to sleep by themselves, which is how often they were woken. */
export function wakeUps(pid) {
  return tasks(pid)
    .map((task) => Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(read(`${task}/status`))?.[1] ?? 0))
    .reduce((sum, count) => sum + count, 0)
}

/** Resident memory of the daemon, all its processes but the programs, MiB. */
export function rssMib(pid, programName = 'child') {
  const others = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), status: read(`/proc/${name}/status`) }))
    .filter(
      ({ status }) =>
        new RegExp(`^PPid:\\s*${pid}$`, 'm').test(status) && !status.startsWith(`Name:\t${programName}\n`),
    )
  const all = [read(`/proc/${pid}/status`), ...others.map(({ status }) => status)]
  return all.reduce((sum, status) => sum + Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0), 0) / 1024
}

function tasks(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`)
  } catch {
    return [] // gone
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // gone
  }
}

/** Writes only the files whose text changes, as a deployment does. */
function spread(dir, programs, included) {
  const folder = join(dir, 'conf.d')
  mkdirSync(folder, { recursive: true })
  const parts = Array.from({ length: included }, () => [])
  for (const [at, program] of Object.entries(programs).entries()) parts[at % included].push(program)
  const texts = parts.map((part, at) => [join(folder, `${at}.conf`), sectionsText(Object.fromEntries(part), dir)])
  const main = configText(dir, {}, Object.keys(programs).length)
  for (const [path, text] of [...texts, [join(dir, 'supervisord.conf'), `${main}[include]\nfiles=conf.d/*.conf\n`]])
    if (read(path) !== text) writeFileSync(path, text)
}

function sectionsText(programs, dir) {
  const sections = Object.entries(programs).map(
    ([name, options]) =>
      `[program:${name}]\n${Object.entries(options)
        .map(([key, value]) => `${key}=${value}\n`)
        .join('')}`,
  )
  return sections.join('').replaceAll('@DIR@', dir)
}

function configText(dir, programs, count = Object.keys(programs).length) {
  return `[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
childlogdir=@DIR@
user=root
minfds=${Math.max(1024, count * 3 + 200)}
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
${sectionsText(programs, dir)}`.replaceAll('@DIR@', dir)
}

function call(socketPath, method, params) {
  const encoded = params.map((value) => `<param><value>${encode(value)}</value></param>`).join('')
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${encoded}</params></methodCall>`
  const headers = { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: '/RPC2', method: 'POST', agent: false, headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (text.includes('<fault>')) reject(new Error(`${method}: ${text}`))
        else resolve(text)
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function encode(value) {
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`
  return `<string>${value}</string>`
}
