import { connect } from 'node:net'
import { startDaemon, untilRunning } from '../daemon.mjs'
import { waiting } from '../programs.mjs'
import { alternate } from '../statistics.mjs'

const GOALS = { 100: 15, 1000: 150 }
const BODY =
  "<?xml version='1.0'?>\n<methodCall>\n<methodName>supervisor.getAllProcessInfo</methodName>\n<params>\n</params>\n</methodCall>\n"
const REQUEST = `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`

/** Answers to getAllProcessInfo per second, one after the other on one connection. */
export async function* rpc(sides, { quick }) {
  for (const count of [100, 1000]) {
    const daemons = await Promise.all(sides.map((side) => startDaemon(side, waiting(count))))
    try {
      for (const daemon of daemons) await untilRunning(daemon, count)
      const [ours, theirs] = await alternate(daemons, quick ? 2 : 6, (daemon) => callsPerSecond(daemon.socket, 2000))
      yield {
        name: `getAllProcessInfo, ${count} programs`,
        unit: '/s',
        ours,
        theirs,
        goal: GOALS[count],
        better: 'more',
      }
    } finally {
      await Promise.all(daemons.map((daemon) => daemon.stop()))
    }
  }
}

/** A client that only counts bytes: what it costs itself is little beside either daemon. */
function callsPerSecond(path, forMs) {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const began = performance.now()
    let calls = 0
    let head = ''
    let missing = 0
    socket.on('error', reject)
    socket.on('connect', () => socket.write(REQUEST))
    socket.on('data', (chunk) => {
      if (missing > 0) missing -= chunk.length
      else {
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        missing = Number(/content-length: *(\d+)/i.exec(head)[1]) - (head.length - end - 4)
        head = ''
      }
      if (missing > 0) return
      calls += 1
      const seconds = (performance.now() - began) / 1000
      if (seconds * 1000 < forMs) return socket.write(REQUEST)
      socket.destroy()
      resolve(calls / seconds)
    })
  })
}
