import * as fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { toLines, toRegExp } from './normalise.mjs'
import { alive, marked, sleep, slurp, splitCommand, waitFor } from './system.mjs'
import { plain, render } from './xmlrpc.mjs'

// Each verb: this = the Run, v = the verb's value (with @...@ filled in), s = the raw step.
export const VERBS = {
  // start the daemon; in the foreground unless daemonize: true
  async start(v, s) {
    const o = v === true ? {} : v
    const conf = o.conf ?? 'supervisord.conf'
    const args = o.args ?? [...(conf ? ['-c', this.file(conf)] : []), ...(o.daemonize ? [] : ['-n']), ...(o.more ?? [])]
    const p = this.spawn(this.cmds.supervisord, args, { env: s.env, cwd: s.cwd, prefix: s.prefix })
    this.daemon = { ...p, child: p.child, p, forked: !!o.daemonize, pidfile: this.file(o.pidfile ?? 'supervisord.pid') }
    const timeout = s.timeout ?? 15000
    const up = async () => {
      if (!o.daemonize && (p.code !== undefined || p.signal)) return 'exited'
      if (o.daemonize && p.code !== undefined && p.code !== 0) return 'exited'
      if (o.ready === 'pid') return slurp(this.daemon.pidfile)?.trim() ? true : 'no pidfile'
      if (o.ready === 'http') {
        await this.request({ ...s, timeout: 2000 }, { path: '/' })
        return true
      }
      if (o.ready === 'output') return toRegExp(o.match).test(p.stdout) ? true : 'no such output'
      const r = await this.call({ ...s, timeout: 2000 }, 'supervisor.getState')
      return r.value || r.fault ? true : `http ${r.http}`
    }
    const t0 = Date.now()
    let got
    for (;;) {
      try {
        got = await up()
      } catch (e) {
        got = e.code ?? e.message
      }
      if (got === true || got === 'exited' || Date.now() - t0 > timeout) break
      await sleep(50)
    }
    if (got === true) {
      this.daemon.lastPid = this.daemonPid()
      if (!o.daemonize) return ['up']
      await this.complete(p, { timeout: 3000 })
      return [...this.outcome(p), `forked: ${this.daemonPid() !== p.child.pid}`]
    }
    if (got === 'exited') {
      await this.complete(p, { timeout: 2000 })
      return ['not up: it exited', ...this.outcome(p)]
    }
    return [`!!TIMEOUT: not up (${got})`, ...toLines(this.norm(p.stdout)), ...toLines(this.norm(p.stderr))]
  },

  // run supervisord to its end
  async supervisord(v, s) {
    const p = this.spawn(this.cmds.supervisord, typeof v === 'string' ? splitCommand(v) : v, {
      env: s.env,
      cwd: s.cwd,
      stdin: s.stdin,
      prefix: s.prefix,
    })
    return this.outcome(p, await this.complete(p, s))
  },

  async ctl(v, s) {
    const words = typeof v === 'string' ? v.split(' ').filter(Boolean) : v
    const conf = s.bare ? [] : ['-c', this.file(s.conf ?? 'supervisord.conf')]
    const p = this.spawn(this.cmds.supervisorctl, [...conf, ...words], {
      env: s.env,
      cwd: s.cwd,
      stdin: s.stdin,
      prefix: s.prefix,
    })
    const note = await this.complete(p, s)
    let lines = this.outcome(p, note)
    if (s.pids)
      lines = lines.map((l) =>
        l.replace(/\b[1-9]\d*$/, (n) => (l.startsWith('stdout| ') && Number(n) > 1 ? '<PID>' : n)),
      )
    return lines
  },

  async rpc(v, s) {
    const params = this.subst(s.params ?? [])
    return rpcLines(this, await this.call(s, v, params), s)
  },

  async multicall(v, s) {
    const calls = v.map(([methodName, ...params]) => ({ methodName, params }))
    return rpcLines(this, await this.call(s, 'system.multicall', [calls]), s)
  },

  // a request body as it stands
  async xml(v, s) {
    const r = await this.request(s, {
      method: 'POST',
      path: s.path ?? '/RPC2',
      headers: { 'content-type': 'text/xml', ...(s.headers ?? {}) },
      body: v,
    })
    return httpLines(this, r, s)
  },

  async http(v, s) {
    const o = typeof v === 'string' ? { path: v } : v
    try {
      return httpLines(this, await this.request(s, o, s), s)
    } catch (e) {
      return [`no answer: ${e.code ?? e.message}`]
    }
  },

  // bytes to the server's socket and what comes back until it closes (or ms)
  async raw(v, s) {
    const url = this.url(s)
    const o = url.startsWith('unix:')
      ? { path: url.replace(/^unix:(\/\/)?/, '') }
      : { host: new URL(url).hostname, port: Number(new URL(url).port) }
    let text = ''
    let how = 'closed by the server'
    await new Promise((r) => {
      const c = net.connect(o, () => c.write(v))
      const timer = setTimeout(() => {
        how = 'left open'
        c.destroy()
        r()
      }, s.ms ?? 1500)
      c.setEncoding('utf8')
      c.on('data', (d) => (text += d))
      c.on('error', (e) => (how = `error ${e.code}`))
      c.on('close', () => {
        clearTimeout(timer)
        r()
      })
    })
    return [
      how,
      ...toLines(this.norm(text.replace(/\r\n/g, '\n'))).filter((l) => !/^(date|server|last-modified):/i.test(l)),
    ]
  },

  async signal(v, s) {
    let pid = this.daemonPid()
    if (s.to) {
      const st = await this.states()
      pid = st[s.to]?.pid
    }
    if (!pid) return ['no such pid']
    process.kill(pid, /^\d+$/.test(v) ? Number(v) : `SIG${v}`)
    return ['sent']
  },

  async sleep(v) {
    await sleep(v)
    return []
  },

  // wait: { name: 'STATE' | [...] }
  async wait(v, s) {
    let seen = ''
    const got = await waitFor(s.timeout ?? 15000, async () => {
      try {
        const st = await this.states()
        seen = Object.keys(v)
          .map((n) => `${n} is ${st[n]?.statename ?? 'not there'}`)
          .join(', ')
        return Object.entries(v).every(([n, want]) => [want].flat().includes(st[n]?.statename ?? 'GONE'))
      } catch (e) {
        seen = `no answer: ${e.code ?? e.message}`
        return false
      }
    })
    return got === true ? ['reached'] : [`!!TIMEOUT: ${seen}`]
  },

  // waitFile: { file, match | exists | gone | lines | count (with match) }
  async waitFile(v, s) {
    const f = this.file(v.file)
    const got = await waitFor(s.timeout ?? 15000, async () => {
      const t = slurp(f)
      if (v.gone) return t === undefined
      if (t === undefined) return false
      if (v.match)
        return v.count ? (t.match(new RegExp(v.match, 'gm')) ?? []).length >= v.count : new RegExp(v.match, 'm').test(t)
      if (v.lines) return t.split('\n').length - 1 >= v.lines
      if (v.size) return Buffer.byteLength(t) >= v.size
      return true
    })
    return got === true ? ['reached'] : ['!!TIMEOUT: the file never got there']
  },

  async waitUp(_v, s) {
    const got = await waitFor(s.timeout ?? 15000, async () => {
      try {
        const r = await this.call({ ...s, timeout: 1000 }, 'supervisor.getState')
        return !!r.value && plain(r.value).statename === 'RUNNING'
      } catch {
        return false
      }
    })
    return got === true ? ['up'] : ['!!TIMEOUT: not up']
  },

  // the daemon's end
  async waitExit(_v, s) {
    const timeout = s.timeout ?? 20000
    const d = this.daemon
    if (d.forked) {
      const pid = this.daemonPid()
      const got = await waitFor(timeout, async () => !alive(pid))
      return [got === true ? 'gone' : '!!TIMEOUT: still running']
    }
    const p = d.p
    await Promise.race([p.exited, sleep(timeout)])
    if (p.code === undefined && !p.signal) return ['!!TIMEOUT: still running']
    await Promise.race([p.closed, sleep(300)])
    return [p.signal ? `ended by ${p.signal}` : `exit: ${p.code}`]
  },

  async stop(v, s) {
    const pid = this.daemonPid()
    if (!pid || !alive(pid)) return VERBS.waitExit.call(this, v, s)
    process.kill(pid, 'SIGTERM')
    return VERBS.waitExit.call(this, v, s)
  },

  // what the foreground daemon printed
  async stdout() {
    const p = this.daemon.p
    const lines = [
      ...toLines(this.norm(p.stdout)).map((l) => `stdout| ${l}`),
      ...toLines(this.norm(p.stderr)).map((l) => `stderr| ${l}`),
    ]
    return lines.filter((l) => !WAITING.test(l))
  },

  async write(_v, s) {
    this.writeFiles(s.write)
    return []
  },

  async append(v) {
    for (const [f, t] of Object.entries(v)) fs.appendFileSync(this.file(f), t)
    return []
  },

  async remove(v) {
    for (const f of [v].flat()) fs.rmSync(this.file(f), { recursive: true, force: true })
    return []
  },

  async rename(v) {
    for (const [a, b] of Object.entries(v)) fs.renameSync(this.file(a), this.file(b))
    return []
  },

  async mkdir(v, s) {
    for (const f of [v].flat()) {
      fs.mkdirSync(this.file(f), { recursive: true })
      if (s.mode) fs.chmodSync(this.file(f), s.mode)
    }
    return []
  },

  async read(v) {
    const t = slurp(this.file(v))
    return t === undefined ? ['(no such file)'] : toLines(this.norm(t))
  },

  // the main log
  async log(v, s) {
    const t = slurp(this.file(typeof v === 'string' ? v : 'supervisord.log'))
    if (t === undefined) return ['(no such file)']
    const lines = toLines(this.norm(t))
    // said or not as a child's end is noticed at once or a moment later
    return s.waiting ? lines : lines.filter((l) => !WAITING.test(l))
  },

  // what h/listener.mjs wrote down
  async events(v, s) {
    const t = slurp(this.file(v))
    if (t === undefined) return ['(no such file)']
    const serials = []
    const out = []
    for (const line of t.split('\n').filter(Boolean)) {
      const e = JSON.parse(line)
      const h = Object.fromEntries(
        e.header.split(' ').map((w) => [w.slice(0, w.indexOf(':')), w.slice(w.indexOf(':') + 1)]),
      )
      if (s.event && !toRegExp(s.event).test(h.eventname)) continue
      serials.push([Number(h.serial), Number(h.poolserial)])
      // the reference counts characters, as a listener that reads text does
      const has = [...e.payload].length
      const len = Number(h.len) === has ? 'ok' : `${h.len}, but the payload has ${has}`
      const header = e.header.replace(/serial:\d+/g, 'serial:<N>').replace(/\blen:\d+/, `len:<${len}>`)
      out.push(`header| ${this.norm(header)}`)
      out.push(...toLines(this.norm(e.payload)).map((l) => `payload| ${l}`))
    }
    const up = (i) => serials.every((x, k) => k === 0 || x[i] > serials[k - 1][i])
    if (!s.event) out.push(`serials increase: ${up(0)}; pool serials increase: ${up(1)}`)
    return out
  },

  // names (and sizes) of the files in a folder
  async ls(v, s) {
    const dir = this.file(v)
    if (!fs.existsSync(dir)) return ['(no such folder)']
    const names = fs.readdirSync(dir).sort()
    return names
      .map((n) =>
        this.norm(
          `${n.replace(/(-std(?:out|err)---.*?-)[A-Za-z0-9_]{4,16}(\.log)/, '$1<RAND>$2')}${s.sizes ? ` ${fs.statSync(path.join(dir, n)).size}` : ''}`,
        ),
      )
      .sort()
  },

  async stat(v) {
    return [v].flat().map((f) => {
      try {
        const st = fs.lstatSync(this.file(f))
        const type = st.isSocket()
          ? 'socket'
          : st.isDirectory()
            ? 'folder'
            : st.isSymbolicLink()
              ? 'link'
              : st.isFIFO()
                ? 'fifo'
                : 'file'
        return `${this.norm(f)}: ${type} mode ${(st.mode & 0o7777).toString(8)} uid ${st.uid} gid ${st.gid}`
      } catch (e) {
        return `${this.norm(f)}: ${e.code}`
      }
    })
  },

  async sh(v, s) {
    const p = this.spawn('/bin/sh', ['-c', v], { env: s.env, cwd: s.cwd, stdin: s.stdin })
    return this.outcome(p, await this.complete(p, s))
  },

  // processes of this run still there, the daemon included: how many, or with
  // names: true their command lines
  async processes(v) {
    const names = marked(this.mark).map((pid) => {
      if (pid === this.daemonPid()) return '(the daemon)'
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0/g, ' ').trim()
      } catch {
        return ''
      }
    })
    const shown = v === true ? names : names.filter((n) => toRegExp(v).test(n))
    return shown
      .filter(Boolean)
      .map((n) => this.norm(n))
      .sort()
  },
}

