import { describe, expect, test } from 'vitest'
import type { ErrorDocument, JsonAnswer } from '../../src/api/json/answers.js'
import type { DiffDocument } from '../../src/api/json/diff-document.js'
import type { StatusDocument } from '../../src/api/json/status.js'
import { answerJson, handleJson } from '../../src/api/json.js'
import type { Diagnostic } from '../../src/model/diagnostic.js'
import type { DiffReport } from '../../src/model/operator.js'
import { changeOf, fieldChange } from '../support/changes.js'
import { documentProblems } from '../support/document.js'
import { HOLD } from '../support/specs.js'
import { type FakeDaemon, fakeDaemon, NO_CHANGES, NOW_MS, RUNNING, viewOf } from './fake-operator.js'

const DIAGNOSTIC: Diagnostic = {
  severity: 'error',
  code: 'CONFIG_BAD_NUMBER',
  message: 'Cannot read startsecs as a number of seconds: "hunter2 "x" y"',
  at: { file: '/etc/x.conf', line: 12, column: 11 },
  excerpt: 'startsecs=hunter2',
  help: 'write hunter2 as a number',
  classic: "invalid literal for int() with base 10: 'hunter2'",
}

function ask(
  daemon: ReturnType<typeof fakeDaemon>,
  method: string,
  target: string,
  body?: unknown,
): JsonAnswer & { readonly document: { readonly schema: string } } {
  const url = new URL(target, 'http://localhost')
  const answer = handleJson(method, `/api/v1/${url.pathname.slice(1)}`, url.searchParams, body, daemon.operator)
  if (answer === null) throw new Error('no route')
  return answer
}

describe('status', () => {
  const daemon = () =>
    fakeDaemon({
      views: [
        viewOf('workers', 'w_10', RUNNING),
        viewOf('workers', 'w_02', { phase: 'STOPPED', stoppedBy: 'Operator', stoppedWallMs: NOW_MS - 5_000 }),
        viewOf('cat', 'cat', RUNNING),
      ],
    })

  test('lists everything by group and name, with what people ask of each', () => {
    const document = ask(daemon(), 'GET', 'status').document as StatusDocument
    expect(document.processes.map(({ name }) => name)).toEqual(['cat', 'workers:w_02', 'workers:w_10'])
    expect(document.processes[0]).toMatchObject({
      state: 'RUNNING',
      stateCode: 20,
      pid: 42,
      description: 'pid 42, uptime 0:01:01',
      uptimeMs: 61_000,
      verdict: 'ok',
    })
    expect(document.daemon).toEqual({
      identifier: 'supervisor',
      pid: 4711,
      state: 'RUNNING',
      revision: 3,
      file: '/etc/supervisord.conf',
      converged: true,
    })
  })

  for (const { name, query, rows, unknown } of [
    {
      name: 'names keep their order and may repeat',
      query: 'name=workers:*&name=cat&name=cat',
      rows: ['workers:w_02', 'workers:w_10', 'cat', 'cat'],
      unknown: [],
    },
    {
      name: 'all wins over other names',
      query: 'name=nosuch&name=all',
      rows: ['cat', 'workers:w_02', 'workers:w_10'],
      unknown: [],
    },
    {
      name: 'a bare group name is a process nobody has',
      query: 'name=workers',
      rows: [],
      unknown: [{ name: 'workers', kind: 'process', suggestion: 'workers:*' }],
    },
    {
      name: 'an unknown group is told apart',
      query: 'name=nosuch:',
      rows: [],
      unknown: [{ name: 'nosuch', kind: 'group', suggestion: null }],
    },
    {
      name: 'a mistyped name tells which is near',
      query: 'name=cta&name=worker:*&name=workers:w_03',
      rows: [],
      unknown: [
        { name: 'cta', kind: 'process', suggestion: 'cat' },
        { name: 'worker', kind: 'group', suggestion: 'workers:*' },
        { name: 'workers:w_03', kind: 'process', suggestion: 'workers:w_02' },
      ],
    },
    {
      name: 'a process without its group tells where it is',
      query: 'name=w_10',
      rows: [],
      unknown: [{ name: 'w_10', kind: 'process', suggestion: 'workers:w_10' }],
    },
    {
      name: 'names of object members are names',
      query: 'name=__proto__&name=constructor:x',
      rows: [],
      unknown: [
        { name: '__proto__', kind: 'process', suggestion: null },
        { name: 'constructor:x', kind: 'process', suggestion: null },
      ],
    },
  ])
    test(name, () => {
      const document = ask(daemon(), 'GET', `status?${query}`).document as StatusDocument
      expect(document.processes.map((row) => row.name)).toEqual(rows)
      expect(document.unknown).toEqual(unknown)
    })
})

