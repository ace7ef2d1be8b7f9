import { rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { startDaemon } from './harness.js'
import { testWith } from './needs.js'
import { alive, killHard } from './processes.js'
import { eventually } from './run.js'

describe('nginx', () => {
  testWith('nginx')('is started, replaced after kill -9, reconfigured and stopped', async () => {
    const conf = (text: string) =>
      [
        'daemon off;',
        'worker_processes 1;',
        'pid @DIR@/nginx.pid;',
        'error_log /dev/stderr notice;',
        'events {}',
        'http {',
        '  access_log /dev/stdout;',
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path @DIR@/${kind};`),
        '  server {',
        '    listen unix:@DIR@/web.sock;',
        `    location / { return 200 "${text}"; }`,
        '  }',
        '}',
      ].join('\n')
    const program = (dir: string, file: string) => ({
      command: `nginx -p ${dir} -c ${dir}/${file}`,
      stopsignal: 'QUIT',
      killasgroup: true,
      autorestart: true,
    })
    const daemon = await startDaemon({ programs: {} })
    const web = join(daemon.dir, 'web.sock')
    writeFileSync(join(daemon.dir, 'one.conf'), conf('one').replaceAll('@DIR@', daemon.dir))
    writeFileSync(join(daemon.dir, 'two.conf'), conf('two').replaceAll('@DIR@', daemon.dir))
    daemon.configure({ programs: { nginx: program(daemon.dir, 'one.conf') } })

    await daemon.until('nginx', 'RUNNING')
    expect(await answer(web)).toBe('one')
    const { pid: first } = await daemon.process('nginx')
    await eventually('the access log goes through the pipe', async () =>
      (await daemon.ctl('tail', 'nginx')).stdout.includes('"GET / HTTP/1.1" 200'),
    )

    // A master killed with -9 leaves its socket and its worker. The latter carries no mark: nginx writes its title over
    // its environment. It is the last of the master's group.
    rmSync(web)
    process.kill(first, 'SIGKILL')
    onTestFinished(() => killHard(-first))
    const { pid: second } = await daemon.untilReplaced('nginx', first)
    expect(await answer(web)).toBe('one')

    daemon.configure({ programs: { nginx: program(daemon.dir, 'two.conf') } })
    await eventually('the new configuration answers', async () => (await answer(web)) === 'two')
    const { pid: third } = await daemon.process('nginx')
    expect(third).not.toBe(second)

    expect((await daemon.ctl('stop', 'nginx')).stdout).toBe('nginx: stopped\n')
    expect(alive(third)).toBe(false)
    expect(await daemon.stop()).toBe(0)
  })
})

describe('redis-server', () => {
  testWith('redis-server')(
    'is started, replaced after kill -9, reconfigured and stopped with its data saved',
    async () => {
      const program = (dir: string, maxClients: number) => ({
        command: `redis-server --port 0 --unixsocket ${dir}/redis.sock --dir ${dir} --appendonly yes --maxclients ${maxClients}`,
        autorestart: true,
        priority: 10,
      })
      const daemon = await startDaemon({ programs: {} })
      const socket = join(daemon.dir, 'redis.sock')
      daemon.configure({ programs: { redis: program(daemon.dir, 100) } })
      await daemon.until('redis', 'RUNNING')
      expect(await redis(socket, 'SET answer 42')).toBe('+OK')
      const { pid: first } = await daemon.process('redis')

      process.kill(first, 'SIGKILL')
      await daemon.untilReplaced('redis', first)
      expect(await redis(socket, 'GET answer')).toBe('$2\r\n42')

      daemon.configure({ programs: { redis: program(daemon.dir, 50) } })
      await eventually('it runs with the new option', async () =>
        (await redis(socket, 'CONFIG GET maxclients').catch(() => '')).endsWith('\r\n50'),
      )
      expect(await redis(socket, 'GET answer')).toBe('$2\r\n42')

      const { pid: last } = await daemon.until('redis', 'RUNNING')
      expect((await daemon.ctl('stop', 'redis')).stdout).toBe('redis: stopped\n')
      expect(alive(last)).toBe(false)
      expect((await daemon.process('redis')).exitstatus).toBe(0)
      expect(await daemon.stop()).toBe(0)
    },
  )
})

/** Body of GET / over a unix socket, once somebody answers. */
function answer(socketPath: string): Promise<string> {
  const once = () =>
    new Promise<string | undefined>((resolve) => {
      const sent = request({ socketPath, path: '/', agent: false }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text
        })
        response.on('end', () => resolve(body))
      })
      sent.on('error', () => resolve(undefined))
      sent.end()
    })
  return eventually(`an answer on ${socketPath}`, once)
}

/** One inline command; the answer without its last line end. Retries while nobody listens or the data loads. */
function redis(path: string, line: string): Promise<string> {
  const once = () =>
    new Promise<string | undefined>((resolve) => {
      let seen = ''
      const socket = createConnection(path, () => socket.end(`${line}\r\nQUIT\r\n`))
      socket.setEncoding('utf8').on('data', (text: string) => {
        seen += text
      })
      socket.on('error', () => resolve(undefined))
      socket.on('close', () =>
        resolve(seen === '' || seen.startsWith('-LOADING') ? undefined : seen.replace(/\r\n(\+OK\r\n)?$/, '')),
      )
    })
  return eventually(`redis answers ${line}`, once)
}
