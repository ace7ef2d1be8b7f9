import * as fs from 'node:fs'
import net from 'node:net'

export const sleep = (ms) => new Promise((r) => setTimeout(r, ms))

/** 'node "/a b/x.js" -q' to words, as a shell would, without expansions */
export function splitCommand(s) {
  const out = []
  for (const m of s.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)) out.push(m[0].replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  return out
}

/** n ports of 127.0.0.1 that nobody listens on */
export async function freePorts(n) {
  const servers = []
  while (servers.length < n) {
    const s = net.createServer()
    // five digits always: two runs must print texts of one length
    const port = 20000 + Math.floor(Math.random() * 12000)
    const ok = await new Promise((r) => {
      s.once('error', () => r(false))
      s.listen(port, '127.0.0.1', () => r(true))
    })
    if (ok) servers.push(s)
  }
  const ports = servers.map((s) => s.address().port)
  await Promise.all(servers.map((s) => new Promise((r) => s.close(r))))
  return ports
}

/** pids (other than ours) whose environment has the mark: all that a run started */
export function marked(mark) {
  const out = []
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    try {
      if (!fs.readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark)) continue
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'latin1')
      if (stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z') out.push(Number(name))
    } catch {
      /* it ended, or is not ours to read */
    }
  }
  return out
}

export const alive = (pid) => {
  try {
    process.kill(pid, 0)
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
  } catch {
    return false
  }
}

/** asks until the answer is true, or the time is over: then the last answer */
export async function waitFor(timeout, test) {
  const deadline = Date.now() + timeout
  let last
  for (;;) {
    last = await test()
    if (last === true) return true
    if (Date.now() > deadline) return last
    await sleep(50)
  }
}

/** read a text file; undefined when it is not there */
export const slurp = (f) => {
  try {
    return fs.readFileSync(f, 'utf8')
  } catch (e) {
    if (e.code === 'ENOENT') return undefined
    throw e
  }
}