describe('diff', () => {
  const report: DiffReport = {
    ...NO_CHANGES,
    processes: [
      changeOf({
        key: 'web:web',
        effect: 'restart',
        change: 'changed',
        fields: [
          fieldChange('command', 'a', 'b'),
          fieldChange('environment.TOKEN', 'hunter1', 'hunter2'),
          fieldChange('environment', null, { KEY: 'hunter3' }),
        ],
      }),
      changeOf({ key: 'new:n_0', effect: 'start', change: 'added' }),
    ],
    daemonFields: [
      fieldChange(
        'servers',
        [{ section: 'inet_http_server', credentials: { username: 'u', password: 'hunter4' } }],
        [],
      ),
      fieldChange('unix_http_server.password', 'hunter5', null),
    ],
  }
  const daemon = () => fakeDaemon({ views: [viewOf('web', 'web', RUNNING)], diff: { ok: true, report } })

  test('never shows values of environments and passwords, nor drops their names', () => {
    const text = JSON.stringify(ask(daemon(), 'GET', 'diff').document)
    expect(text).not.toMatch(/hunter/)
    expect(text).toContain('"field":"environment.TOKEN","from":"<hidden>","to":"<hidden>"')
    expect(text).toContain('"KEY":"<hidden>"')
    expect(text).toContain('"field":"unix_http_server.password","from":"<hidden>","to":null')
    expect(text).toContain('"field":"command","from":"a","to":"b"')
  })

  for (const { name, query, rows, unknown, notShown } of [
    { name: 'without names everything is shown', query: '', rows: ['web', 'new:n_0'], unknown: 0, notShown: 0 },
    { name: 'a name limits the rows', query: '?name=web', rows: ['web'], unknown: 0, notShown: 1 },
    {
      name: 'a group that is about to appear can be named',
      query: '?name=new',
      rows: ['new:n_0'],
      unknown: 0,
      notShown: 1,
    },
    { name: 'a name that is nowhere is unknown', query: '?name=wbe', rows: [], unknown: 1, notShown: 2 },
  ])
    test(name, () => {
      const document = ask(daemon(), 'GET', `diff${query}`).document as DiffDocument
      expect(document.processes.map((row) => row.name)).toEqual(rows)
      expect(document.unknown.length).toBe(unknown)
      expect(document.notShown).toBe(notShown)
    })

  test('a file that is not in place is marked as such', () => {
    const document = ask(daemon(), 'POST', 'diff', { file: '/tmp/next.conf' }).document as DiffDocument
    expect(document).toMatchObject({
      candidate: { inPlace: false, revision: null },
      file: '/tmp/next.conf',
      acceptedFile: '/etc/supervisord.conf',
    })
  })

  test('errors in the own file are told in full, in a named file without its text', () => {
    const broken = fakeDaemon({ diff: { ok: false, classic: '', errors: [DIAGNOSTIC] } })
    const own = ask(broken, 'GET', 'diff')
    expect(own.status).toBe(422)
    expect((own.document as ErrorDocument).diagnostics).toEqual([DIAGNOSTIC])
    const named = ask(broken, 'POST', 'diff', { file: '/etc/shadow' })
    expect(named.status).toBe(422)
    expect(JSON.stringify(named.document)).not.toMatch(/hunter2/)
    expect((named.document as ErrorDocument).diagnostics[0]).toMatchObject({ code: DIAGNOSTIC.code, at: DIAGNOSTIC.at })
  })

  for (const file of ['next.conf', '', '/a\0b', '~/x'])
    test(`a file that is no absolute path is refused: ${JSON.stringify(file)}`, () => {
      expect(ask(daemon(), 'POST', 'diff', { file }).status).toBe(400)
    })
})

