import { statSync } from 'node:fs'
import { followFile } from '../host/logs/follow.js'
import { processKey, splitName } from '../model/names.js'
import type { Operator } from '../model/operator.js'
import { type Exchange, sendError, startStream } from './answer.js'

/** How much of what is there already a stream begins with. */
const TAIL_BYTES = 1024

const CONTENT_TYPE = 'text/plain;charset=utf-8'

/**
 * Streams the log of one process: `/logtail/<name>[/<stdout or stderr>]`.
 *
 * @see spec rpc.md §10; unlike the original `/logtail` alone is a 404 and not a 500
 */
export function streamProcessLog(exchange: Exchange, operator: Operator): void {
  const [, , name = '', channel = 'stdout', ...rest] = exchange.path.split('/')
  const wanted = splitName(name)
  const view = wanted.process === null ? null : operator.process(processKey(wanted.group, wanted.process))
  if (view === null || rest.length > 0 || (channel !== 'stdout' && channel !== 'stderr')) {
    sendError(exchange, 404)
    return
  }
  streamFile(exchange, channel === 'stdout' ? view.stdoutLog : view.stderrLog, { 'X-Accel-Buffering': 'no' })
}

/** Streams the activity log: `/mainlogtail`. */
export function streamMainLog(exchange: Exchange, operator: Operator): void {
  streamFile(exchange, operator.mainLog() ?? '', {})
}

/** @param path - '' when there is no such log */
function streamFile(exchange: Exchange, path: string, headers: Readonly<Record<string, string>>): void {
  const { response } = exchange
  const following =
    path === '' ? { ok: false as const } : followFile(path, TAIL_BYTES, (chunk) => response.write(chunk))
  if (!following.ok) {
    sendError(exchange, 404)
    return
  }
  const { follower } = following
  response.on('drain', () => follower.resume())
  response.on('close', () => follower.close())
  startStream(exchange, { ...lastModified(path), 'Content-Type': CONTENT_TYPE, ...headers })
  // A client that went away before we came here has no close event left to tell.
  if (response.destroyed) follower.close()
}

function lastModified(path: string): Readonly<Record<string, string>> {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? {} : { 'Last-Modified': stat.mtime.toUTCString() }
}
