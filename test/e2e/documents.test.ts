import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { documentProblems } from '../support/document.js'
import { type Daemon, startDaemon } from './harness.js'

const SCHEMAS = fileURLToPath(new URL('../../schemas/', import.meta.url))
const KINDS = readdirSync(SCHEMAS).flatMap((name) => /^svctl\.([a-z]+)\.v1\.json$/.exec(name)?.[1] ?? [])
/** Without a daemon, or only while following: test/cli/svctl-files.test.ts, svctl-access.test.ts, test/e2e/telling.test.ts. */
const ELSEWHERE = ['created', 'password', 'event', 'upgrade']

/** What the daemon answers to a client that asks for it itself. */
function post({ socket }: Daemon, path: string, body: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' }
    const sent = request({ socketPath: socket, method: 'POST', path: `/api/v1/${path}`, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject).end(JSON.stringify(body))
  })
}

test('whatever a daemon and svctl print as JSON is as its schema says', async () => {
  const numbered = { process_name: '%(program_name)s_%(process_num)d', startsecs: 0 }
  const cats = (programs: readonly string[]) => ({
    programs: Object.fromEntries(
      programs.map((name) => [name, { command: "/bin/sh -c 'echo hello; exec cat'", ...numbered }]),
    ),
    supervisord: { converge: 'manual' },
  })
  const daemon = await startDaemon(cats(['a']))
  const seen = new Map<string, string>()
  const take = (text: string) => {
    const document = JSON.parse(text) as { readonly schema: string }
    expect([document.schema, documentProblems(document)]).toEqual([document.schema, ''])
    seen.set(document.schema.replace(/^svctl\.(.*)\/v1$/, '$1'), text)
  }
  const run = async (...args: readonly string[]) => take((await daemon.svctl(...args, '-o', 'json')).stdout)
  const lines = async (...args: readonly string[]) => {
    const { stdout } = await daemon.svctl(...args, '-o', 'json')
    for (const line of stdout.trim().split('\n')) take(line)
  }
  const ask = async (path: string, body: object) => take(await post(daemon, path, body))
  const file = join(daemon.dir, 'supervisord.conf')

  daemon.configure(cats(['a', 'b']))
  await run('diff')
  await run('apply')
  daemon.configure(cats(['a', 'b', 'c']))
  await ask('apply', {})
  await ask('scale', { programs: { a: 2 } })
  await ask('stop', { names: ['b:*'] })
  await Promise.all([run('scale', 'a=1'), run('start', 'b:*')])
  await ask('rollback', {})
  await Promise.all(
    [
      ['status'],
      ['drift'],
      ['wait', '--for=running'],
      ['history'],
      ['show-revision', '1'],
      ['explain', 'a:a_0'],
      ['explain', 'startsecs'],
      ['events'],
      ['check', '-c', file],
      ['config', '-c', file],
      ['convert', file],
      ['version'],
      ['healthcheck'],
      ['explain', 'nobody'],
    ].map((args) => run(...args)),
  )
  await lines('logs', '--lines', '1', 'a')
  expect(KINDS.filter((kind) => !seen.has(kind) && !ELSEWHERE.includes(kind))).toEqual([])
})
