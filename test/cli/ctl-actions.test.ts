import { afterEach, describe, expect, test } from 'vitest'
import { runLine } from '../../src/cli/ctl/run-line.js'
import { info, Refusal, result, type Scripted, type ScriptedServer, scriptedServer } from './scripted-server.js'
import { scriptedTerminal, sessionWith } from './scripted-terminal.js'

let server: ScriptedServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

interface Case {
  readonly line: string
  readonly says: string
  readonly exit: number
  /** What the server is asked, without getVersion. */
  readonly calls?: readonly string[]
}

function table(methods: Readonly<Record<string, Scripted>>, cases: readonly Case[]): void {
  for (const { line, says, exit, calls } of cases) {
    test(`${line}: ${JSON.stringify(says)}`, async () => {
      server = await scriptedServer(methods)
      const terminal = scriptedTerminal()
      const session = sessionWith(terminal, server.url)
      await runLine(session, line)
      expect({ stdout: terminal.stdout, exit: session.exitStatus }).toEqual({ stdout: says, exit })
      if (calls !== undefined) expect(server.calls).toEqual(calls)
    })
  }
}

const fault = (code: number, text: string) => new Refusal(code, text)
const SHUTDOWN = fault(6, 'SHUTDOWN_STATE')

describe('status', () => {
  const all = [
    info('cat', 'cat', 'RUNNING', 'pid 42, uptime 0:00:08'),
    info('g', 'down', 'STOPPED', 'Not started'),
    info('g', 'up', 'STOPPING'),
  ]
  const CAT = 'cat                              RUNNING   pid 42, uptime 0:00:08\n'
  const DOWN = 'g:down                           STOPPED   Not started\n'
  const UP = 'g:up                             STOPPING  \n'
  table({ 'supervisor.getAllProcessInfo': all }, [
    { line: 'status', says: CAT + DOWN + UP, exit: 3 },
    { line: 'status all nosuch', says: CAT + DOWN + UP, exit: 3 },
    { line: 'status cat cat', says: CAT + CAT, exit: 0 },
    { line: 'status g:', says: DOWN + UP, exit: 3 },
    { line: 'status g:up cat', says: UP + CAT, exit: 0 },
    { line: 'status cat nosuch', says: `nosuch: ERROR (no such process)\n${CAT}`, exit: 4 },
    { line: 'status g:down nosuch', says: `nosuch: ERROR (no such process)\n${DOWN}`, exit: 3 },
    { line: 'status h:*', says: 'h: ERROR (no such group)\n', exit: 4 },
  ])
  table({ 'supervisor.getAllProcessInfo': [] }, [{ line: 'status', says: '', exit: 0 }])
  table(
    {
      'supervisor.getAllProcessInfo': [info('日本', '日本', 'RUNNING', 'x'), info('x'.repeat(40), 'y', 'RUNNING', 'z')],
    },
    [
      {
        line: 'status',
        says: `日本${' '.repeat(43)}RUNNING   x\n${'x'.repeat(40)}:y   RUNNING   z\n`,
        exit: 0,
      },
    ],
  )
  table({ 'supervisor.getAllProcessInfo': ['no struct'] }, [
    {
      line: 'status',
      says: "error: <class 'ValueError'>, unexpected answer to supervisor.getAllProcessInfo: file: supervisorctl line: 0\n",
      exit: 1,
    },
  ])
})

