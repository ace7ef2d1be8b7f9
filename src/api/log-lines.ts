import { TextDecoder } from 'node:util'
import { closest } from '../config/suggest.js'
import {
  cursorAt,
  cursorBornSince,
  cursorInRotated,
  type LogCursor,
  offsetOfLastLines,
  readOn,
  startOfLine,
} from '../host/logs/cursor.js'
import { placeSince, rotatedSince } from '../host/logs/marks.js'
import type { Channel } from '../model/event.js'
import { displayName, type ProcessKey } from '../model/names.js'
import type { Operator, ProcessView } from '../model/operator.js'
import type { Access } from './access/access.js'
import { routeNeed } from './access/route-needs.js'
import { type Exchange, sendAnswer, startStream } from './answer.js'
import { badRequest, failed, forbidden, unknownNames } from './json/answers.js'
import { isMeant } from './json/meant.js'
import { type RawJsonAnswer, written } from './json.js'

/** One line of the answer: a piece of a log, in order, or something to know about it. */
export type LogRecord =
  | { readonly name: string; readonly channel: Channel; readonly text: string }
  | { readonly name: string; readonly channel: Channel; readonly note: LogNote }
  /** Nothing is named by this pattern yet. */
  | { readonly name: string; readonly note: 'unmatched' }

/** `no-log`: it keeps none. `lost`: cut before it was read. `since-unknown`: more may be of that time. */
export type LogNote = 'no-log' | 'lost' | 'since-unknown'

/** What a reader wants. */
interface Wish {
  readonly patterns: readonly string[]
  readonly channels: readonly Channel[]
  /** Lines of each log to begin with; `null` for as many as there are. */
  readonly lines: number | null
  /** Begin with what was written in the last so many ms; `null` for any time. */
  readonly sinceMs: number | null
  readonly follow: boolean
}

/** One log being read. */
interface Source {
  readonly name: string
  readonly channel: Channel
  readonly file: string
  readonly decoder: TextDecoder
  /** `null` while there is no file. */
  cursor: LogCursor | null
}

/** Readers at a time; each costs a look at every log it reads, five times a second. */
const READERS_MAX = 64
const POLL_MS = 200
/** How soon a process that is new is looked for. */
const NEWS_MS = 10
/** Pieces of 64 KiB sent per turn; then others get theirs. */
const PIECES_MAX = 16
const CHANNELS: readonly Channel[] = ['stdout', 'stderr']

let readers = 0

/**
 * Streams the logs of many processes as lines of JSON, see `LogRecord`: `/api/v1/logs?name=PATTERN&channel=stdout&
 * lines=20&since=MS&follow=1`. No file stays open between two looks: there may be thousands.
 *
 * A reader that is slow is waited for; the files keep what it has not read.
 */
export function streamLogLines(exchange: Exchange, operator: Operator, access: Access): void {
  const denied = access.refusal(routeNeed('GET', 'logs', exchange.query, undefined, operator))
  if (denied !== null) {
    const { status, headers, body } = written(forbidden(denied))
    sendAnswer(exchange, status, headers, body)
    return
  }
  const wish = readWish(exchange.query)
  const refusal = wish === null ? written(badRequest(WRONG_WISH)) : refuse(wish, operator)
  if (wish === null || refusal !== null) {
    if (refusal !== null) sendAnswer(exchange, refusal.status, refusal.headers, refusal.body)
    return
  }
  const { response } = exchange
  const send = (record: LogRecord) => void response.write(`${JSON.stringify(record)}\n`)
  const reader = createReader(operator, wish, send, soon)
  let timer: NodeJS.Timeout | null = null
  let over = false

  function turn(): void {
    timer = null
    if (over || response.writableNeedDrain) return
    for (let pieces = 0; pieces < PIECES_MAX; pieces++) {
      if (!reader.sendPiece()) {
        if (wish?.follow) timer = setTimeout(turn, POLL_MS)
        else response.end()
        return
      }
      if (response.writableNeedDrain) return
    }
    timer = setTimeout(turn, 0)
  }
  /** Not at the next look: a log that is new may be rotated before that. */
  function soon(): void {
    if (timer === null || over) return
    clearTimeout(timer)
    timer = setTimeout(turn, NEWS_MS)
  }
  readers += 1
  response.on('drain', () => {
    timer ??= setTimeout(turn, 0)
  })
  response.on('close', () => {
    if (over) return
    over = true
    readers -= 1
    if (timer !== null) clearTimeout(timer)
    reader.close()
  })
  startStream(exchange, {
    'Content-Type': 'application/x-ndjson',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  })
  turn()
  // A client that went away before we came here has no close event left to tell.
  if (response.destroyed) response.emit('close')
}

const WRONG_WISH = 'logs takes name, channel (stdout or stderr), lines, since (ms) and follow (1)'

function readWish(query: URLSearchParams): Wish | null {
  const channels = query.getAll('channel')
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : null)
  const [lines, sinceMs] = [number('lines'), number('since')]
  const wrong = (value: number | null) => value !== null && !(Number.isSafeInteger(value) && value >= 0)
  if (wrong(lines) || wrong(sinceMs) || channels.some((name) => name !== 'stdout' && name !== 'stderr')) return null
  return {
    patterns: query.getAll('name'),
    channels: channels.length === 0 ? CHANNELS : CHANNELS.filter((channel) => channels.includes(channel)),
    lines,
    sinceMs,
    follow: query.get('follow') === '1',
  }
}

/** @returns the answer to a wish that cannot be met */
function refuse({ patterns, follow }: Wish, operator: Operator): RawJsonAnswer | null {
  if (readers >= READERS_MAX) return written(failed(503, 'BUSY', `${readers} readers follow logs already`))
  const missing = follow ? [] : unmatched(operator, patterns)
  if (missing.length === 0) return null
  const names = viewsOf(operator).map(nameOf)
  const unknown = missing.map((name) => ({ name, kind: 'process' as const, suggestion: closest(name, names) }))
  return written(unknownNames(unknown, 'question'))
}

