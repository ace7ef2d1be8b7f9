const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/**
 * Reads a span of time: `60` and `60s` are seconds; `500ms`, `5m`, `1h`.
 *
 * @returns whole ms, `null` for anything else; longer than 30 days is refused, since a timer cannot hold it
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,10})(ms|s|m|h)?$/.exec(text)
  if (!match) return null
  const unit = (match[2] ?? 's') as keyof typeof UNIT_MS
  const ms = Number(match[1]) * UNIT_MS[unit]
  return ms <= 30 * 24 * UNIT_MS.h ? ms : null
}