describe('start, stop and restart', () => {
  const methods = {
    'supervisor.startProcess': (name: unknown) =>
      ({
        up: fault(60, 'ALREADY_STARTED: up'),
        bad: fault(20, 'NO_FILE: bad'),
        noexec: fault(21, 'NOT_EXECUTABLE'),
        dies: fault(50, 'SPAWN_ERROR: dies'),
        ends: fault(40, 'ABNORMAL_TERMINATION: ends'),
        odd: fault(30, 'FAILED: odd'),
      })[String(name)] ?? (name === 'ok' || name === 'g:p' ? true : fault(10, `BAD_NAME: ${name}`)),
    'supervisor.startProcessGroup': (name: unknown) =>
      name === 'g' ? [result('g', 'p', 80), result('g', 'q', 50)] : fault(10, `BAD_NAME: ${name}`),
    'supervisor.startAllProcesses': [result('ok', 'ok', 80), result('dies', 'dies', 50), result('bad', 'bad', 20)],
    'supervisor.stopProcess': (name: unknown) =>
      ({ down: fault(70, 'NOT_RUNNING: down'), odd: fault(30, 'FAILED: cannot kill') })[String(name)] ??
      (name === 'ok' ? true : fault(10, 'BAD_NAME')),
    'supervisor.stopProcessGroup': (name: unknown) => (name === 'g' ? [] : fault(10, 'BAD_NAME')),
    'supervisor.stopAllProcesses': [],
  }
  table(methods, [
    {
      line: 'start',
      says: 'Error: start requires a process name\nstart <name>\t\tStart a process\nstart <gname>:*\t\tStart all processes in a group\nstart <name> <name>\tStart multiple processes or groups\nstart all\t\tStart all processes\n',
      exit: 2,
    },
    { line: 'start ok', says: 'ok: started\n', exit: 0, calls: ['supervisor.startProcess("ok")'] },
    { line: 'start g:p', says: 'g:p: started\n', exit: 0, calls: ['supervisor.startProcess("g:p")'] },
    { line: 'start up', says: 'up: ERROR (already started)\n', exit: 0 },
    { line: 'start bad', says: 'bad: ERROR (no such file)\n', exit: 1 },
    { line: 'start noexec', says: 'noexec: ERROR (file is not executable)\n', exit: 1 },
    { line: 'start dies', says: 'dies: ERROR (spawn error)\n', exit: 7 },
    { line: 'start ends', says: 'ends: ERROR (abnormal termination)\n', exit: 7 },
    { line: 'start nosuch', says: 'nosuch: ERROR (no such process)\n', exit: 1 },
    { line: 'start x:*', says: 'x: ERROR (no such group)\n', exit: 2 },
    { line: 'start g:*', says: 'g:p: started\ng:q: ERROR (spawn error)\n', exit: 7 },
    {
      line: 'start all ok',
      says: 'ok: started\ndies: ERROR (spawn error)\nbad: ERROR (no such file)\n',
      exit: 1,
      calls: ['supervisor.startAllProcesses()'],
    },
    { line: 'start bad dies ok', says: 'bad: ERROR (no such file)\ndies: ERROR (spawn error)\nok: started\n', exit: 7 },
    {
      line: 'start odd ok',
      says: "error: <class 'ValueError'>, Unknown result code 30 for odd: file: supervisorctl line: 0\n",
      exit: 1,
    },
    { line: 'stop ok', says: 'ok: stopped\n', exit: 0 },
    { line: 'stop down', says: 'down: ERROR (not running)\n', exit: 0 },
    { line: 'stop odd', says: 'FAILED: cannot kill\n', exit: 1 },
    { line: 'stop x:', says: 'x: ERROR (no such group)\n', exit: 1 },
    { line: 'stop g:* ok', says: 'ok: stopped\n', exit: 0 },
    { line: 'stop all', says: '', exit: 0 },
    { line: 'restart ok', says: 'ok: stopped\nok: started\n', exit: 0 },
    { line: 'restart nosuch', says: 'nosuch: ERROR (no such process)\nnosuch: ERROR (no such process)\n', exit: 1 },
  ])
})

describe('signal, pid and clear', () => {
  table(
    {
      'supervisor.signalProcess': (name: unknown, signal: unknown) =>
        signal === 'BAD'
          ? fault(11, 'BAD_SIGNAL: BAD')
          : name === 'off'
            ? fault(70, 'NOT_RUNNING: off')
            : name === 'cat' || fault(10, 'BAD_NAME'),
      'supervisor.signalAllProcesses': [result('cat', 'cat', 80)],
      'supervisor.signalProcessGroup': fault(10, 'BAD_NAME'),
      'supervisor.getPID': 7,
      'supervisor.getAllProcessInfo': [info('cat', 'cat', 'RUNNING'), info('off', 'off', 'STOPPED')],
      'supervisor.getProcessInfo': (name: unknown) =>
        name === 'cat' ? info('cat', 'cat', 'RUNNING') : name === 'off' ? info('off', 'off', 'EXITED') : fault(10, 'B'),
      'supervisor.clearProcessLogs': (name: unknown) =>
        name === 'cat' || (name === 'ro' ? fault(30, 'FAILED: ro') : fault(10, 'BAD_NAME')),
      'supervisor.clearAllProcessLogs': [result('cat', 'cat', 80), result('ro', 'ro', 30)],
    },
    [
      { line: 'signal HUP cat', says: 'cat: signalled\n', exit: 0, calls: ['supervisor.signalProcess("cat","HUP")'] },
      { line: 'signal HUP all', says: 'cat: signalled\n', exit: 0, calls: ['supervisor.signalAllProcesses("HUP")'] },
      { line: 'signal BAD cat', says: 'cat: ERROR (bad signal name)\n', exit: 1 },
      { line: 'signal HUP off', says: 'off: ERROR (not running)\n', exit: 7 },
      { line: 'signal HUP x:*', says: 'x: ERROR (no such group)\n', exit: 1 },
      { line: 'pid', says: '7\n', exit: 0 },
      { line: 'pid all', says: '42\n0\n', exit: 0 },
      { line: 'pid cat off nosuch', says: '42\n0\nNo such process nosuch\n', exit: 1 },
      { line: 'pid off', says: '0\n', exit: 7 },
      { line: 'clear cat', says: 'cat: cleared\n', exit: 0 },
      { line: 'clear ro nosuch', says: 'ro: ERROR (failed)\nnosuch: ERROR (no such process)\n', exit: 1 },
      { line: 'clear g:*', says: 'g:None: ERROR (no such process)\n', exit: 1 },
      { line: 'clear all', says: 'cat: cleared\nro: ERROR (failed)\n', exit: 1 },
    ],
  )
})

