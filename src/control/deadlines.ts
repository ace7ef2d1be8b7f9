import type { ProcessKey } from '../model/names.js'
import type { Clock } from '../model/ports.js'

/** When to look again at which process: one heap and one timer for all of them. */
export interface Deadlines {
  /** Replaces the deadline of `key`; `undefined` clears it. */
  set(key: ProcessKey, atMs: number | undefined): void
  /** Takes out the keys whose time has come. */
  due(nowMs: number): readonly ProcessKey[]
  /** Stops the timer. */
  close(): void
}

interface Item {
  readonly key: ProcessKey
  readonly atMs: number
}

/**
 * Makes an empty set of deadlines.
 *
 * @param wake - called once when the earliest deadline is reached
 */
export function createDeadlines(clock: Clock, wake: () => void): Deadlines {
  const current = new Map<ProcessKey, number>()
  // Entries that `current` no longer confirms are dropped when they come up.
  const heap: Item[] = []
  let armedAtMs = Number.POSITIVE_INFINITY
  let cancel: () => void = () => {}

  function arm(): void {
    while (heap[0] && current.get(heap[0].key) !== heap[0].atMs) pop(heap)
    const nextMs = heap[0]?.atMs ?? Number.POSITIVE_INFINITY
    if (nextMs === armedAtMs) return
    cancel()
    armedAtMs = nextMs
    cancel = nextMs === Number.POSITIVE_INFINITY ? () => {} : clock.wakeAt(nextMs, fire)
  }

  function fire(): void {
    armedAtMs = Number.POSITIVE_INFINITY
    cancel = () => {}
    wake()
  }

  return {
    set(key, atMs) {
      if (current.get(key) === atMs) return
      if (atMs === undefined) current.delete(key)
      else {
        current.set(key, atMs)
        push(heap, { key, atMs })
      }
      arm()
    },
    due(nowMs) {
      const keys: ProcessKey[] = []
      for (let top = heap[0]; top && top.atMs <= nowMs; top = heap[0]) {
        pop(heap)
        if (current.get(top.key) !== top.atMs) continue
        current.delete(top.key)
        keys.push(top.key)
      }
      arm()
      return keys
    },
    close() {
      cancel()
      current.clear()
      heap.length = 0
    },
  }
}

/** Earlier first; equal times by name, so that a seed replays exactly. */
function before(a: Item, b: Item): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.key < b.key)
}

function push(heap: Item[], item: Item): void {
  let at = heap.length
  heap.push(item)
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (!above || !before(item, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = item
}

function pop(heap: Item[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const right = left + 1
    const leftItem = heap[left]
    if (!leftItem) break
    const rightItem = heap[right]
    const [child, childItem] = rightItem && before(rightItem, leftItem) ? [right, rightItem] : [left, leftItem]
    if (!before(childItem, last)) break
    heap[at] = childItem
    at = child
  }
  heap[at] = last
}
