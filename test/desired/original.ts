import type { Config } from '../../src/model/config.js'
import type { GroupSpec, LogTarget, ProcessSpec, StreamSpec } from '../../src/model/spec.js'
import { askPython, pythonHas, sayUncompared } from '../config/python.js'

/** One file for the original to read. */
export interface OriginalCase {
  readonly file: string
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
}

/** What a reader makes of a file, in terms that the original knows. */
export type Reading = { readonly error: string } | { readonly error: null; readonly config: unknown }

/** Whether Debian's supervisor is here; says so on the output when it is not. */
export function originalIsHere(what: string): boolean {
  const here = pythonHas('supervisor.options')
  if (!here) sayUncompared(what, 'supervisor')
  return here
}

/** What the original makes of each file. */
export function askOriginal(cases: readonly OriginalCase[]): readonly Reading[] {
  if (cases.length === 0) return []
  return askPython(SCRIPT, cases) as readonly Reading[]
}

const SCRIPT = `
import os, warnings
warnings.simplefilter('ignore')
from supervisor.options import ServerOptions
from supervisor import datatypes

class Stop(Exception):
    pass

class Sink:
    def __init__(self): self.text = ''
    def write(self, text): self.text += text
    def flush(self): pass

def target(value):
    if value is datatypes.Automatic: return 'auto'
    return value

def process(config, url):
    names = ['name','command','directory','umask','priority','autostart','startsecs','startretries','uid','stopwaitsecs',
      'stopasgroup','killasgroup','exitcodes','redirect_stderr','environment','serverurl']
    result = dict((name, getattr(config, name)) for name in names)
    if url is None and config.serverurl == '': result['serverurl'] = None # both leave the variable unset
    result['exitcodes'] = list(config.exitcodes)
    result['stopsignal'] = int(config.stopsignal)
    restart = config.autorestart
    result['autorestart'] = ('unexpected' if restart is datatypes.RestartWhenExitUnexpected
      else 'always' if restart is datatypes.RestartUnconditionally else 'never')
    for channel in ('stdout', 'stderr'):
        for part in ('logfile_maxbytes','logfile_backups','capture_maxbytes','events_enabled','syslog'):
            result[channel + '_' + part] = getattr(config, channel + '_' + part)
        result[channel + '_logfile'] = target(getattr(config, channel + '_logfile'))
    return result

def active(groups):
    first = {}
    for g in groups: first.setdefault(g.name, g) # of two with one name the second never starts
    return list(first.values())

def group(config, url):
    result = {'name': config.name, 'priority': config.priority, 'processes': [process(p, url) for p in config.process_configs]}
    if hasattr(config, 'pool_events'):
        from supervisor.events import getEventNameByType
        result['events'] = sorted(getEventNameByType(e) for e in config.pool_events)
        result['buffer_size'] = config.buffer_size
    if hasattr(config, 'socket_config'):
        s = config.socket_config
        result['socket'] = s.url
        result['backlog'] = s.get_backlog()
    return result

def answer(case):
    os.environ.clear()
    os.environ.update(case['environment'])
    os.chdir(case['cwd'])
    options = ServerOptions()
    options.stdout, options.stderr = Sink(), Sink()
    def leave(status): raise Stop()
    options.exit = leave
    try:
        options.realize(['-n', '-c', case['file']])
    except Stop:
        text = options.stderr.text
        return {'error': text[len('Error: '):text.rindex('\\nFor help')]}
    d = options.configroot.supervisord
    servers = [{'section': s['section'], 'file': s.get('file'), 'host': s.get('host'), 'port': s.get('port'),
      'chmod': s.get('chmod'), 'chown': list(s['chown']) if 'chown' in s else None,
      'username': s['username'], 'password': s['password']} for s in options.server_configs]
    return {'error': None, 'config': {
      'logfile': options.logfile, 'pidfile': options.pidfile, 'logfile_maxbytes': d.logfile_maxbytes,
      'logfile_backups': d.logfile_backups, 'umask': d.umask, 'directory': d.directory, 'user': d.user,
      'minfds': d.minfds, 'minprocs': d.minprocs, 'identifier': d.identifier, 'nodaemon': d.nodaemon, 'silent': d.silent,
      'nocleanup': d.nocleanup, 'strip_ansi': d.strip_ansi, 'environment': d.environment,
      'serverurl': options.serverurl, 'servers': servers, 'groups': [group(g, options.serverurl) for g in active(d.process_group_configs)],
      'rpcinterfaces': [[f[0], f[2]] for f in options.rpcinterface_factories],
      'warnings': options.parse_warnings, 'infos': options.parse_infos,
    }}
`

