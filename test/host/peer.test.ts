import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { peerCredentials } from '../../src/host/native/posix.js'

const folder = mkdtempSync(join(tmpdir(), 'peer-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Lets another process connect, as whom `how` says, and asks the kernel about it. */
async function peerOf(where: string | number, how: object = {}) {
  const server = createServer()
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve))
  await new Promise<void>(
    (resolve) =>
      void server.listen(typeof where === 'string' ? { path: where } : { port: where, host: '127.0.0.1' }, resolve),
  )
  const address = server.address()
  const to = typeof address === 'object' && address !== null ? address.port : where
  const script = `require('net').connect(${JSON.stringify(to)}).on('error', () => process.exit(1)).resume()`
  const child = spawn(process.execPath, ['-e', script], { stdio: 'inherit', ...how })
  const socket = await connected
  const fd = (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd
  const credentials = peerCredentials(fd)
  child.kill()
  socket.destroy()
  server.close()
  return { credentials, pid: child.pid }
}

test('the kernel tells process, user and groups of whoever connected to a unix socket', async () => {
  const { credentials, pid } = await peerOf(join(folder, 'a.sock'))
  expect(credentials).toEqual({ ok: true, value: { pid, uid: process.getuid?.(), gids: expect.any(Array) } })
  if (credentials.ok)
    expect(new Set(credentials.value.gids)).toEqual(new Set([process.getgid?.(), ...(process.getgroups?.() ?? [])]))
})

test('nobody is known at the other end of a TCP connection, nor of what is no socket', async () => {
  expect((await peerOf(0)).credentials).toMatchObject({ ok: false })
  const fd = openSync(folder, 'r')
  expect(peerCredentials(fd)).toMatchObject({ ok: false, errno: 'ENOTSOCK' })
  closeSync(fd)
})
