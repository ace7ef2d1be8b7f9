import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { escapeRegExp, makeNormaliser, toLines, toRegExp } from './normalise.mjs'
import { alive, freePorts, marked, sleep, splitCommand } from './system.mjs'
import { decodeResponse, encodeCall, plain } from './xmlrpc.mjs'

const HELPERS = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'helpers')

// what nearly every configuration starts with; a scenario's `supervisord` goes into
// its [supervisord] section
const BASE = `[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
@MORE@
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
`

/** One scenario with one pair of commands: its folder, its daemon, and what they are asked. */
export class Run {
  constructor(scenario, cmds, dir) {
    this.scenario = scenario
    this.cmds = cmds
    this.dir = dir
    this.mark = `CONFORMANCE_MARK=${process.pid}-${Math.random().toString(36).slice(2)}`
    this.daemon = null
    this.pipes = [] // the reading ends
    this.transcript = []
    this.failed = [] // steps at which the harness itself had to give up
  }

  /** fills in @DIR@ and the like (README.md lists them) */
  subst(v) {
    if (typeof v === 'string')
      return v
        .replace(/@BASE@/g, () => BASE.replace('@MORE@', () => this.scenario.supervisord ?? ''))
        .replace(/@(DIR|NODE|PORT\d?|PID|USER|UID|GID)@/g, (_all, k) => {
          if (k === 'DIR') return this.dir
          if (k === 'NODE') return process.execPath
          if (k === 'PID') return String(this.daemonPid() ?? 0)
          if (k === 'USER') return os.userInfo().username
          if (k === 'UID') return String(process.getuid())
          if (k === 'GID') return String(process.getgid())
          return String(this.ports[Number(k.slice(4) || 0)])
        })
    if (Array.isArray(v)) return v.map((x) => this.subst(x))
    if (v && typeof v === 'object' && !(v instanceof RegExp))
      return Object.fromEntries(Object.entries(v).map(([k, x]) => [this.subst(k), this.subst(x)]))
    return v
  }

  env(more = {}) {
    const [k, v] = this.mark.split('=')
    const env = {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: this.dir,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      TMPDIR: path.join(this.dir, 'tmp'),
      [k]: v,
      ...this.subst(this.scenario.env ?? {}),
      ...this.subst(more),
    }
    for (const key of Object.keys(env)) if (env[key] === null) delete env[key]
    return env
  }

  file(p) {
    return path.resolve(this.dir, this.subst(p))
  }

  async setup() {
    this.ports = await freePorts(10)
    fs.mkdirSync(path.join(this.dir, 'tmp'), { recursive: true })
    fs.cpSync(HELPERS, path.join(this.dir, 'h'), { recursive: true })
    fs.chmodSync(this.dir, 0o755) // programs may run as another user
    this.writeFiles(this.scenario.files ?? {})
    this.norm = makeNormaliser(
      [
        [this.dir, '@DIR@'],
        [process.execPath, '@NODE@'],
        ...this.ports.map((p, i) => [String(p), i ? `@PORT${i}@` : '@PORT@']),
      ],
      [
        ...(this.scenario.replace ?? []),
        // A whole word only: it may be as short as "vm".
        [`(?<![\\w.-])${escapeRegExp(os.hostname())}(?![\\w-])`, '@HOST@'],
        [/^.*CONFORMANCE_MARK=.*\n?/gm, ''],
        ...this.cmds.masks.map((m) => [escapeRegExp(m), '@COMMAND@']),
      ],
    )
  }

  writeFiles(files) {
    for (const [name, spec] of Object.entries(files)) {
      const f = this.file(name)
      fs.mkdirSync(path.dirname(f), { recursive: true })
      const o = typeof spec === 'string' ? { text: spec } : spec
      if (o.symlink !== undefined) {
        fs.symlinkSync(this.subst(o.symlink), f)
        continue
      }
      fs.writeFileSync(f, o.base64 ? Buffer.from(o.base64, 'base64') : this.subst(o.text ?? ''))
      if (o.mode !== undefined) fs.chmodSync(f, o.mode)
    }
  }

