import type { EventJournal } from '../../src/model/occurrence.js'

/** A journal in which nothing ever happens. */
export const QUIET_JOURNAL: EventJournal = {
  read: () => ({ events: [], next: 1, lost: false }),
  ofProcess: () => [],
  onNext: () => () => {},
}
