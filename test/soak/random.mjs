/** A seeded source of chance: one seed is one schedule. @see mulberry32 */
export function createRandom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (below) => Math.floor(next() * below)
  return {
    int,
    pick: (list) => list[int(list.length)],
    some: (list, most) => Array.from({ length: 1 + int(most) }, () => list[int(list.length)]),
  }
}