  // ---- talking to the daemon

  url(step = {}) {
    return this.subst(step.url ?? this.scenario.url ?? 'unix:@DIR@/s.sock')
  }

  request(step, { method = 'GET', path: p = '/', headers = {}, body } = {}, { until, ms } = {}) {
    const url = this.url(step)
    const o = { method, path: p, headers: { ...headers }, agent: false }
    // the reference sends nothing of an endless answer (/logtail) to one who asks
    // for the connection to be closed after it, until 64 KiB are there
    if (until || ms) o.headers.connection ??= 'keep-alive'
    if (url.startsWith('unix:')) o.socketPath = url.replace(/^unix:(\/\/)?/, '')
    else {
      const u = new URL(url)
      o.host = u.hostname
      o.port = u.port
    }
    const user = this.subst('user' in step ? step.user : this.scenario.user) // null: none
    const pass = this.subst('pass' in step ? step.pass : this.scenario.pass)
    if (user !== undefined && user !== null && !('authorization' in headers))
      o.headers.authorization = `Basic ${Buffer.from(`${user}:${pass ?? ''}`).toString('base64')}`
    if (body !== undefined && !('content-length' in o.headers)) o.headers['content-length'] = Buffer.byteLength(body)
    return new Promise((resolve, reject) => {
      let text = Buffer.alloc(0)
      let res
      let over = false
      const finish = (how) => {
        if (over) return
        over = true
        clearTimeout(timer)
        req.destroy()
        resolve({
          status: res?.statusCode,
          message: res?.statusMessage,
          headers: res?.headers ?? {},
          raw: res?.rawHeaders ?? [],
          text: text.toString('utf8'),
          how,
        })
      }
      const req = http.request(o, (r) => {
        res = r
        r.on('data', (d) => {
          text = Buffer.concat([text, d])
          if (until && toRegExp(until).test(text.toString('utf8'))) finish('matched')
        })
        r.on('end', () => finish('end'))
        r.on('aborted', () => finish('cut off'))
        r.on('error', () => finish('cut off'))
      })
      const timer = setTimeout(() => finish(until || ms ? 'left open' : 'TIMEOUT'), ms ?? step.timeout ?? 30000)
      req.on('error', (e) => {
        if (over) return
        over = true
        clearTimeout(timer)
        reject(e)
      })
      req.end(body)
    })
  }

  async call(step, method, params = []) {
    const body = encodeCall(method, params)
    const res = await this.request(step, {
      method: 'POST',
      path: '/RPC2',
      headers: { 'content-type': 'text/xml' },
      body,
    })
    if (res.status !== 200) return { http: `${res.status} ${res.message}`, text: res.text }
    return decodeResponse(res.text)
  }

  async states() {
    const r = await this.call({ timeout: 3000 }, 'supervisor.getAllProcessInfo')
    if (!r.value) throw new Error('no answer')
    const out = {}
    for (const p of plain(r.value)) {
      out[`${p.group}:${p.name}`] = p
      if (p.group === p.name) out[p.name] = p
      if (!(p.name in out)) out[p.name] = p
    }
    return out
  }

  daemonPid() {
    if (!this.daemon) return null
    if (!this.daemon.forked) return this.daemon.child.pid
    try {
      return Number(fs.readFileSync(this.daemon.pidfile, 'utf8').trim()) || this.daemon.lastPid
    } catch {
      return this.daemon.lastPid
    }
  }

  // ---- running commands

