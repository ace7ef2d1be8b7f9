import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createHttpServer } from '../../src/api/http-server.js'
import { answerRequest } from '../../src/api/routes.js'
import { groupsOf, keptLog, liveDaemon } from './live-operator.js'

const PYTHON = '/usr/bin/python3'

const SCRIPT = `
import json, sys, xmlrpc.client
server = xmlrpc.client.ServerProxy(sys.argv[1])
s = server.supervisor
def fault(call):
    try: return call()
    except xmlrpc.client.Fault as f: return [f.faultCode, f.faultString]
out = [
    s.getState(),
    s.getProcessInfo('cat')['statename'],
    [p['name'] for p in s.getAllProcessInfo()],
    s.getAllConfigInfo()[1]['stdout_logfile_maxbytes'],
    s.sendProcessStdin('cat', 'a<b>&\\u00e9\\U0001f600'),
    fault(lambda: s.startProcess('nosuch')),
    fault(lambda: s.startProcess('cat')),
    server.system.methodSignature('supervisor.startProcess'),
    server.system.multicall([{'methodName': 'supervisor.getPID', 'params': []}, {'methodName': 'x', 'params': []}]),
    s.sendRemoteCommEvent('type', xmlrpc.client.Binary('bytes'.encode())),
]
print(json.dumps(out))
`

const run = promisify(execFile)

test('Python’s own client understands our answers and we understand its calls', async () => {
  if (!existsSync(PYTHON)) {
    console.log(`skipped: there is no ${PYTHON}`)
    return
  }
  const stream = { captureBytesMax: 0, eventsEnabled: false, syslog: false, logBackups: 0 }
  const stdout = { ...stream, logfile: { kind: 'none' }, logBytesMax: 5 * 1024 ** 3 } as const
  const daemon = liveDaemon(groupsOf({ name: 'cat', stdout }, 'g:a'))
  daemon.operator.start(['cat:cat'])
  daemon.started('cat')
  const log = keptLog()
  const site = { operator: daemon.operator, log, version: '4.3.0', namespaces: ['supervisor'], credentials: null }
  const server = createHttpServer((request, response) => void answerRequest(request, response, site), log)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answer = await run(PYTHON, ['-c', SCRIPT, url])
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(JSON.parse(answer.stdout)).toEqual([
    { statecode: 1, statename: 'RUNNING' },
    'RUNNING',
    ['cat', 'a'],
    5 * 1024 ** 3,
    true,
    [10, 'BAD_NAME: nosuch'],
    [60, 'ALREADY_STARTED: cat'],
    ['boolean', 'string', 'boolean'],
    [4711, { faultCode: 1, faultString: 'UNKNOWN_METHOD' }],
    true,
  ])
  expect(daemon.calls).toEqual([
    ['stdin', 'cat:cat', 'a<b>&\u00e9\u{1f600}'],
    ['event', 'type', 'bytes'],
  ])
})