function unmatched(operator: Operator, patterns: readonly string[]): readonly string[] {
  const names = viewsOf(operator).map(nameOf)
  return patterns.filter((pattern) => pattern !== 'all' && !names.some((name) => isMeant(name, [pattern])))
}

interface Reader {
  /** Sends the next piece of any log. @returns false when there is none for now */
  sendPiece(): boolean
  close(): void
}

/** @param news - called when there may be a log that is not read yet */
function createReader(operator: Operator, wish: Wish, send: (record: LogRecord) => void, news: () => void): Reader {
  const sources = new Map<string, Source>()
  const told = new Set<string>()
  const beganWallMs = Date.now()
  let first = true
  let stale = true
  /** Sources to look at before processes that are new are looked for again. */
  let round: Source[] = []
  let rounds = 0
  const known = new Set<ProcessKey>()
  const unsubscribe = operator.subscribe((key) => {
    stale = true
    if (key === null || !known.has(key)) news()
  })

  function tellOnce(record: Exclude<LogRecord, { readonly text: string }>): void {
    const text = JSON.stringify(record)
    if (told.has(text)) return
    told.add(text)
    send(record)
  }

  /** Takes in processes that are new and lets go of those that are gone. */
  function look(): void {
    stale = false
    const wanted = viewsOf(operator).filter((view) => isMeant(nameOf(view), wish.patterns))
    const found = new Set<string>()
    for (const view of wanted) for (const channel of wish.channels) found.add(take(view, channel))
    // What a process that is gone wrote last is read in this round; then it is let go of.
    for (const [id, source] of sources) if (!found.has(id) && !hasMore(source)) sources.delete(id)
    if (first) for (const name of unmatched(operator, wish.patterns)) tellOnce({ name, note: 'unmatched' })
    first = false
  }

  function take(view: ProcessView, channel: Channel): string {
    const { spec } = view
    const name = nameOf(view)
    const file = channel === 'stdout' ? view.stdoutLog : view.stderrLog
    const id = `${name} ${channel} ${file}`
    if (sources.has(id)) return id
    const mixed = channel === 'stderr' && spec.redirectStderr
    if (file === '' || isNoFile(file)) {
      if (!mixed && (spec[channel].logfile.kind !== 'auto' || file !== '')) tellOnce({ name, channel, note: 'no-log' })
      return id
    }
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    known.add(view.key)
    sources.set(id, { name, channel, file, decoder, cursor: first ? begin(name, channel, file) : resume(file) })
    return id
  }

  function begin(name: string, channel: Channel, file: string): LogCursor | null {
    const place = wish.sinceMs === null ? null : placeSince(file, beganWallMs - wish.sinceMs)
    if (wish.sinceMs !== null && wish.lines === null && !place?.exact) {
      const former = rotatedSince(file, beganWallMs - wish.sinceMs)
      const cursor =
        former && cursorInRotated(file, former.id, (fd, size) => startOfLine(fd, Math.min(former.offset, size)))
      if (former && cursor && !former.exact) tellOnce({ name, channel, note: 'since-unknown' })
      if (cursor) return cursor
    }
    return cursorAt(file, (fd, size) => {
      if (wish.sinceMs !== null && (place === null ? size > 0 : !place.exact)) {
        tellOnce({ name, channel, note: 'since-unknown' })
      }
      const since = place === null ? 0 : Math.min(place.offset, size)
      const unknown = wish.sinceMs !== null && place === null
      const lines = wish.lines ?? (wish.sinceMs === null || unknown ? LINES : null)
      return startOfLine(fd, Math.max(since, lines === null ? 0 : offsetOfLastLines(fd, size, lines)))
    })
  }

  /** A process that came while we follow: from what was written since we do. */
  function resume(file: string): LogCursor | null {
    const rotated = cursorBornSince(file, beganWallMs)
    if (rotated !== null) return rotated
    const place = placeSince(file, beganWallMs)
    return cursorAt(file, (_fd, size) => (place === null ? size : Math.min(place.offset, size)))
  }

  function hasMore({ file, cursor }: Source): boolean {
    return cursor !== null && (readOn(file, cursor)?.data.length ?? 0) > 0
  }

  function sendFrom(source: Source): boolean {
    const { name, channel, file, decoder } = source
    const piece = readOn(file, source.cursor)
    if (piece === null) return false
    if (piece.lost) send({ name, channel, note: 'lost' })
    source.cursor = piece.cursor
    const text = decoder.decode(piece.data, { stream: true })
    if (text !== '') send({ name, channel, text })
    return piece.data.length > 0
  }

  return {
    sendPiece() {
      if (round.length === 0) {
        if (stale) look()
        round = [...sources.values()]
        rounds += 1
      }
      for (let source = round[0]; source !== undefined; source = round[0]) {
        const sent = sendFrom(source)
        // What is there is shown log by log; of what comes, a flood in one must not keep the others waiting.
        if (!sent || rounds > 1) round.shift()
        if (sent && rounds > 1) round.push(source)
        if (sent) return true
      }
      return false
    },
    close: unsubscribe,
  }
}

/** Lines to begin with when nothing else is said. */
const LINES = 20

function viewsOf(operator: Operator): readonly ProcessView[] {
  return operator.groups().flatMap(({ processes }) => processes)
}

function nameOf({ spec }: ProcessView): string {
  return displayName(spec.group, spec.name)
}

/** Where nothing can be read back from. */
function isNoFile(file: string): boolean {
  return file.startsWith('/dev/') || file.startsWith('/proc/')
}
