import { describe, expect, test } from 'vitest'
import { exposure } from '../../src/daemon/configuration.js'
import type { Config } from '../../src/model/config.js'
import { loadText } from './load.js'

const MAIN = '[supervisord]\n'

function config(text: string): Config {
  const loaded = loadText(MAIN + text)
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  return loaded.value
}

const mistakes = (text: string) => {
  const loaded = loadText(MAIN + text)
  return loaded.ok ? [] : loaded.errors.map(({ code, at }) => `${at?.line}:${at?.column} ${code}`)
}

describe('a server that other machines reach without a password', () => {
  for (const c of [
    { name: 'every interface', text: 'port=*:9001', exposed: true },
    { name: 'a port alone', text: 'port=9001', exposed: true },
    { name: 'an address of the machine', text: 'port=192.168.1.2:9001', exposed: true },
    { name: 'a name that may be anywhere', text: 'port=box:9001', exposed: true },
    { name: 'IPv6 on every interface', text: 'port=[::]:9001', exposed: true },
    { name: 'this machine', text: 'port=127.0.0.1:9001', exposed: false },
    { name: 'this machine by name', text: 'port=localhost:9001', exposed: false },
    { name: 'a password', text: 'port=*:9001\nusername=a\npassword=b', exposed: false },
    { name: 'said to be meant', text: 'port=*:9001\ninsecure=true', exposed: false },
  ]) {
    test(`${c.name}: ${c.exposed ? 'is refused' : 'is fine'}`, () => {
      const read = config(`[inet_http_server]\n${c.text}\n`)
      expect(exposure(read).map(({ code, at }) => `${at?.line}:${at?.column} ${code}`)).toEqual(
        c.exposed ? ['3:6 CONFIG_EXPOSED'] : [],
      )
    })
  }

  test('to the letter, it starts as it always did', () => {
    const read = config('converge=manual\n[inet_http_server]\nport=*:9001\n')
    expect(exposure(read)).toEqual([])
  })
})

describe('options of servers', () => {
  test('a read-only socket is a server of its own that asks for no password and that children are not told of', () => {
    const text =
      '[unix_http_server]\nfile=/tmp/s\nusername=a\npassword=b\nreadonly_socket=/tmp/r\nreadonly_chmod=0777\n[program:a]\ncommand=a'
    const { servers, groups } = config(text)
    expect(servers).toMatchObject([
      { path: '/tmp/s', mode: 0o700, credentials: { username: 'a' } },
      { path: '/tmp/r', mode: 0o777, credentials: null, readOnly: true },
    ])
    expect(groups[0]?.processes[0]?.serverUrl).toBe('unix:///tmp/s')
  })

  test('rules stand one a line, with the place of a bad one', () => {
    const read = config('[unix_http_server]\nfile=/tmp/s\nallow=\n  user:root start,stop web:* api\n  user:root logs\n')
    expect(read.servers[0]).toMatchObject({ allow: [{ id: 0, targets: ['web:*', 'api'] }, { abilities: ['logs'] }] })
    expect(mistakes('[unix_http_server]\nfile=/tmp/s\nallow=user:root fly\n')).toEqual(['4:7 CONFIG_BAD_WORD'])
    expect(mistakes('[unix_http_server]\nfile=/tmp/s\nallow=user:nosuch start\n')).toEqual(['4:7 CONFIG_UNKNOWN_USER'])
  })

  test('nothing written is nothing changed: the servers of Supervisor have no other fields', () => {
    const { servers } = config('[unix_http_server]\nfile=/tmp/s\n[inet_http_server]\nport=127.0.0.1:1\n')
    expect(servers.map((server) => Object.keys(server).sort().join())).toEqual([
      'credentials,host,kind,port,section',
      'credentials,gid,kind,mode,path,section,uid',
    ])
  })

  test('a certificate may have its key beside it; a key alone is a mistake; children get https', () => {
    const text = '[inet_http_server]\nport=127.0.0.1:1\ncertfile=/c.pem\n[program:a]\ncommand=a'
    const { servers, groups } = config(text)
    expect(servers).toMatchObject([{ tls: { certFile: '/c.pem', keyFile: '/c.pem' } }])
    expect(groups[0]?.processes[0]?.serverUrl).toBe('https://127.0.0.1:1')
    expect(mistakes('[inet_http_server]\nport=127.0.0.1:1\nkeyfile=/k.pem\n')).toEqual(['2:1 CONFIG_CONTRADICTION'])
  })

  test('a hashed password that nothing fits is a mistake, and is not repeated', () => {
    const text = '[inet_http_server]\nport=127.0.0.1:1\nusername=a\npassword={SCRYPT}oops-canary\n'
    const loaded = loadText(MAIN + text)
    expect(mistakes(text)).toEqual(['5:10 CONFIG_BAD_WORD'])
    expect(loaded.ok ? '' : loaded.errors[0]?.message).not.toContain('canary')
  })
})
