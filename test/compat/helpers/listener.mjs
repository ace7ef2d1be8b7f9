// An event listener that writes down all it is sent, one JSON object a line.
// usage: listener.mjs --out FILE [--result OK|FAIL|...] [--fail-first N] [--bad-first N]
//        [--exit-after N] [--delay MS] [--no-ready] [--raw TEXT]
import { appendFileSync, readSync, writeSync } from 'node:fs'

const opt = { out: 'events.jsonl', result: 'OK', failFirst: 0, badFirst: 0, exitAfter: 0, delay: 0 }
const argv = process.argv.slice(2)
for (let i = 0; i < argv.length; i++) {
  const key = argv[i].replace(/^--/, '').replace(/-(\w)/g, (_, c) => c.toUpperCase())
  if (key === 'noReady') opt.noReady = true
  else opt[key] = argv[++i]
}

let buf = Buffer.alloc(0)
const chunk = Buffer.alloc(65536)
function more() {
  for (;;) {
    try {
      const n = readSync(0, chunk, 0, chunk.length, null)
      if (n === 0) process.exit(0)
      buf = Buffer.concat([buf, chunk.subarray(0, n)])
      return
    } catch (e) {
      if (e.code !== 'EAGAIN') throw e
      sleep(10)
    }
  }
}
function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
/** how many bytes of buf the first n characters take; -1 when they are not there yet */
function bytesOf(n) {
  let i = 0
  for (let left = n; left > 0; left--) {
    if (i >= buf.length) return -1
    i += buf[i] < 0x80 ? 1 : buf[i] < 0xe0 ? 2 : buf[i] < 0xf0 ? 3 : 4
  }
  return i <= buf.length ? i : -1
}
function send(text) {
  writeSync(1, text)
}

if (opt.raw !== undefined) send(JSON.parse(`"${opt.raw}"`))
if (opt.noReady) {
  for (;;) more()
}
for (let seen = 1; ; seen++) {
  send('READY\n')
  while (buf.indexOf(10) < 0) more()
  const nl = buf.indexOf(10)
  const header = buf.subarray(0, nl).toString('utf8')
  buf = buf.subarray(nl + 1)
  const len = Number(/(?:^| )len:(\d+)/.exec(header)?.[1] ?? 0)
  // len counts characters, not bytes: it is for a listener that reads text
  while (bytesOf(len) < 0) more()
  const end = bytesOf(len)
  const payload = buf.subarray(0, end).toString('utf8')
  buf = buf.subarray(end)
  appendFileSync(opt.out, `${JSON.stringify({ header, payload, len })}\n`)
  if (Number(opt.exitAfter) && seen >= Number(opt.exitAfter)) process.exit(0)
  if (Number(opt.delay)) sleep(Number(opt.delay))
  const result = seen <= Number(opt.failFirst) ? 'FAIL' : seen <= Number(opt.badFirst) ? 'NEITHER' : opt.result
  send(`RESULT ${Buffer.byteLength(result)}\n${result}`)
}
