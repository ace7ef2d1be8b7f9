import { existsSync, mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Daemon, startDaemon } from './harness.js'
import { testWith } from './needs.js'
import { descriptors } from './processes.js'
import { cleanEnv, eventually, run } from './run.js'

/** A FastCGI responder on descriptor 0: answers each request with its pid and what it was asked. */
const RESPONDER = `
import { createServer } from 'node:net'
const record = (type, id, body) => {
  const head = Buffer.from([1, type, 0, id, 0, 0, 0, 0])
  head.writeUInt16BE(body.length, 4)
  return Buffer.concat([head, body])
}
createServer((socket) => {
  let buffer = Buffer.alloc(0)
  let uri = ''
  socket.on('error', () => {})
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data])
    while (buffer.length >= 8) {
      const [type, id, length] = [buffer[1], buffer[3], buffer.readUInt16BE(4)]
      const whole = 8 + length + buffer[6]
      if (buffer.length < whole) return
      const body = buffer.subarray(8, 8 + length)
      buffer = buffer.subarray(whole)
      if (type === 4) uri += /REQUEST_URI([/\\w]*)/.exec(body.toString('latin1'))?.[1] ?? ''
      if (type !== 5 || length > 0) continue
      const text = 'Content-Type: text/plain\\r\\n\\r\\npid ' + process.pid + ' asked for ' + uri + '\\n'
      socket.write(record(6, id, Buffer.from(text)))
      socket.end(Buffer.concat([record(6, id, Buffer.alloc(0)), record(3, id, Buffer.alloc(8))]))
    }
  })
}).listen({ fd: 0 }, () => process.stdout.write('listening\\n'))
`
const FILES = { 'responder.mjs': RESPONDER }
const RESPOND = `${process.execPath} responder.mjs`

const fcgi = (name: string, socket: string, more = '', command = RESPOND) =>
  `[fcgi-program:${name}]\ncommand=${command}\nsocket=${socket}\ndirectory=%(here)s\n${more}\n`

async function ask(address: string): Promise<string> {
  const env = { ...cleanEnv(), REQUEST_METHOD: 'GET', REQUEST_URI: '/hello', SCRIPT_FILENAME: '/x' }
  const { stdout } = await run('cgi-fcgi', ['-bind', '-connect', address], { env, timeoutMs: 5_000 })
  return stdout
}

