/**
 * Whether a file name matches one part of a glob: `*` any text, `?` one character, `[abc]`, `[a-z]`, `[!abc]` a set.
 *
 * A leading dot is matched only by a dot. A `[` without its `]` is an ordinary character. `**` is `*`.
 *
 * @see Python's fnmatch and glob
 */
export function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  return compile(pattern).test(name)
}

function compile(pattern: string): RegExp {
  let source = ''
  const chars = [...pattern]
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? ''
    if (char === '*') {
      // One for a run of stars: several in a row take exponential time.
      if (chars[i - 1] !== '*') source += '.*'
    } else if (char === '?') source += '.'
    else if (char === '[') {
      const end = endOfSet(chars, i)
      source += end < 0 ? '\\[' : set(chars.slice(i + 1, end))
      if (end >= 0) i = end
    } else source += literal(char)
  }
  return new RegExp(`^${source}$`, 'su')
}

/** Where the set that opens at `start` closes; a `]` right after `[` or `[!` is a member. -1: nowhere */
function endOfSet(chars: readonly string[], start: number): number {
  const first = chars[start + 1] === '!' ? start + 2 : start + 1
  return chars.indexOf(']', first + 1)
}

function set(members: readonly string[]): string {
  const negated = members[0] === '!'
  const body = negated ? members.slice(1) : members
  const ranges: string[] = []
  for (let i = 0; i < body.length; i++) {
    const low = body[i] ?? ''
    const high = body[i + 2]
    if (body[i + 1] !== '-' || high === undefined) ranges.push(literal(low))
    else {
      if (low <= high) ranges.push(`${literal(low)}-${literal(high)}`) // an empty range matches nothing
      i += 2
    }
  }
  return `[${negated ? '^' : ''}${ranges.join('')}]`
}

/** By number: nothing is special then, in a set or out of it. */
function literal(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
}
