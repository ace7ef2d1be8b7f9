/**
 * What Python's `str.isspace()` accepts. JavaScript's `\s` differs: it has U+FEFF and lacks U+001C to U+001F and U+0085.
 */
export const BLANK = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const LEADING = new RegExp(`^[${BLANK}]+`)
// A lookbehind makes the search start at blanks that follow something, which keeps it linear on long runs of blanks.
const TRAILING = new RegExp(`(?<![${BLANK}])[${BLANK}]+$`)
const ONE = new RegExp(`^[${BLANK}]$`)
const RUN = new RegExp(`[${BLANK}]+`)

/** The text without blanks around it, as Python's `str.strip()` does it. */
export function strip(text: string): string {
  return stripEnd(text.replace(LEADING, ''))
}

/** The text without blanks after it, as Python's `str.rstrip()` does it. */
export function stripEnd(text: string): string {
  return text.replace(TRAILING, '')
}

/** How many UTF-16 units of blanks a text begins with. */
export function leadingBlanks(text: string): number {
  return LEADING.exec(text)?.[0].length ?? 0
}

/** Whether this one character is a blank. */
export function isBlank(char: string): boolean {
  return ONE.test(char)
}

/** The words between blanks, as Python's `str.split()` gives them. */
export function splitBlanks(text: string): string[] {
  return text.split(RUN).filter((word) => word !== '')
}
