import * as fs from 'node:fs'
import path from 'node:path'

/**
 * Scenarios that read every configuration of a folder and show what the daemon makes of it: all process
 * configurations, avail, status and warnings, or the error and its exit status. A template, or a file that needs a
 * Python package, gives two: as it stands and filled in.
 *
 * No program of those files is ever started: each gets autostart=false. What names the machine it was written for is
 * moved below the run folder: log, pid and socket paths; users become nobody. Devices stay.
 */
export function confScenarios(dir) {
  const provenance = JSON.parse(fs.readFileSync(path.join(dir, 'provenance.json'), 'utf8'))
  return fs
    .readdirSync(dir)
    .filter((name) => name.endsWith('.conf') || name.endsWith('.ini'))
    .sort()
    .flatMap((name) => {
      const meta = provenance[name]
      if (!meta) throw new Error(`${name} has no provenance`)
      const text = fs.readFileSync(path.join(dir, name), 'utf8')
      return [scenario(name, text, meta), ...(meta.variant ? [scenario(name, text, meta, meta.variant)] : [])]
    })
}

// Users that are everywhere; others would make the outcome a matter of the machine.
const USERS = new Set(['root', 'nobody'])

const SERVER = '\n[unix_http_server]\nfile=@DIR@/s.sock\n'
const RPC =
  '\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n'
const CTL = '\n[supervisorctl]\nserverurl=unix://@DIR@/s.sock\n'

function scenario(name, original, meta, variant) {
  const filled = (variant ?? []).reduce((text, [from, to]) => text.replaceAll(from, to), original)
  const dirs = new Set(['root/var/log', 'root/var/run', 'root/tmp', 'root/run'])
  const conf = complete(moved(filled, dirs))
  return {
    name: name.replace(/\.conf$/, variant ? '-filled-in' : ''),
    about: `${meta.repo} ${meta.path}`,
    env: meta.env ?? {},
    files: { 'supervisord.conf': conf, ...Object.fromEntries([...dirs].map((dir) => [`${dir}/.keep`, ''])) },
    steps: [
      { start: true, timeout: 8000 },
      { rpc: 'supervisor.getAllConfigInfo', mayFail: true, drop: '\\.autorestart: ' },
      { ctl: 'avail' },
      { ctl: 'status' },
      { ctl: 'reread' },
      { stdout: true, only: 'WARN|CRIT|Included|Error' },
      { stat: ['s.sock'] },
      { stop: true },
    ],
  }
}

/** The text with nothing started and every path below the run folder; dirs collects the folders it needs. */
function moved(text, dirs) {
  let section = ''
  return text
    .split('\n')
    .map((line) => {
      const head = /^\[([^\]]+)\]/.exec(line)
      if (head) {
        section = head[1]
        return /^(program|fcgi-program|eventlistener):/.test(section) ? `${line}\nautostart=false` : line
      }
      const [, key, equals, value] = /^([A-Za-z_.]+)(\s*[=:]\s*)(.*)$/.exec(line) ?? []
      if (key === undefined) return line
      return key === 'autostart' ? null : `${key}${equals}${movedValue(section, key, value, dirs)}`
    })
    .filter((line) => line !== null)
    .join('\n')
}

function movedValue(section, key, value, dirs) {
  if (section === 'unix_http_server' && key === 'file') return value.replace(/^\S+/, '@DIR@/s.sock')
  if (section === 'supervisorctl' && key === 'serverurl') return value.replace(/^\S+/, 'unix://@DIR@/s.sock')
  if (section === 'supervisord' && key === 'directory') return '@DIR@/root'
  if (section === 'include' && key === 'files') return value.replace(/(^|\s)\//g, '$1@DIR@/root/')
  if (key === 'user') {
    const known = USERS.has(value.split(/\s/)[0]) || value.includes('%')
    return known ? value : value.replace(/^\S+/, 'nobody')
  }
  if (/^(chown|socket_owner)$/.test(key)) return value.replace(/^\S+/, 'nobody:nogroup')
  if (!/^(stdout_logfile|stderr_logfile|logfile|pidfile|file|serverurl|childlogdir|socket)$/.test(key)) return value
  return value.replace(/(^|unix:\/\/)\/(?!dev\/)([^\s;]*)/, (_all, before, rest) => {
    dirs.add(path.join('root', key === 'childlogdir' ? rest : path.dirname(rest)))
    return `${before}@DIR@/root/${rest}`
  })
}

/** Snippets get the sections without which there is no daemon to ask. */
function complete(text) {
  if (!/^\[supervisord\]/m.test(text)) return `\n@BASE@\n\n${text}`
  return [
    text,
    /^\[unix_http_server\]/m.test(text) ? '' : `\n${SERVER}`,
    /^\[rpcinterface:/m.test(text) ? '' : RPC,
    /^\[supervisorctl\]/m.test(text) ? '' : CTL,
  ].join('')
}
