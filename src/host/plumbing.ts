import { closeSync, fchownSync, writeSync } from 'node:fs'
import type { Channel } from '../model/event.js'
import type { SpawnRequest, StreamRequest } from '../model/ports.js'
import { type ChannelState, createChannel, type Channel as LogChannel } from './logs/channel.js'
import { openSink, type SinkDeps, withoutFile } from './logs/sink.js'
import { openPipe } from './native/posix.js'

/**
 * At most 3 bytes each, so with the rest less than the one page that a new pipe has at the least: with many large ones
 * a user who is not root has no more (`pipe-user-pages-soft`).
 */
const REASON_CHARS_MAX = 1300

/** One output of a process: the pipe and the log it ends in. */
export interface Stream {
  readonly channel: Channel
  /** Our end; `null` once everybody else has closed theirs. */
  readonly read: number | null
  readonly log: LogChannel
}

/** Everything a process is given before it exists. */
export interface Plumbing {
  /** The child's descriptors 0, 1 and 2. */
  readonly fds: readonly [number, number, number]
  /** Our end of standard input; `null` when a socket takes its place. */
  readonly stdin: number | null
  readonly streams: readonly Stream[]
  /** Closes what only the child needs, once it has it. */
  closeChildEnds(): void
  /** Closes everything, for a spawn that came to nothing. */
  discard(): void
}

/** Where the pieces of output go. */
export interface OutputEvents {
  output(channel: Channel, data: Uint8Array): void
  captured(channel: Channel, data: Uint8Array): void
}

/**
 * Makes the pipes and opens the logs of one process.
 *
 * @param socket - the child's descriptor 0 instead of a pipe; stays with its owner
 * @param owner - the user the process will run as, so that it may open its own /dev/stdout; `null` for ours
 * @returns `errno` is a code such as `EMFILE`
 */
export function createPlumbing(
  request: SpawnRequest,
  socket: number | null,
  owner: { readonly uid: number; readonly gid: number } | null,
  deps: SinkDeps,
  on: OutputEvents,
): { readonly ok: true; readonly plumbing: Plumbing } | { readonly ok: false; readonly errno: string } {
  const ours: number[] = []
  const theirs: number[] = []
  const streams: Stream[] = []
  const discard = () => {
    for (const fd of [...ours, ...theirs]) closeSync(fd)
    for (const stream of streams) stream.log.sink.close()
  }

  let stdin: number | null = null
  if (socket === null) {
    // Who outlives us must not come to the end of its input when we die.
    const pipe = openPipe('write', request.isolation?.onDaemonDeath === 'keep' ? 'both-ways' : 'one-way')
    if (!pipe.ok) return { ok: false, errno: pipe.errno }
    stdin = pipe.value.write
    ours.push(pipe.value.write)
    theirs.push(pipe.value.read)
  }
  const outputs: (readonly [Channel, StreamRequest])[] = [['stdout', request.stdout]]
  if (!request.redirectStderr) outputs.push(['stderr', request.stderr])

  const pipes: { readonly read: number; readonly write: number }[] = []
  for (const _ of outputs) {
    const pipe = openOutputPipe(owner)
    if (!pipe.ok) {
      discard()
      return pipe
    }
    pipes.push(pipe.value)
    ours.push(pipe.value.read)
    theirs.push(pipe.value.write)
  }
  for (const [index, [channel, stream]] of outputs.entries()) {
    const opened = openSink({ ...stream, processName: request.name }, deps)
    if (!opened.ok) {
      discard()
      return opened
    }
    const log = createChannel({ ...stream, processName: request.name, stripAnsi: request.stripAnsi }, opened.sink, {
      output: (data) => on.output(channel, data),
      captured: (data) => on.captured(channel, data),
    })
    streams.push({ channel, read: pipes[index]?.read ?? -1, log })
  }

  const stdout = pipes[0]?.write ?? -1
  const fds = [socket ?? theirs[0] ?? -1, stdout, pipes[1]?.write ?? stdout] as const
  return {
    ok: true,
    plumbing: {
      fds,
      stdin,
      streams,
      closeChildEnds: () => {
        for (const fd of theirs) closeSync(fd)
      },
      discard,
    },
  }
}

/**
 * Connects the pipes of a process that was handed over to the logs it had.
 *
 * @param handed - `read` is our end of the pipe
 */
export function adoptStreams(
  handed: readonly { readonly channel: Channel; readonly read: number | null; readonly log: ChannelState }[],
  deps: SinkDeps,
  on: OutputEvents,
): readonly Stream[] {
  return handed.map(({ channel, read, log: before }) => {
    const opened = openSink(before.request, deps)
    if (!opened.ok) deps.notice('error', `cannot open log '${before.request.path}': ${opened.errno}, output is dropped`)
    const sink = opened.ok ? opened.sink : withoutFile(null)
    const pieces = {
      output: (data: Uint8Array) => on.output(channel, data),
      captured: (data: Uint8Array) => on.captured(channel, data),
    }
    return { channel, read, log: createChannel(before.request, sink, pieces, before) }
  })
}

/**
 * Says on the child's standard error why it could not run its program, as the original's child does itself.
 *
 * @param fd - the writing end of a pipe that is new and empty: a text it can hold never blocks
 */
export function writeFailure(fd: number, reason: string): void {
  writeSync(fd, `supervisor: ${reason.slice(0, REASON_CHARS_MAX)}\nsupervisor: child process was not spawned\n`)
}

/**
 * A pipe whose writing end is open for both directions: the child then may open /dev/stdout, and neither a crash of
 * ours nor a late reader breaks the pipe (design/host.md, section 2).
 */
function openOutputPipe(owner: { readonly uid: number; readonly gid: number } | null): ReturnType<typeof openPipe> {
  const pipe = openPipe('read', 'both-ways')
  if (pipe.ok && owner !== null) {
    try {
      fchownSync(pipe.value.write, owner.uid, owner.gid)
    } catch {
      // Not permitted without CAP_CHOWN: the child can still write to what it was given.
    }
  }
  return pipe
}
