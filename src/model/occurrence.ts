import type { ExitStatus } from './event.js'
import type { ProcessKey } from './names.js'

/** What kind of thing happened. */
export type OccurrenceType = 'process' | 'group' | 'daemon' | 'revision' | 'condition'

/** One thing that happened, as the journal keeps it: fields only, words are made when somebody asks. */
export interface Occurrence {
  /** Grows by one from one to the next, from 1 on for each life of the daemon. */
  readonly serial: number
  readonly atWallMs: number
  readonly type: OccurrenceType
  /** The process it happened to; `null` for all but `process`. */
  readonly key: ProcessKey | null
  /** Phase, or revision, that was left; '' for none. */
  readonly from: string
  /** Phase entered; `added` or `removed`; state of the daemon; revision; type of the condition. */
  readonly to: string
  /** Why, who for, what is wrong: a word or sentence that was there anyway; '' for nothing. */
  readonly text: string
  /** 0 when nothing is alive. */
  readonly pid: number
  /** How the process ended, when this is its end. */
  readonly exit: ExitStatus | null
}

/** Part of the journal. */
export interface JournalSlice {
  /** Oldest first, without a gap. */
  readonly events: readonly Occurrence[]
  /** What to ask for next time. */
  readonly next: number
  /** Whether events that were asked for are no longer kept. */
  readonly lost: boolean
}

/** What happened lately: a bounded memory. */
export interface EventJournal {
  /**
   * Everything from serial `since` on; 0 is all that is kept.
   *
   * A serial that is yet to come by more than one is of another life of the daemon: all is given and `lost` set.
   */
  read(since: number): JournalSlice
  /** The last `countMax` events of one process, oldest first. */
  ofProcess(key: ProcessKey, countMax: number): readonly Occurrence[]
  /**
   * Calls back once, in a later turn, when something happened after now. What happens in one turn is told of once.
   *
   * @returns the cancel; `null` when too many wait already
   */
  onNext(listener: () => void): (() => void) | null
}