/** A port that nobody had a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const listening = (daemon: Daemon, name: string) =>
  eventually(`${name} listens`, async () => (await daemon.ctl('tail', name)).stdout.includes('listening'))

describe('an fcgi-program', () => {
  testWith('cgi-fcgi')('shares one socket among its processes, which opens again after their end', async () => {
    const daemon = await startDaemon({
      files: FILES,
      more: fcgi('web', 'unix://%(here)s/web.sock', 'numprocs=2\nprocess_name=%(process_num)d\nsocket_mode=0770'),
    })
    const socket = join(daemon.dir, 'web.sock')
    const [a, b] = [await daemon.until('web:0', 'RUNNING'), await daemon.until('web:1', 'RUNNING')]
    expect(descriptors(a.pid)[0]).toMatch(/^socket:/)
    expect(descriptors(b.pid)[0]).toBe(descriptors(a.pid)[0])
    expect(statSync(socket).mode & 0o777).toBe(0o770)
    await listening(daemon, 'web:0')
    expect(await ask(socket)).toMatch(/pid \d+ asked for \/hello/)

    process.kill(a.pid, 'SIGKILL')
    process.kill(b.pid, 'SIGKILL')
    const { pid } = await daemon.untilReplaced('web:0', a.pid)
    await daemon.untilReplaced('web:1', b.pid)
    await eventually('the new ones answer', async () => (await ask(socket)).includes('asked for /hello'))
    expect(descriptors(pid)[0]).toMatch(/^socket:/)

    await daemon.ctl('stop', 'web:*')
    expect(existsSync(socket)).toBe(false)
    await daemon.ctl('start', 'web:*')
    await eventually('they answer again', async () => (await ask(socket)).includes('asked for /hello'))
    const lines = daemon.log().match(/\w+ing socket/g)
    expect(lines?.slice(0, 3)).toEqual(['Creating socket', 'Closing socket', 'Creating socket'])
    expect(await daemon.stop()).toBe(0)
    expect(existsSync(socket)).toBe(false)
  })

  testWith('cgi-fcgi')('has its socket in a group too', async () => {
    const daemon = await startDaemon({
      files: FILES,
      groups: { site: { programs: 'web,api' } },
      more: fcgi('web', 'unix://%(here)s/web.sock') + fcgi('api', 'unix://%(here)s/api.sock'),
    })
    await daemon.until('site:web', 'RUNNING')
    const { pid } = await daemon.until('site:api', 'RUNNING')
    await eventually('it answers', async () =>
      (await ask(join(daemon.dir, 'api.sock'))).includes(`pid ${pid} asked for /hello`),
    )
  })

  testWith('nginx', 'curl')('serves nginx, over unix and over TCP', async () => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `  ${kind}_temp_path @DIR@/${kind};`,
    )
    const conf = [
      'daemon off;',
      'worker_processes 1;',
      'user root;',
      'pid @DIR@/nginx.pid;',
      'error_log /dev/stderr notice;',
      'events {}',
      'http {',
      '  access_log off;',
      ...temporary,
      '  server {',
      '    listen unix:@DIR@/http.sock;',
      '    fastcgi_param REQUEST_URI $request_uri;',
      '    location /unix { fastcgi_pass unix:@DIR@/web.sock; }',
      '    location /tcp { fastcgi_pass 127.0.0.1:@PORT@; }',
      '  }',
      '}',
    ].join('\n')
    const port = await freePort()
    const daemon = await startDaemon({
      files: FILES,
      more: fcgi('web', 'unix://%(here)s/web.sock') + fcgi('tcp', `tcp://localhost:${port}`),
    })
    writeFileSync(
      join(daemon.dir, 'nginx.conf'),
      conf.replaceAll('@DIR@', daemon.dir).replaceAll('@PORT@', String(port)),
    )
    daemon.configure({
      programs: { nginx: { command: `nginx -p ${daemon.dir} -c ${daemon.dir}/nginx.conf`, stopsignal: 'QUIT' } },
      more: fcgi('web', 'unix://%(here)s/web.sock') + fcgi('tcp', `tcp://localhost:${port}`),
    })
    await daemon.until('nginx', 'RUNNING')
    for (const name of ['web', 'tcp']) await daemon.until(name, 'RUNNING')
    const get = async (path: string) =>
      (await run('curl', ['-s', '--unix-socket', join(daemon.dir, 'http.sock'), `http://localhost${path}`])).stdout
    for (const [path, name] of [
      ['/unix', 'web'],
      ['/tcp', 'tcp'],
    ] as const) {
      const { pid } = await daemon.process(name)
      await eventually(`${path} is answered`, async () => (await get(path)) === `pid ${pid} asked for ${path}\n`)
    }
  })

  test('whose socket cannot be opened again fails to start, and says why; the daemon goes on', async () => {
    const daemon = await startDaemon({
      programs: { cat: { command: 'cat' } },
      more: fcgi('web', 'unix://%(here)s/run/web.sock', 'startretries=0\nautostart=false', 'sleep 1000'),
      files: {},
      env: {},
      prefix: ['sh', '-c', 'mkdir run; exec "$@"', 'sh'],
    })
    const folder = join(daemon.dir, 'run')
    await daemon.ctl('start', 'web')
    expect((await daemon.process('web')).statename).toBe('RUNNING')
    await daemon.ctl('stop', 'web')
    rmdirSync(folder)
    expect((await daemon.ctl('start', 'web')).stdout).toBe('web: ERROR (spawn error)\n')
    expect((await daemon.process('web')).spawnerr).toBe(
      `Could not create FastCGI socket unix://${folder}/web.sock: [Errno 2] No such file or directory`,
    )
    mkdirSync(folder)
    expect((await daemon.ctl('start', 'web')).stdout).toBe('web: started\n')
    await daemon.until('cat', 'RUNNING')
  })

  test('whose address another one has fails to start until that one is gone', async () => {
    const socket = 'unix://%(here)s/web.sock'
    const daemon = await startDaemon({
      more:
        fcgi('one', socket, '', 'sleep 1000') + fcgi('two', socket, 'autostart=false\nstartretries=0', 'sleep 1000'),
    })
    await daemon.until('one', 'RUNNING')
    expect((await daemon.ctl('start', 'two')).stdout).toBe('two: ERROR (spawn error)\n')
    expect((await daemon.process('two')).spawnerr).toContain('[Errno 98] Address already in use')
    await daemon.ctl('stop', 'one')
    expect((await daemon.ctl('start', 'two')).stdout).toBe('two: started\n')
    expect((await daemon.ctl('start', 'one')).stdout).toBe('one: ERROR (spawn error)\n')
  })

  test('whose address is taken by somebody else ends the start of the daemon, with the reason', async () => {
    const first = await startDaemon({ more: fcgi('web', 'unix://%(here)s/web.sock', '', 'sleep 1000') })
    await first.until('web', 'RUNNING')
    const url = `unix://${first.dir}/web.sock`
    const second = startDaemon({ more: fcgi('web', url, '', 'sleep 1000') })
    const error = `Could not create FastCGI socket ${url}: [Errno 98] Address already in use`
    await expect(second).rejects.toThrow(/^supervisord ended with 1\n/)
    await expect(second).rejects.toThrow(`CRIT ${error}\nerror: ${error}\n`)
    expect(existsSync(join(first.dir, 'web.sock'))).toBe(true)
  })

  test('takes on another mode without losing its socket', async () => {
    const more = (mode: string) => fcgi('web', 'unix://%(here)s/web.sock', `socket_mode=${mode}`, 'sleep 1000')
    const daemon = await startDaemon({ more: more('0700') })
    const { pid } = await daemon.until('web', 'RUNNING')
    daemon.configure({ more: more('0777') })
    await daemon.untilReplaced('web', pid)
    expect(statSync(join(daemon.dir, 'web.sock')).mode & 0o777).toBe(0o777)
  })
})
