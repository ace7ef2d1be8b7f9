import path from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import type { Clock, Files } from '../model/ports.js'
import { fingerprint } from './fingerprint.js'
import { createSettling } from './settle.js'
import { findPlaces, type WatchPlaces } from './watch-places.js'
import { isOpenForWriting } from './writers.js'

/** Events come in bursts: one look serves all of this long. */
const BURST_MS = 20
const RESCAN_MS = 30_000
const DEGRADED_RESCAN_MS = 2000
/** How long a watch that failed is left alone: what it lacked, descriptors or watches, may come back. */
const WATCH_AGAIN_MS = 10_000

/**
 * A log in a watched folder reports every write, which costs as much as writing it does. After this many reports in a
 * second that concern nobody, the watch rests for a while and looks are frequent instead.
 */
const NOISE_MAX = 200
const NOISE_WINDOW_MS = 1000
const REST_MS = 10_000
const REST_RESCAN_MS = 1000

/** What to watch and whom to tell. */
export interface WatchRequest {
  /** Absolute paths of the files the configuration was last read from; asked anew at each look. */
  files(): readonly string[]
  /** Absolute globs of `[include]`; asked anew at each look. */
  patterns(): readonly string[]
  readonly glob: Files['glob']
  readonly clock: Pick<Clock, 'monotonicMs' | 'wakeAt'>
  /** Silence after the last change. */
  readonly settleMs: number
  /** Told of after this long even without silence; default 10 s. */
  readonly maxSettleMs?: number
  /** How long a change can go unnoticed where the system reports none (NFS, moved parents); default 30 s. */
  readonly rescanMs?: number
  /** Something is different and has come to rest: read the files. */
  onSettled(): void
  /** The system reports no changes and looks are frequent instead; `null` when it does again. */
  onDegraded(message: string | null): void
}

/** What chokidar tells beside a report of fs.watch. */
interface RawDetails {
  readonly watchedPath: string
}

/** A running watch. */
export interface ConfigWatch {
  /** Looks at once: after a read that found other files, or when someone says that there is news. */
  refresh(): void
  close(): void
}

/**
 * Watches the files of a configuration.
 *
 * Reports of the system about their folders are hints only; a fingerprint of all files decides, and is also taken on a
 * slow timer, so that a report that never comes means delay and not silence.
 *
 * @throws never
 */
export function watchConfig(request: WatchRequest): ConfigWatch {
  const { clock, onSettled } = request
  const limits = { settleMs: request.settleMs, maxSettleMs: request.maxSettleMs ?? 10_000 }
  let rescanMs = request.rescanMs ?? RESCAN_MS
  let places = find()
  let watcher: FSWatcher | null = null
  /** The folders that `watcher` was made for. */
  let armedFor = ''
  let cancelLook: (() => void) | null = null
  let lookAtMs = Infinity
  let noise = { sinceMs: -Infinity, reports: 0 }
  let restUntilMs = -Infinity
  /** Monotonic ms at which to try once more to be told of changes; `null` while we are. */
  let watchAgainMs: number | null = null
  let degraded = false
  let closed = false
  const settling = createSettling(fingerprint(places.paths), limits, clock, take, busy, onSettled)
  lookIn(0) // Not at once: what is to run starts first.

  function find(): WatchPlaces {
    return findPlaces(request.files(), request.patterns(), request.glob)
  }

  function take(): string {
    places = find()
    arm()
    return fingerprint(places.paths)
  }

  function busy(): boolean {
    return places.paths.some(isOpenForWriting)
  }

  function look(): void {
    lookAtMs = Infinity
    settling.observe(take())
    lookIn(resting() ? REST_RESCAN_MS : rescanMs)
  }

  function lookIn(delayMs: number): void {
    const atMs = clock.monotonicMs() + delayMs
    if (closed || atMs >= lookAtMs) return
    cancelLook?.()
    lookAtMs = atMs
    cancelLook = clock.wakeAt(atMs, look)
  }

  /** A watch belongs to a folder, not to its name: when one was made anew, so is the watch. */
  function arm(): void {
    const wanted = places.folders.map((folder) => `${folder.identity} ${folder.path}`).join('\n')
    const waiting = watchAgainMs !== null && clock.monotonicMs() < watchAgainMs
    if (waiting || closed || resting() || wanted === armedFor) return
    disarm()
    armedFor = wanted
    const folders = new Set(places.folders.map((folder) => folder.path))
    const made = watch([...folders], {
      depth: 0,
      ignoreInitial: true,
      // The folders alone, one watch each, whatever they hold.
      ignored: (candidate) => !folders.has(candidate),
    })
    watcher = made
    made.on('raw', (_event, name, details) => hint((details as RawDetails).watchedPath, name))
    made.on('ready', () => {
      if (made === watcher) recover()
      lookIn(0) // What happened while the watch was being made.
    })
    made.on('error', (error) => {
      if (made === watcher) degrade(error)
    })
  }

  function disarm(): void {
    const old = watcher
    watcher = null
    armedFor = ''
    void old?.close()
    old?.on('error', () => undefined) // close() takes our listener away, and an error without one would be thrown.
  }

  function hint(folder: string, name: string | null): void {
    // What befalls the folder itself is reported under its own name, as if it were in itself.
    const itself = name === null || name === '' || name === path.basename(folder)
    if (itself || places.concerns(folder, name)) lookIn(BURST_MS)
    else countNoise()
  }

  function countNoise(): void {
    const nowMs = clock.monotonicMs()
    if (nowMs - noise.sinceMs > NOISE_WINDOW_MS) noise = { sinceMs: nowMs, reports: 0 }
    noise.reports += 1
    if (noise.reports < NOISE_MAX || resting()) return
    restUntilMs = nowMs + REST_MS
    disarm()
    lookIn(REST_RESCAN_MS)
  }

  function resting(): boolean {
    return clock.monotonicMs() < restUntilMs
  }

  function degrade(error: unknown): void {
    watchAgainMs = clock.monotonicMs() + WATCH_AGAIN_MS
    disarm()
    rescanMs = Math.min(rescanMs, DEGRADED_RESCAN_MS)
    lookIn(rescanMs)
    if (degraded) return
    degraded = true
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    request.onDegraded(`cannot watch configuration files: ${code}, looking every ${rescanMs} ms instead`)
  }

  function recover(): void {
    watchAgainMs = null
    if (!degraded) return
    degraded = false
    rescanMs = request.rescanMs ?? RESCAN_MS
    request.onDegraded(null)
  }

  return {
    refresh: () => lookIn(0),
    close: () => {
      closed = true
      cancelLook?.()
      settling.close()
      disarm()
    },
  }
}
