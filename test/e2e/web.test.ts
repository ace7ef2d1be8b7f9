import { describe, expect, test } from 'vitest'
import { browser } from './browser.js'
import { freePort } from './free-port.js'
import { type Daemon, type DaemonOptions, startDaemon } from './harness.js'
import { eventually } from './run.js'

/** A daemon with a server on TCP, and its address. */
async function startWithPort(options: DaemonOptions, more = ''): Promise<{ daemon: Daemon; base: string }> {
  const port = await freePort()
  const daemon = await startDaemon({ ...options, more: `[inet_http_server]\nport=127.0.0.1:${port}\n${more}` })
  return { daemon, base: `http://127.0.0.1:${port}/` }
}

const CAT = { command: '/bin/cat', startsecs: 0 }
const OFF = { ...CAT, autostart: false }

describe('a person at the web page', () => {
  test('starts, restarts, stops and clears, and sees what came of it', async () => {
    const { daemon, base } = await startWithPort({ programs: { cat: CAT, off: OFF, 'a&"b': OFF } })
    const { pid } = await daemon.until('cat', 'RUNNING')
    let page = await browser().open(base)
    expect(page.rows).toEqual([
      ['a&"b', 'stopped'],
      ['cat', 'running'],
      ['off', 'stopped'],
    ])

    page = await page.press('Start off')
    expect([page.status, page.message]).toEqual([200, 'Process off started'])
    expect((await daemon.process('off')).statename).toBe('RUNNING')
    page = await page.press('Start a&"b')
    expect(page.message).toBe('Process a&"b started')
    page = await page.press('Restart cat')
    expect(page.message).toBe('Process cat restarted')
    expect((await daemon.process('cat')).pid).not.toBe(pid)
    page = await page.press('Stop cat')
    expect(page.message).toBe('Process cat stopped')
    expect(page.rows).toContainEqual(['cat', 'stopped'])
    page = await page.press('Clear Log cat')
    expect(page.message).toBe('Log for cat cleared')
    page = await page.press('Stop All')
    expect(page.message).toMatch(/^All stopped at \w{3} \w{3} [ \d]\d [\d:]{8} \d{4}$/)
    expect(page.rows.map(([, state]) => state)).toEqual(['stopped', 'stopped', 'stopped'])
    page = await page.press('Start All')
    expect(page.rows.map(([, state]) => state)).toEqual(['running', 'running', 'running'])
    page = await page.press('Restart All')
    expect(page.message).toMatch(/^All restarted at /)
    page = await page.press('Refresh')
    expect(page.message).toMatch(/^Page refreshed at /)
    expect(await daemon.stop()).toBe(0)
  })

  test('stops what does not come up, unlike with the original', async () => {
    const slow = { command: '/bin/cat', startsecs: 600 }
    const failing = { command: '/bin/false', startretries: 1000 }
    const { daemon, base } = await startWithPort({ programs: { slow, failing } })
    await daemon.until('slow', 'STARTING')
    await daemon.until('failing', 'BACKOFF')
    const page = await (await browser().open(base)).press('Stop slow')
    expect(page.rows).toContainEqual(['slow', 'stopped'])
    const stopped = await (
      await eventually('the row offers it', async () => {
        const now = await browser().open(base)
        return now.rows.some(([name, state]) => name === 'failing' && state === 'backoff') && now
      })
    ).press('Stop failing')
    expect(stopped.message).toBe('Process failing stopped')
    expect((await daemon.process('failing')).statename).toBe('STOPPED')
  })

  test('reads both logs, and nothing in them is markup', async () => {
    const talk = { command: "/bin/sh -c \"echo '<b>out</b>'; echo '<i>err' >&2; exec cat\"" }
    const { daemon, base } = await startWithPort({ programs: { talk } })
    await daemon.until('talk', 'RUNNING')
    const tail = await (await browser().open(base)).follow('talk')
    expect(tail.text).toContain('&lt;b&gt;out&lt;/b&gt;\n</pre>')
    expect((await tail.follow('Stderr')).text).toContain('&lt;i&gt;err\n</pre>')
    expect((await tail.follow('16 KB')).url).toContain('limit=16384')
    expect((await tail.follow('All processes')).rows).toEqual([['talk', 'running']])
  })

  test('gives a password where one is asked for', async () => {
    const { base } = await startWithPort({ programs: { cat: CAT } }, 'username=me\npassword=secret\n')
    for (const path of ['', 'index.html', 'tail.html?processname=cat', 'stylesheets/supervisor.css']) {
      expect((await browser().open(base + path)).status).toBe(401)
    }
    const known = browser(`Basic ${btoa('me:secret')}`)
    expect((await (await known.open(base)).press('Stop cat')).message).toBe('Process cat stopped')
  })

  test('is asked before a link changes anything', async () => {
    const { daemon, base } = await startWithPort({ programs: { cat: CAT } })
    const { pid } = await daemon.until('cat', 'RUNNING')
    const question = await browser().open(`${base}index.html?processname=cat&action=restart`)
    expect(question.status).toBe(405)
    expect((await daemon.process('cat')).pid).toBe(pid)
    expect((await question.press('Yes')).message).toBe('Process cat restarted')
  })

  test('still has a page while the daemon shuts down', async () => {
    const stubborn = {
      command: `/bin/sh -c "trap '' TERM; while :; do sleep 0.1; done"`,
      startsecs: 0,
      stopwaitsecs: 600,
    }
    const { daemon, base } = await startWithPort({ programs: { stubborn } })
    const { pid } = await daemon.until('stubborn', 'RUNNING')
    daemon.signal('SIGTERM')
    const page = await eventually('the page tells of it', async () => {
      const now = await browser().open(base)
      return now.text.includes('shutting down') && now
    })
    expect(page.rows).toEqual([['stubborn', 'stopping']])
    expect((await browser().open(`${base}tail.html?processname=stubborn`)).status).toBe(200)
    process.kill(pid, 'SIGKILL')
    expect(await daemon.exited()).toBe(0)
  })
})

test('a page of another site can neither act nor look, by whatever way in', async () => {
  const { daemon, base } = await startWithPort({ programs: { cat: CAT } })
  const { pid } = await daemon.until('cat', 'RUNNING')
  const shutdown = '<methodCall><methodName>supervisor.shutdown</methodName></methodCall>'
  for (const [path, body] of [
    ['index.html', 'action=stopall'],
    ['RPC2', shutdown],
  ] as const)
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      const { status } = await fetch(base + path, {
        method: 'POST',
        body,
        headers: { ...headers, 'content-type': 'text/plain' },
      })
      expect(status).toBe(403)
    }
  expect((await daemon.process('cat')).pid).toBe(pid)
  expect(await daemon.rpc('supervisor.getState')).toMatchObject({ statename: 'RUNNING' })
})