  spawn(cmd, args, { env, cwd, stdin, prefix } = {}) {
    const words = [...this.subst(prefix ?? []), ...splitCommand(cmd), ...args]
    const [out, err] = [this.pipe(), this.pipe()]
    const child = spawn(words[0], words.slice(1), {
      cwd: cwd ? this.file(cwd) : this.dir,
      env: this.env(env),
      stdio: [stdin === undefined ? 'ignore' : 'pipe', out.write, err.write],
      detached: true,
    })
    fs.closeSync(out.write)
    fs.closeSync(err.write)
    const p = { child, stdout: '', stderr: '', code: undefined, signal: undefined }
    out.read.setEncoding('utf8').on('data', (d) => (p.stdout += d))
    err.read.setEncoding('utf8').on('data', (d) => (p.stderr += d))
    p.exited = new Promise((r) => {
      child.on('error', (e) => {
        p.code = `cannot run: ${e.code}`
        r()
      })
      child.on('exit', (code, signal) => {
        p.code = code
        p.signal = signal
        r()
      })
    })
    p.closed = Promise.all([out.read, err.read].map((s) => new Promise((r) => s.on('close', r).on('error', r))))
    this.pipes.push(out.read, err.read)
    if (stdin !== undefined) {
      child.stdin.on('error', () => {})
      if (Array.isArray(stdin)) this.feed(child.stdin, stdin)
      else child.stdin.end(this.subst(stdin))
    }
    return p
  }

  /** a real pipe: what node itself gives a child is a socket, and /dev/stdout cannot be opened on that */
  pipe() {
    const name = path.join(
      this.dir,
      '..',
      `.pipe-${path.basename(this.dir)}-${this.pipes.length}-${Math.random().toString(36).slice(2)}`,
    )
    const made = spawnSync('mkfifo', [name])
    if (made.status !== 0) throw new Error(`mkfifo: ${made.stderr}`)
    const fd = fs.openSync(name, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const write = fs.openSync(name, fs.constants.O_WRONLY)
    fs.unlinkSync(name)
    return { read: new net.Socket({ fd, readable: true, writable: false }), write }
  }

  /** parts: [[ms to wait, text]...]; the input ends after the last */
  async feed(stream, parts) {
    for (const [ms, text] of parts) {
      await sleep(ms)
      if (text) stream.write(this.subst(text))
    }
    stream.end()
  }

  async complete(p, { timeout = 30000, until, ms, then = 'INT' } = {}) {
    const deadline = Date.now() + timeout
    const note = []
    if (until || ms) {
      const t0 = Date.now()
      let hit = false
      while (Date.now() < deadline && p.code === undefined && p.signal === undefined) {
        if (until && toRegExp(until).test(p.stdout + p.stderr)) {
          hit = true
          break
        }
        if (!until && Date.now() - t0 >= ms) break
        await sleep(25)
      }
      if (until) {
        note.push(
          hit
            ? `output matched, sent SIG${then}`
            : p.code === undefined && !p.signal
              ? '!!TIMEOUT: the output never matched'
              : 'ended before its output matched',
        )
        if (hit && ms) await sleep(ms)
      }
      if (p.code === undefined && !p.signal) p.child.kill(`SIG${then}`)
    }
    await Promise.race([p.exited, sleep(Math.max(500, deadline - Date.now()))])
    if (p.code === undefined && !p.signal) {
      note.push('!!TIMEOUT: still running, killed')
      p.child.kill('SIGKILL')
      await p.exited
    }
    await Promise.race([p.closed, sleep(300)]) // a forked daemon may keep the pipes
    return note
  }

  outcome(p, note = []) {
    return [
      ...note,
      p.signal ? `ended by ${p.signal}` : `exit: ${p.code}`,
      ...toLines(this.norm(p.stdout)).map((l) => `stdout| ${l}`),
      ...toLines(this.norm(p.stderr)).map((l) => `stderr| ${l}`),
    ]
  }

  // ---- steps

  async cleanup() {
    const d = this.daemon
    let left = []
    if (d) {
      const pid = this.daemonPid()
      if (pid && alive(pid)) {
        try {
          process.kill(pid, 'SIGTERM')
        } catch {
          /* gone */
        }
        const deadline = Date.now() + 4000
        while (Date.now() < deadline && alive(pid)) await sleep(50)
      }
    }
    for (let i = 0; i < 20; i++) {
      left = marked(this.mark)
      if (!left.length) break
      for (const pid of left) {
        try {
          process.kill(pid, i < 1 ? 'SIGTERM' : 'SIGKILL')
        } catch {
          /* gone */
        }
      }
      await sleep(i < 1 ? 300 : 100)
    }
    for (const p of this.pipes) p.destroy()
  }
}