describe('tail and maintail', () => {
  table(
    {
      'supervisor.readProcessStdoutLog': (name: unknown) =>
        name === 'cat' ? 'some text' : name === 'mute' ? fault(20, 'NO_FILE') : fault(10, 'BAD_NAME'),
      'supervisor.readProcessStderrLog': fault(30, 'FAILED'),
      'supervisor.readLog': fault(20, 'NO_FILE: /x'),
    },
    [
      { line: 'tail cat', says: 'some text\n', exit: 0, calls: ['supervisor.readProcessStdoutLog("cat",-1600,0)'] },
      { line: 'tail -50 cat', says: 'some text\n', exit: 0, calls: ['supervisor.readProcessStdoutLog("cat",-50,0)'] },
      { line: 'tail -0 cat', says: 'some text\n', exit: 0, calls: ['supervisor.readProcessStdoutLog("cat",0,0)'] },
      { line: 'tail cat STDERR', says: 'cat: ERROR (unknown error reading log)\n', exit: 1 },
      { line: 'tail mute', says: 'mute: ERROR (no log file)\n', exit: 1 },
      { line: 'tail g:*', says: 'g:*: ERROR (no such process name)\n', exit: 1 },
      { line: 'tail -f', says: 'Error: tail requires process name\n', exit: 1 },
      { line: 'tail -x cat', says: 'Error: bad argument -x\n', exit: 1 },
      { line: 'tail cat Bogus', says: "Error: bad channel 'bogus'\n", exit: 1 },
      {
        line: 'maintail -20',
        says: 'supervisord: ERROR (no log file)\n',
        exit: 1,
        calls: ['supervisor.readLog(-20,0)'],
      },
      { line: 'maintail foo', says: 'Error: bad argument foo\n', exit: 1 },
    ],
  )
})

describe('reread, avail, add and remove', () => {
  table(
    {
      'supervisor.reloadConfig': [[['new', 'a'], ['changed'], ['gone']]],
      'supervisor.getAllConfigInfo': [
        { group: 'cat', name: 'cat', inuse: true, autostart: true, group_prio: 999, process_prio: 1 },
        { group: 'g', name: 'p', inuse: false, autostart: false, group_prio: -1, process_prio: 999 },
      ],
      'supervisor.addProcessGroup': (name: unknown) =>
        name === 'new' || (name === 'old' ? fault(90, 'ALREADY_ADDED: old') : fault(10, 'BAD_NAME')),
      'supervisor.removeProcessGroup': (name: unknown) =>
        name === 'gone' || (name === 'up' ? fault(91, 'STILL_RUNNING: up') : fault(10, 'BAD_NAME')),
    },
    [
      { line: 'reread', says: 'a: available\nchanged: changed\ngone: disappeared\nnew: available\n', exit: 0 },
      {
        line: 'reread now',
        says: "Error: reread accepts no arguments\nreread \t\t\tReload the daemon's configuration files without add/remove\n",
        exit: 1,
        calls: [],
      },
      {
        line: 'avail',
        says: 'cat                              in use    auto      999:1\ng:p                              avail     manual    -1:999\n',
        exit: 0,
      },
      { line: 'add new old', says: 'new: added process group\nERROR: process group already active\n', exit: 0 },
      { line: 'add x new', says: 'ERROR: no such process/group: x\nnew: added process group\n', exit: 1 },
      {
        line: 'remove gone up',
        says: 'gone: removed process group\nERROR: process/group still running: up\n',
        exit: 1,
      },
      { line: 'remove', says: '', exit: 0 },
    ],
  )
  table({ 'supervisor.reloadConfig': [[[], [], []]] }, [
    { line: 'reread', says: 'No config updates to processes\n', exit: 0 },
    { line: 'update', says: '', exit: 0 },
  ])
  table({ 'supervisor.reloadConfig': fault(92, "CANT_REREAD: bad 'x'"), 'supervisor.getAllConfigInfo': SHUTDOWN }, [
    { line: 'reread', says: "ERROR: CANT_REREAD: bad 'x'\n", exit: 1 },
    {
      line: 'update',
      says: `error: <class 'xmlrpc.client.Fault'>, <Fault 92: "CANT_REREAD: bad 'x'">: file: supervisorctl line: 0\n`,
      exit: 1,
    },
    { line: 'avail', says: 'ERROR: supervisor shutting down\n', exit: 1 },
  ])
})

