import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { runLine } from '../../src/cli/ctl/run-line.js'
import { runShell } from '../../src/cli/shell.js'
import { info, Refusal, type ScriptedServer, scriptedServer } from './scripted-server.js'
import { type ScriptedTerminal, scriptedTerminal, sessionWith } from './scripted-terminal.js'

let server: ScriptedServer
afterEach(() => server.close())

/** Waits until the terminal shows a text; the test's own time limit ends a wait in vain. */
async function shows(terminal: ScriptedTerminal, text: string): Promise<void> {
  while (!terminal.stdout.includes(text)) await new Promise((resolve) => setImmediate(resolve))
}

const endless = (text: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.write(text)
}

describe('following a log', () => {
  test('shows what is there, and Ctrl-C ends it with a new line', async () => {
    server = await scriptedServer({}, { streams: { '/logtail/g:p/stdout': endless('line ✓\n') } })
    const terminal = scriptedTerminal()
    const session = sessionWith(terminal, server.url)
    const ended = runLine(session, 'tail -f g:p')
    await shows(terminal, '✓')
    terminal.pressCtrlC()
    expect(await ended).toBe('done')
    expect(terminal.stdout).toBe('==> Press Ctrl-C to exit <==\nline ✓\n\n')
    expect(session.exitStatus).toBe(0)
  })

  test('ends quietly when the server goes away', async () => {
    const cut = (response: ServerResponse) => {
      response.writeHead(200)
      response.write('last words\n', () => response.socket?.destroy())
    }
    server = await scriptedServer({}, { streams: { '/mainlogtail': cut } })
    const terminal = scriptedTerminal()
    expect(await runLine(sessionWith(terminal, server.url), 'maintail -f')).toBe('done')
    expect(terminal.stdout).toBe('==> Press Ctrl-C to exit <==\nlast words\n')
    expect(terminal.stderr).toBe('')
  })

  test('a log that is not there is told of on standard error, with exit status 0', async () => {
    server = await scriptedServer({})
    const terminal = scriptedTerminal()
    const session = sessionWith(terminal, server.url)
    await runLine(session, 'tail -f nosuch stderr')
    expect(terminal.stderr).toBe(`${server.url}/logtail/nosuch/stderr Cannot read, status code 404\n`)
    expect(session.exitStatus).toBe(0)
  })
})

describe('fg', () => {
  const running = { 'supervisor.getProcessInfo': info('cat', 'cat', 'RUNNING') }
  const streams = { '/logtail/cat/stdout': endless('out\n'), '/logtail/cat/stderr': endless('err\n') }

  test('sends each line and leaves at the end of input', async () => {
    server = await scriptedServer({ ...running, 'supervisor.sendProcessStdin': true }, { streams })
    const terminal = scriptedTerminal(['one', 'zwei ✓'])
    expect(await runLine(sessionWith(terminal, server.url), 'fg cat')).toBe('done')
    expect(server.calls.filter((call) => call.includes('Stdin'))).toEqual([
      'supervisor.sendProcessStdin("cat","one\\n")',
      'supervisor.sendProcessStdin("cat","zwei ✓\\n")',
    ])
    expect(terminal.stdout.startsWith('==> Press Ctrl-C to exit <==\n')).toBe(true)
    expect(terminal.stdout.endsWith('Exiting foreground\n')).toBe(true)
  })

  test('says when the process is gone', async () => {
    const gone = new Refusal(70, 'NOT_RUNNING: cat')
    server = await scriptedServer({ ...running, 'supervisor.sendProcessStdin': gone }, { streams })
    const terminal = scriptedTerminal(['one', 'two'])
    await runLine(sessionWith(terminal, server.url), 'fg cat')
    expect(terminal.stdout).toContain('Process got killed\nExiting foreground\n')
    expect(server.calls.filter((call) => call.includes('Stdin'))).toHaveLength(1)
  })

  for (const { line, says } of [
    { line: 'fg a b', says: 'ERROR: too many process names supplied\n' },
    { line: 'fg off', says: 'ERROR: process not running\n' },
    { line: 'fg nosuch', says: 'ERROR: bad process name supplied\n' },
  ]) {
    test(`${line}: ${says.trim()}`, async () => {
      server = await scriptedServer({
        'supervisor.getProcessInfo': (name) => (name === 'off' ? info('off', 'off', 'EXITED') : new Refusal(10, 'BAD')),
      })
      const terminal = scriptedTerminal()
      const session = sessionWith(terminal, server.url)
      await runLine(session, line)
      expect({ stdout: terminal.stdout, exit: session.exitStatus }).toEqual({ stdout: says, exit: 1 })
    })
  }
})