/** Our reading in the terms of \`askOriginal\`. */
export function inOriginalTerms(config: Config): Reading {
  const { daemon } = config
  const notes = (level: string) => config.notes.filter((note) => note.level === level).map((note) => note.text)
  const url = urlOf(config)
  return {
    error: null,
    config: {
      logfile: daemon.logfile,
      pidfile: daemon.pidfile,
      logfile_maxbytes: daemon.logBytesMax,
      logfile_backups: daemon.logBackups,
      umask: daemon.umask,
      directory: daemon.directory,
      user: daemon.user,
      minfds: daemon.minfds,
      minprocs: daemon.minprocs,
      identifier: daemon.identifier,
      nodaemon: daemon.nodaemon,
      silent: daemon.silent,
      nocleanup: daemon.nocleanup,
      strip_ansi: daemon.stripAnsi,
      environment: daemon.environment,
      serverurl: url,
      servers: config.servers.map((server) => ({
        section: server.section,
        file: server.kind === 'unix' ? server.path : null,
        host: server.kind === 'inet' ? server.host : null,
        port: server.kind === 'inet' ? server.port : null,
        chmod: server.kind === 'unix' ? server.mode : null,
        chown: server.kind === 'unix' ? [server.uid, server.gid] : null,
        username: server.credentials?.username ?? null,
        password: server.credentials?.password ?? null,
      })),
      groups: config.groups.map((group) => groupTerms(group, url)),
      rpcinterfaces: config.rpcInterfaces.map(({ name, options }) => [name, options]),
      warnings: notes('warn'),
      infos: notes('info'),
    },
  }
}

function urlOf({ servers }: Config): string | null {
  const unix = servers.find((server) => server.kind === 'unix')
  if (unix?.kind === 'unix') return `unix://${unix.path}`
  const inet = servers.filter((server) => server.kind === 'inet').at(-1)
  return inet?.kind === 'inet' ? `http://${inet.host || 'localhost'}:${inet.port}` : null
}

function groupTerms(group: GroupSpec, url: string | null): unknown {
  return {
    name: group.name,
    priority: group.priority,
    processes: group.processes.map((spec) => processTerms(spec, url)),
    ...(group.pool && { events: [...group.pool.events].sort(), buffer_size: group.pool.bufferSize }),
    ...(group.socket && { socket: group.socket.url, backlog: group.socket.backlog }),
  }
}

function processTerms(spec: ProcessSpec, url: string | null): unknown {
  return {
    name: spec.name,
    command: spec.command,
    directory: spec.directory,
    umask: spec.umask,
    priority: spec.priority,
    autostart: spec.autostart,
    startsecs: spec.startSecs,
    startretries: spec.startRetries,
    uid: spec.uid,
    stopwaitsecs: spec.stopWaitSecs,
    stopasgroup: spec.stopAsGroup,
    killasgroup: spec.killAsGroup,
    exitcodes: spec.exitCodes,
    redirect_stderr: spec.redirectStderr,
    environment: spec.environment,
    // The original fills AUTO in when it starts the process.
    serverurl: spec.serverUrl === url ? null : (spec.serverUrl ?? (url === null ? null : '')),
    stopsignal: spec.stopSignal,
    autorestart: spec.autorestart,
    ...streamTerms('stdout', spec.stdout),
    ...streamTerms('stderr', spec.stderr),
  }
}

function streamTerms(channel: string, stream: StreamSpec): Record<string, unknown> {
  return {
    [`${channel}_logfile`]: targetTerms(stream.logfile),
    [`${channel}_logfile_maxbytes`]: stream.logBytesMax,
    [`${channel}_logfile_backups`]: stream.logBackups,
    [`${channel}_capture_maxbytes`]: stream.captureBytesMax,
    [`${channel}_events_enabled`]: stream.eventsEnabled,
    [`${channel}_syslog`]: stream.syslog,
  }
}

function targetTerms(target: LogTarget): string | null {
  return target.kind === 'file' ? target.path : target.kind === 'auto' ? 'auto' : null
}