describe('update of a Supervisor', () => {
  const GROUPS = [[['new'], ['changed'], ['gone', 'stuck']]]
  table(
    {
      'supervisor.reloadConfig': GROUPS,
      'supervisor.getAllProcessInfo': ['changed', 'gone', 'stuck', 'same'].map((name) => info(name, name, 'RUNNING')),
      'supervisor.stopProcessGroup': (name: unknown) => [result(String(name), 'p', name === 'stuck' ? 30 : 80)],
      'supervisor.removeProcessGroup': true,
      'supervisor.addProcessGroup': true,
    },
    [
      {
        line: 'update',
        says: 'gone: stopped\ngone: removed process group\nstuck: stopped\nstuck: has problems; not removing\nchanged: stopped\nchanged: updated process group\nnew: added process group\n',
        exit: 1,
        calls: [
          'supervisor.reloadConfig()',
          'svctl.update([])',
          'supervisor.stopProcessGroup("gone")',
          'supervisor.removeProcessGroup("gone")',
          'supervisor.stopProcessGroup("stuck")',
          'supervisor.stopProcessGroup("changed")',
          'supervisor.removeProcessGroup("changed")',
          'supervisor.addProcessGroup("changed")',
          'supervisor.addProcessGroup("new")',
        ],
      },
      { line: 'update nosuch', says: 'ERROR: no such group: nosuch\n', exit: 1 },
      {
        line: 'update nosuch new same',
        says: 'ERROR: no such group: nosuch\nnew: added process group\n',
        exit: 1,
      },
    ],
  )
})

describe('update of our daemon', () => {
  table(
    {
      'supervisor.reloadConfig': [[['new'], ['changed'], ['gone', 'empty']]],
      'supervisor.getAllProcessInfo': ['changed', 'gone'].map((name) => info(name, name, 'RUNNING')),
      'svctl.update': (names: unknown) =>
        JSON.stringify(names) === '[]'
          ? [
              { group: 'new', change: 'added' },
              { group: 'changed', change: 'changed' },
              { group: 'gone', change: 'removed' },
            ]
          : [{ group: 'gone', change: 'removed', problem: 'does not stop' }],
    },
    [
      {
        line: 'update all nosuch',
        says: 'gone: stopped\ngone: removed process group\nchanged: stopped\nchanged: updated process group\nnew: added process group\n',
        exit: 0,
        calls: ['supervisor.reloadConfig()', 'svctl.update([])'],
      },
      {
        line: 'update gone',
        says: 'gone: stopped\ngone: has problems; not removing\n',
        exit: 1,
        calls: ['supervisor.reloadConfig()', 'supervisor.getAllProcessInfo()', 'svctl.update(["gone"])'],
      },
      {
        line: 'update nosuch',
        says: 'ERROR: no such group: nosuch\n',
        exit: 1,
        // No name is left, and no names would mean all.
        calls: ['supervisor.reloadConfig()', 'supervisor.getAllProcessInfo()'],
      },
    ],
  )
  table({ 'supervisor.reloadConfig': SHUTDOWN }, [{ line: 'update', says: 'ERROR: already shutting down\n', exit: 1 }])
})

describe('reload, shutdown, version', () => {
  table({ 'supervisor.restart': true, 'supervisor.shutdown': true, 'supervisor.getSupervisorVersion': '4.3.0' }, [
    { line: 'reload', says: 'Restarted supervisord\n', exit: 0 },
    { line: 'shutdown', says: 'Shut down\n', exit: 0 },
    { line: 'version', says: '4.3.0\n', exit: 0 },
    {
      line: 'shutdown now',
      says: 'Error: shutdown accepts no arguments\nshutdown \tShut the remote supervisord down.\n',
      exit: 1,
      calls: [],
    },
  ])
  table({ 'supervisor.restart': SHUTDOWN, 'supervisor.shutdown': SHUTDOWN }, [
    { line: 'reload', says: 'ERROR: already shutting down\n', exit: 1 },
    { line: 'shutdown', says: 'ERROR: already shutting down\n', exit: 0 },
  ])
})

