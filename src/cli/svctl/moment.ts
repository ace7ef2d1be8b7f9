/** A wall clock time for people, local: `2026-01-31 14:30:05`. */
export function formatMoment(wallMs: number): string {
  const at = new Date(wallMs)
  const two = (n: number) => String(n).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** A span for people, by its largest units: `350 ms`, `4 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export function formatSpan(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.floor(ms / 1000)
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ]
  const first = units.findIndex(([, size]) => seconds >= size)
  const [[unit, size] = ['s', 1], next] = units.slice(first)
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1])
  return `${Math.floor(seconds / size)} ${unit}${next === undefined || rest === 0 ? '' : ` ${rest} ${next[0]}`}`
}

/**
 * Reads a time of day (`14:30`, `14:30:05`, today or, when that is still to come, yesterday) or a date with or without a
 * time (`2026-01-31`, `2026-01-31T14:30`), local unless it says otherwise.
 *
 * @returns ms since 1970, `null` for anything else
 */
export function parseMoment(text: string, nowWallMs: number): number | null {
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (clock) {
    const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)]
    if (hours > 23 || minutes > 59 || seconds > 59) return null
    const at = new Date(nowWallMs)
    at.setHours(hours, minutes, seconds, 0)
    if (at.getTime() > nowWallMs) at.setDate(at.getDate() - 1)
    return at.getTime()
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseMoment(`${text}T00:00`, nowWallMs)
  const ms = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}
