import { Agent, request } from 'node:http'
import { pause, rpcBody, send } from './daemon.mjs'

/** What clients of each kind do again and again, on a connection that they keep until they get bored of it. */
const KINDS = {
  rpc: (random, names) => ({
    method: 'POST',
    path: '/RPC2',
    body: random.pick([
      () => rpcBody('supervisor.getAllProcessInfo', []),
      () => rpcBody('supervisor.getState', []),
      () => rpcBody('supervisor.getProcessInfo', [random.pick(names())]),
      () => rpcBody('supervisor.tailProcessStdoutLog', [random.pick(names()), 0, 4096]),
      () => rpcBody('supervisor.nobody', []),
    ])(),
  }),
  json: (random, names) => ({
    method: 'GET',
    path: `/api/v1/${random.pick(['status', 'status?usage=1', `status?name=${random.pick(names())}`, 'drift', 'health', 'revisions', 'diff'])}`,
  }),
}

/** Starts `count` clients. @returns how many answers they got, and what ends them */
export function startClients({ daemon, count, random, names }) {
  const tally = { answers: 0, streamed: 0, refused: 0, broken: [] }
  let open = true
  const isOpen = () => open
  const share = (part) => Array.from({ length: Math.round(count * part) })
  const running = [
    ...share(0.35).map(() => asking(KINDS.rpc)),
    ...share(0.35).map(() => asking(KINDS.json)),
    ...share(0.2).map(() => following(() => `/logtail/${random.pick(names())}/stdout`)),
    ...share(0.1).map(() => following(() => '/mainlogtail')),
  ]

  async function asking(kind) {
    while (isOpen()) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let left = 5 + random.int(50); left > 0 && isOpen(); left--) {
        await send(daemon.socket, kind(random, names), agent).then(
          ({ status }) => {
            tally.answers++
            if (status === 503) tally.refused++
            else if (status >= 500) tally.broken.push(`status ${status}`)
          },
          (error) => isOpen() && tally.broken.push(error.message),
        )
        await pause(50 + random.int(400))
      }
      agent.destroy()
    }
  }

  /** Reads a log as it grows, and goes away in the middle of it. */
  async function following(path) {
    while (isOpen()) {
      await new Promise((resolve) => {
        const sent = request({ socketPath: daemon.socket, path: path() }, (response) => {
          response.on('data', (data) => {
            tally.streamed += data.length
          })
          response.on('error', resolve)
          response.on('end', resolve)
        })
        sent.on('error', resolve)
        sent.end()
        setTimeout(() => sent.destroy(), 1_000 + random.int(15_000))
        sent.on('close', resolve)
      })
      await pause(100)
    }
  }

  return {
    tally,
    async stop() {
      open = false
      await Promise.race([Promise.all(running), pause(20_000)])
    },
  }
}

/** Reads the daemon's journal from its beginning, waiting for what comes. */
export function followEvents(daemon) {
  const events = []
  const problems = []
  let next = 1
  let open = true
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async (waitMs) => {
    const { text } = await send(
      daemon.socket,
      { method: 'GET', path: `/api/v1/events?since=${next}&wait=${waitMs}` },
      agent,
    )
    const document = JSON.parse(text)
    if (document.lost) problems.push(`events before ${document.events[0]?.serial} are lost`)
    for (const event of document.events) {
      if (event.serial !== next) problems.push(`event ${event.serial} came where ${next} was due`)
      next = event.serial + 1
      events.push(event)
    }
  }
  const running = (async () => {
    while (open) await ask(1_000).catch(async (error) => problems.push(error.message) > 100 || (await pause(100)))
  })()
  return {
    events,
    problems,
    async stop() {
      open = false
      await running
      await ask(0)
      agent.destroy()
    },
  }
}