describe('servers that are not what they should be', () => {
  table({ 'supervisor.getVersion': fault(1, 'UNKNOWN_METHOD') }, [
    {
      line: 'pid',
      says: 'Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).\n',
      exit: 3,
    },
  ])
  table({ 'supervisor.getVersion': '9.9' }, [
    {
      line: 'pid',
      says: 'Sorry, this version of supervisorctl expects to talk to a server with API version 3.0, but the remote version is 9.9.\n',
      exit: 5,
    },
  ])
  table({ 'supervisor.getVersion': SHUTDOWN }, [
    {
      line: 'status',
      says: "error: <class 'xmlrpc.client.Fault'>, <Fault 6: 'SHUTDOWN_STATE'>: file: supervisorctl line: 0\n",
      exit: 1,
    },
  ])

  for (const { url, line, says, exit } of [
    { url: 'unix:///nonexistent/s.sock', line: 'status', says: 'unix:///nonexistent/s.sock no such file\n', exit: 4 },
    {
      url: 'unix:///nonexistent/s.sock',
      line: 'restart x',
      says: 'unix:///nonexistent/s.sock no such file\n',
      exit: 7,
    },
    {
      url: 'unix:///nonexistent/s.sock',
      line: 'shutdown',
      says: 'ERROR: unix:///nonexistent/s.sock no such file (already shut down?)\n',
      exit: 1,
    },
    {
      url: 'unix:///nonexistent/s.sock',
      line: 'avail',
      says: "error: <class 'FileNotFoundError'>, [Errno 2] No such file or directory: file: supervisorctl line: 0\n",
      exit: 1,
    },
    { url: 'http://127.0.0.1:1', line: 'status', says: 'http://127.0.0.1:1 refused connection\n', exit: 4 },
    { url: 'http://127.0.0.1:1', line: 'pid', says: 'http://127.0.0.1:1 refused connection\n', exit: 4 },
    {
      url: 'ftp://x',
      line: 'pid',
      says: "error: <class 'ValueError'>, Unknown protocol for serverurl ftp://x: file: supervisorctl line: 0\n",
      exit: 1,
    },
    {
      url: `unix:///${'x'.repeat(200)}`,
      line: 'pid',
      says: "error: <class 'ValueError'>, AF_UNIX path too long: file: supervisorctl line: 0\n",
      exit: 1,
    },
  ]) {
    test(`${line} at ${url.slice(0, 40)}: ${says.slice(0, 60).trim()}`, async () => {
      const terminal = scriptedTerminal()
      const session = sessionWith(terminal, url)
      await runLine(session, line)
      expect({ stdout: terminal.stdout, exit: session.exitStatus }).toEqual({ stdout: says, exit })
    })
  }
})

describe('words that are no action', () => {
  for (const { line, says, exit } of [
    { line: 'nosuch with arguments', says: '*** Unknown syntax: nosuch with arguments\n', exit: 1 },
    { line: '!ls', says: '*** Unknown syntax: !ls\n', exit: 1 },
    { line: 'constructor', says: '*** Unknown syntax: constructor\n', exit: 1 },
    { line: '日本', says: '*** Unknown syntax: 日本\n', exit: 1 },
    { line: '   ', says: '', exit: 0 },
    { line: 'help nosuch', says: '*** No help on nosuch\n', exit: 0 },
    { line: 'help toString', says: '*** No help on toString\n', exit: 0 },
    { line: '? quit', says: 'quit\tExit the supervisor shell.\n', exit: 0 },
    {
      line: '?',
      says: `
default commands (type help <topic>):
=====================================
add    exit      open  reload  restart   start   tail${'   '}
avail  fg        pid   remove  shutdown  status  update${' '}
clear  maintail  quit  reread  signal    stop    version

`,
      exit: 0,
    },
  ]) {
    test(JSON.stringify(line), async () => {
      const terminal = scriptedTerminal()
      const session = sessionWith(terminal, 'unix:///nonexistent')
      await runLine(session, line)
      expect({ stdout: terminal.stdout, exit: session.exitStatus }).toEqual({ stdout: says, exit })
    })
  }
})
