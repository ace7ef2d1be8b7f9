import { join } from 'node:path'
import { configure, pause } from './daemon.mjs'
import { childrenOf } from './processes.mjs'

/** The programs as the file has them now, and everything that a person or a machine may do to them. */
export function createSchedule({ daemon, chatty, listener, random, count }) {
  const programs = new Map(Array.from({ length: count }, (_, index) => [`p${index}`, variant(random)]))
  const removed = new Map()
  const acts = {}

  const write = () => configure(daemon.dir, configText({ dir: daemon.dir, chatty, listener, programs }))
  const names = () => random.some([...programs.keys()], 5)

  const ACTIONS = {
    async edit() {
      for (const name of names()) programs.set(name, variant(random))
      write()
    },
    async remove() {
      for (const name of names()) {
        removed.set(name, programs.get(name))
        programs.delete(name)
      }
      write()
    },
    async add() {
      for (const [name, options] of removed) programs.set(name, options)
      removed.clear()
      write()
    },
    async reload() {
      daemon.signal('SIGHUP')
    },
    async reopen() {
      daemon.signal('SIGUSR2')
    },
    async update() {
      await daemon.rpc('supervisor.reloadConfig')
    },
    stop: () => daemon.json('POST', 'stop', { names: names() }),
    hold: () => daemon.json('POST', 'hold', { names: names() }),
    start: () => daemon.json('POST', 'start', { names: names() }),
    startAll: () => daemon.json('POST', 'start', { names: [...programs.keys()] }),
    restart: () => daemon.json('POST', 'restart', { names: names() }),
    async kill() {
      const victims = childrenOf(daemon.pid).filter(({ name }) => name === 'chatty')
      if (victims.length > 0) process.kill(random.pick(victims).pid, 'SIGKILL')
    },
  }
  const WEIGHED = [
    ...[
      'edit',
      'edit',
      'edit',
      'remove',
      'add',
      'add',
      'reload',
      'reopen',
      'update',
      'stop',
      'stop',
      'hold',
      'start',
      'start',
    ],
    ...['startAll', 'restart', 'restart', 'kill', 'kill', 'kill'],
  ]

  return {
    write,
    acts,
    programs: () => [...programs.keys()],
    /** One after the other until the time is up. */
    async run(untilMs, failures) {
      while (performance.now() < untilMs) {
        const name = random.pick(WEIGHED)
        acts[name] = (acts[name] ?? 0) + 1
        await ACTIONS[name]().catch((error) => failures.push(`${name}: ${error.message}`))
        await pause(200 + random.int(1_500))
      }
    },
  }
}

function variant(random) {
  return { lines: 1 + random.int(10), seed: random.int(1_000_000), stopwaitsecs: 5 + random.int(5) }
}

function configText({ dir, chatty, listener, programs }) {
  const sections = [
    `[supervisord]
logfile=${join(dir, 'supervisord.log')}
logfile_maxbytes=10MB
pidfile=${join(dir, 'supervisord.pid')}
childlogdir=${dir}
[unix_http_server]
file=${join(dir, 's.sock')}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[eventlistener:listener]
command=${process.execPath} ${listener} ${join(dir, 'events.txt')}
events=PROCESS_STATE
buffer_size=100000
priority=-1`,
    ...[...programs].map(
      ([name, { lines, seed, stopwaitsecs }]) => `[program:${name}]
command=${chatty} ${seed} ${lines}
startsecs=0
autorestart=true
redirect_stderr=true
stopwaitsecs=${stopwaitsecs}
stdout_logfile=${join(dir, 'logs', name)}
stdout_logfile_maxbytes=256KB
stdout_logfile_backups=5000`,
    ),
  ]
  return `${sections.join('\n')}\n`
}