describe('authentication', () => {
  const REQUIRED = 'Server requires authentication\n'
  const ERROR =
    "error: <class 'xmlrpc.client.ProtocolError'>, <ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>: file: supervisorctl line: 0\n"
  const methods = { 'supervisor.getPID': 7 }
  const credentials = 'joe:sec:ret'

  test('credentials that fit are sent', async () => {
    server = await scriptedServer(methods, { credentials })
    const terminal = scriptedTerminal()
    await runLine(sessionWith(terminal, server.url, { username: 'joe', password: 'sec:ret' }), 'pid')
    expect(terminal.stdout).toBe('7\n')
  })

  test('without a person to ask it is an error', async () => {
    server = await scriptedServer(methods, { credentials })
    for (const line of ['pid', 'status', 'avail']) {
      const terminal = scriptedTerminal(['joe', 'sec:ret'])
      const session = sessionWith(terminal, server.url, { username: 'joe' })
      await runLine(session, line)
      expect({ stdout: terminal.stdout, exit: session.exitStatus }).toEqual({ stdout: REQUIRED + ERROR, exit: 1 })
    }
  })

  test('a person is asked until the server is content, and the command is done', async () => {
    server = await scriptedServer(methods, { credentials })
    const terminal = scriptedTerminal(['joe', 'wrong', 'joe', 'sec:ret'])
    await runLine(sessionWith(terminal, server.url, { interactive: true }), 'pid')
    expect(terminal.stdout).toBe(`${REQUIRED}Username:\n${REQUIRED}Username:\n7\n`)
    expect(terminal.stderr).toBe('Password:Password:')
    expect(terminal.stdout + terminal.stderr).not.toContain('sec:ret')
  })
})

describe('the shell', () => {
  const methods = {
    'supervisor.getAllProcessInfo': [info('cat', 'cat', 'RUNNING', 'x')],
    'supervisor.getPID': 7,
    'supervisor.shutdown': true,
  }
  const STATUS = 'cat                              RUNNING   x\n'
  for (const { name, typed, shown, calls } of [
    { name: 'begins with status and ends at the end of input', typed: [], shown: `${STATUS}> \n` },
    { name: 'ends with quit', typed: ['quit', 'pid'], shown: `${STATUS}> \n` },
    { name: 'ends with Ctrl-C at the prompt', typed: [{ kind: 'interrupt' } as const, 'pid'], shown: `${STATUS}> \n` },
    {
      name: 'does not end with a mistake',
      typed: ['nosuch', '', 'pid'],
      shown: `${STATUS}> *** Unknown syntax: nosuch\n> > 7\n> \n`,
    },
    {
      name: 'asks before it shuts down',
      typed: ['shutdown', 'n', 'shutdown', 'Yes'],
      shown: `${STATUS}> Really shut the remote supervisord process down y/N? > Really shut the remote supervisord process down y/N? Shut down\n> \n`,
      calls: ['supervisor.getAllProcessInfo()', 'supervisor.shutdown()'],
    },
    {
      name: 'goes to another server with open',
      typed: ['open ftp://x', 'open http://127.0.0.1:1', 'pid'],
      shown: `${STATUS}> ERROR: url must be http:// or unix://\n> http://127.0.0.1:1 refused connection\n> http://127.0.0.1:1 refused connection\n> \n`,
    },
    {
      name: 'is left by Ctrl-C at a question',
      typed: ['shutdown', { kind: 'interrupt' } as const, 'pid'],
      shown: `${STATUS}> Really shut the remote supervisord process down y/N? \n`,
      calls: ['supervisor.getAllProcessInfo()'],
    },
  ]) {
    test(name, async () => {
      server = await scriptedServer(methods)
      const terminal = scriptedTerminal(typed)
      await runShell(sessionWith(terminal, server.url, { interactive: true }), '')
      expect(terminal.stdout).toBe(shown)
      if (calls !== undefined) expect(server.calls).toEqual(calls)
    })
  }

  test('is left by Ctrl-C while a command waits for the server', async () => {
    let stop = () => {}
    const asked = new Promise<void>((resolve) => {
      stop = resolve
    })
    server = await scriptedServer({ 'supervisor.getAllProcessInfo': [] }, { streams: {} })
    const terminal = scriptedTerminal(['pid'])
    const session = sessionWith(terminal, server.url, { interactive: true })
    // The second command never gets its answer.
    const ask = session.ask
    session.ask = (method, params, read) => {
      if (method !== 'supervisor.getPID') return ask(method, params, read)
      stop()
      return new Promise(() => {})
    }
    const ended = runShell(session, '')
    await asked
    terminal.pressCtrlC()
    await ended
    expect(terminal.stdout).toBe('> \n')
  })

  test('names are completed from one answer for each line', async () => {
    server = await scriptedServer(methods)
    const terminal = scriptedTerminal(['', ''])
    const session = sessionWith(terminal, server.url, { interactive: true })
    const readLine = terminal.readLine
    const found: (readonly string[])[] = []
    terminal.readLine = async (request) => {
      for (const line of ['start ', 'start c']) {
        const completed = await request.complete?.(line)
        if (completed !== undefined) found.push(completed[0])
      }
      return readLine(request)
    }
    await runShell(session, '')
    expect(found).toEqual(Array(6).fill(['cat ']))
    // Once for `status`, once for each of the three prompts.
    expect(server.calls).toHaveLength(4)
  })
})
