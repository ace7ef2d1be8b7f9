/** Value below which `share` (0 to 1) of the samples lie, by the nearest rank. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]
}

export function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Half of the range that the middle half of the samples spans, as a share of the median: 0.05 is +-5 %. */
export function spread(samples) {
  const middle = median(samples)
  return middle === 0 ? 0 : (quantile(samples, 0.75) - quantile(samples, 0.25)) / 2 / middle
}

/**
 * Takes samples of both sides by turns, so that what else the machine does meets both alike.
 *
 * @param sides - two of anything
 * @param rounds - samples of each
 * @param measure - gives one sample, or several named ones, of a side
 * @returns samples by side, in the order of `sides`
 */
export async function alternate(sides, rounds, measure) {
  const samples = sides.map(() => [])
  for (let round = 0; round < rounds; round += 1)
    for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) samples[at].push(await measure(sides[at]))
  return samples
}
