/** A password as `svctl hash-password` writes it, taken apart. */
export interface ScryptText {
  /** Cost, a power of two. */
  readonly n: number
  readonly r: number
  readonly p: number
  /** Base64url. */
  readonly salt: string
  /** Base64url, 32 bytes or more. */
  readonly hash: string
}

/** What such a text begins with. */
export const SCRYPT_PREFIX = '{SCRYPT}'

/** Memory that one check may take, bytes: 128·n·r of them. */
const MEMORY_MAX = 64 * 1024 * 1024
const P_MAX = 16

/**
 * Reads `{SCRYPT}n:r:p:salt:hash`. None of its characters means anything in an INI file, in YAML or to a shell but the
 * braces.
 *
 * @returns `null` for what is not of that form or costs too much to check
 */
export function parseScrypt(text: string): ScryptText | null {
  const parts = /^\{SCRYPT\}(\d{1,8}):(\d{1,3}):(\d{1,3}):([\w-]{8,128}):([\w-]{43,128})$/.exec(text)
  if (parts === null) return null
  const [, , , , salt = '', hash = ''] = parts
  const [n = 0, r = 0, p = 0] = parts.slice(1, 4).map(Number)
  const cheap = r > 0 && p > 0 && p <= P_MAX && 128 * n * r <= MEMORY_MAX
  return n > 1 && (n & (n - 1)) === 0 && cheap ? { n, r, p, salt, hash } : null
}

/** The opposite of `parseScrypt`. */
export function printScrypt({ n, r, p, salt, hash }: ScryptText): string {
  return `${SCRYPT_PREFIX}${n}:${r}:${p}:${salt}:${hash}`
}