describe('apply', () => {
  test('accepts and says what follows', () => {
    const daemon = fakeDaemon({ apply: { ok: true, revision: 4, report: NO_CHANGES } })
    const answer = ask(daemon, 'POST', 'apply', { allowRemovals: true })
    expect(answer).toMatchObject({ status: 200, document: { schema: 'svctl.accepted/v1', revision: 4 } })
    const cause = { what: 'svctl apply', by: null }
    expect(daemon.calls).toEqual([['apply', { groups: null, allowRemovals: true, expect: null, cause }]])
    expect(documentProblems(answer.document)).toBe('')
  })

  for (const { name, body, wanted } of [
    {
      name: 'groups',
      body: { groups: ['web', 'workers:*', 'api:', 'x:x'] },
      wanted: { groups: ['web', 'workers', 'api', 'x'] },
    },
    { name: 'all', body: { groups: ['web', 'all'] }, wanted: { groups: null } },
    { name: 'a revision', body: { expect: { revision: 7 } }, wanted: { expect: { revision: 7, fingerprint: null } } },
    {
      name: 'a revision and what the file meant',
      body: { expect: { revision: 7, fingerprint: '1a2b3c4d' } },
      wanted: { expect: { revision: 7, fingerprint: '1a2b3c4d' } },
    },
  ])
    test(`takes ${name}`, () => {
      const daemon = fakeDaemon()
      expect(ask(daemon, 'POST', 'apply', body).status).toBe(200)
      expect(daemon.calls).toMatchObject([['apply', wanted]])
    })

  for (const { name, body, message } of [
    { name: 'a part of a group', body: { groups: ['g:p'] }, message: /write "g"/ },
    { name: 'no groups', body: { groups: [] }, message: /leave it out for all/ },
    { name: 'an expectation without a revision', body: { expect: {} }, message: /expect\.revision/ },
    { name: 'a fingerprint that is none', body: { expect: { revision: 1, fingerprint: 'xyz' } }, message: /"xyz"/ },
  ])
    test(`refuses ${name}`, () => {
      const daemon = fakeDaemon()
      const { status, document } = ask(daemon, 'POST', 'apply', body)
      expect({ status, document }).toMatchObject({ status: 400, document: { message: expect.stringMatching(message) } })
      expect(documentProblems(document)).toBe('')
      expect(daemon.calls).toEqual([])
    })

  test('what has moved answers 409 with what is there now', () => {
    const daemon = fakeDaemon({
      apply: { ok: false, reason: 'moved', revision: 8, fingerprint: '1a2b3c4d5e6f7a8b' },
    })
    const revision = ask(daemon, 'POST', 'apply', { expect: { revision: 7 } })
    expect(revision).toMatchObject({
      status: 409,
      document: { code: 'REVISION_MOVED', message: 'Revision 8 is accepted by now, not 7; nothing was changed' },
    })
    const content = ask(daemon, 'POST', 'apply', { expect: { revision: 8, fingerprint: 'ffffffff' } })
    expect(content.document).toMatchObject({ message: expect.stringMatching(/fingerprint is 1a2b3c4d, not ffffffff/) })
  })

  test('a guard answers 409 with what was about to happen', () => {
    const refusal = { code: 'EMPTY', message: 'removes all', command: 'svctl apply --allow-removals' } as const
    const daemon = fakeDaemon({ apply: { ok: false, reason: 'guard', refusal, report: NO_CHANGES } })
    const answer = ask(daemon, 'POST', 'apply', {})
    expect(answer.status).toBe(409)
    expect(answer.document).toMatchObject({ code: 'GUARD_REFUSED', diff: { guard: refusal } })
  })

  for (const { name, body } of [
    { name: 'a misspelt field', body: { allow_removals: true } },
    { name: 'a text for a flag', body: { allowRemovals: 'false' } },
    { name: 'a list', body: [] },
    { name: 'nothing', body: undefined },
  ])
    test(`changes nothing for ${name}`, () => {
      const daemon = fakeDaemon()
      expect(ask(daemon, 'POST', 'apply', body).status).toBe(400)
      expect(daemon.calls).toEqual([])
    })

  test('changes nothing while the daemon goes down', () => {
    const daemon = fakeDaemon({ state: 'SHUTDOWN' })
    expect(ask(daemon, 'POST', 'apply', {}).status).toBe(503)
    expect(daemon.calls).toEqual([])
  })
})

