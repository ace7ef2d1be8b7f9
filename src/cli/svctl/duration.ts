const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** A timer cannot hold more, ms. */
const DURATION_MS_MAX = 30 * 24 * UNIT_MS.h

/**
 * Reads a span of time: `60` and `60s` are seconds; `500ms`, `5m`, `1h`.
 *
 * @returns whole ms, `null` for anything else and for more than 30 days
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,10})(ms|s|m|h)?$/.exec(text)
  if (!match) return null
  const unit = (match[2] ?? 's') as keyof typeof UNIT_MS
  const ms = Number(match[1]) * UNIT_MS[unit]
  return ms <= DURATION_MS_MAX ? ms : null
}

/**
 * What is wrong with a span of time.
 *
 * @param above0 - whether none at all is wrong
 * @returns what is wanted instead, and why this is not; `null` for nothing
 */
export function durationProblem(
  text: string,
  above0: boolean,
): { readonly wanted: string; readonly why: string } | null {
  const ms = parseDuration(text)
  if (ms !== null && (ms > 0 || !above0)) return null
  const wanted = `a time${above0 ? ' above 0' : ''} such as 60, 60s, 5m or 2h, at most ${DURATION_MS_MAX / UNIT_MS.h}h`
  return { wanted, why: ms === 0 ? '' : whyNot(text) }
}

/** @returns '' where what is wanted says enough */
function whyNot(text: string): string {
  if (/^-\d/.test(text)) return 'it is negative'
  if (/^\d+(ms|s|m|h)?$/.test(text)) return 'it is longer'
  if (/^\d*[.,]\d/.test(text)) return 'the number has to be whole'
  if (/^(ms|s|m|h)$/.test(text)) return 'it has no number'
  const [, unit] = /^\d+\s*(\D+)$/.exec(text) ?? []
  return unit === undefined ? '' : `${JSON.stringify(unit)} is no unit, write ms, s, m or h right after the number`
}