const STEP_HEADERS = ['content-type', 'www-authenticate', 'transfer-encoding', 'location', 'content-length']

function httpLines(run, r, step) {
  const lines = [`status: ${r.status} ${r.message}`]
  const keep = step.headers_shown ?? STEP_HEADERS
  for (const h of keep) if (r.headers[h] !== undefined) lines.push(`header ${h}: ${run.norm(String(r.headers[h]))}`)
  if (r.how !== 'end') lines.push(r.how === 'TIMEOUT' ? '!!TIMEOUT: no end of the answer' : `body ${r.how}`)
  if (!step.noBody) lines.push(...toLines(run.norm(r.text)).map((l) => `body| ${l}`))
  return lines
}

function rpcLines(run, r, step) {
  if (r.http) return [`http ${r.http}`, ...toLines(run.norm(r.text)).map((l) => `body| ${l}`)]
  if (r.fault) return [`fault ${r.fault.code}: ${run.norm(String(r.fault.string))}`]
  let v = r.value
  if (step.sortBy && v.t === 'array')
    v = { t: 'array', v: [...v.v].sort((a, b) => (String(a.v[step.sortBy]?.v) < String(b.v[step.sortBy]?.v) ? -1 : 1)) }
  return render(v, { pick: step.pick }).flatMap((l) => run.norm(l).split('\n'))
}

const WAITING = /INFO waiting for .* to (stop|die)$/