describe('verbs', () => {
  const views: FakeDaemon['views'] = [
    viewOf('late', 'late', { phase: 'STOPPED' }, { spec: { name: 'late', priority: 9 } }),
    viewOf('early', 'early', { phase: 'EXITED', expected: true }, { spec: { name: 'early', priority: 1 } }),
    viewOf('up', 'up', RUNNING),
    viewOf('nofile', 'nofile', { phase: 'FATAL' }),
    viewOf('held', 'held', { phase: 'STOPPED' }, { override: { hold: HOLD, runRequest: 0, stopRequest: 1 } }),
  ]

  for (const { verb, names, calls, answers } of [
    {
      verb: 'start',
      names: ['late', 'early', 'late', 'up', 'nofile', 'held'],
      calls: [['start', 'early:early', 'late:late', 'held:held']],
      answers: { early: 'requested', late: 'requested', up: 'already-started', nofile: 'refused', held: 'requested' },
    },
    {
      verb: 'stop',
      names: ['up', 'held'],
      calls: [['stop', 'up:up']],
      answers: { up: 'requested', held: 'not-running' },
    },
    {
      verb: 'restart',
      names: ['up', 'nofile'],
      calls: [['restart', 'up:up']],
      answers: { up: 'requested', nofile: 'refused' },
    },
    {
      verb: 'release',
      names: ['up', 'held'],
      calls: [['release', 'held:held']],
      answers: { up: 'not-held', held: 'requested' },
    },
    { verb: 'start', names: ['up'], calls: [], answers: { up: 'already-started' } },
  ] as const)
    test(`${verb} ${names.join(' ')} asks ${JSON.stringify(calls)}`, () => {
      const daemon = fakeDaemon({ views })
      const { document } = ask(daemon, 'POST', verb, { names })
      expect(daemon.calls).toEqual(calls)
      if (document.schema !== 'svctl.requested/v1') throw new Error(document.schema)
      expect(Object.fromEntries(document.processes.map(({ name, answer }) => [name, answer]))).toEqual(answers)
    })

  test('one unknown name and nothing is asked', () => {
    const daemon = fakeDaemon({ views })
    const answer = ask(daemon, 'POST', 'stop', { names: ['up', 'nosuch'] })
    expect(answer).toMatchObject({ status: 404, document: { code: 'UNKNOWN_NAME', unknown: [{ name: 'nosuch' }] } })
    expect(daemon.calls).toEqual([])
  })

  test('no names is refused rather than taken for all', () => {
    const daemon = fakeDaemon({ views })
    expect(ask(daemon, 'POST', 'stop', { names: [] }).status).toBe(400)
    expect(daemon.calls).toEqual([])
  })
})

describe('the way in', () => {
  const send = (method: string, target: string, contentType = '', body = '') =>
    answerJson({ method, target, contentType, body: Buffer.from(body) }, fakeDaemon().operator)

  test('targets elsewhere are not ours', () => {
    for (const target of ['/', '/RPC2', '/api/v1', '/api/v2/status', '/x/api/v1/status'])
      expect(send('GET', target)).toBeNull()
  })

  for (const { name, request, status } of [
    { name: 'a read', request: ['GET', '/api/v1/status?name=cat'], status: 200 },
    { name: 'an unknown path', request: ['GET', '/api/v1/nope'], status: 404 },
    { name: 'a member of Object', request: ['GET', '/api/v1/constructor'], status: 404 },
    { name: 'a change by GET', request: ['GET', '/api/v1/apply'], status: 405 },
    { name: 'a method nobody has', request: ['PURGE', '/api/v1/status'], status: 405 },
    {
      name: 'a form of another site',
      request: ['POST', '/api/v1/apply', 'application/x-www-form-urlencoded', '{}'],
      status: 415,
    },
    { name: 'plain text of another site', request: ['POST', '/api/v1/apply', 'text/plain', '{}'], status: 415 },
    { name: 'no content type', request: ['POST', '/api/v1/apply', '', '{}'], status: 415 },
    {
      name: 'a content type with a parameter',
      request: ['POST', '/api/v1/apply', 'Application/JSON; charset=utf-8', '{}'],
      status: 200,
    },
    { name: 'half a document', request: ['POST', '/api/v1/apply', 'application/json', '{'], status: 400 },
    { name: 'no document', request: ['POST', '/api/v1/apply', 'application/json', ''], status: 400 },
  ] as const)
    test(`${name} is answered with ${status}`, () => {
      const [method, target, contentType, body] = request
      const answer = send(method, target, contentType, body)
      expect(answer?.status).toBe(status)
      expect(answer?.headers['Content-Length']).toBe(String(Buffer.byteLength(answer?.body ?? '')))
      expect(JSON.parse(answer?.body ?? '')).toHaveProperty('schema')
    })

  test('405 says what is allowed', () => {
    expect(send('DELETE', '/api/v1/diff')?.headers.Allow).toBe('GET, POST')
  })

  test('a body that is no UTF-8 is refused', () => {
    const body = Uint8Array.from([0x7b, 0xff, 0x7d])
    const request = { method: 'POST', target: '/api/v1/apply', contentType: 'application/json', body }
    expect(answerJson(request, fakeDaemon().operator)?.status).toBe(400)
  })
})
