/** What an `environment=` value says. `surprises` are parts that were read in a way the user hardly meant. */
export type EnvironmentResult =
  | { readonly ok: true; readonly variables: Readonly<Record<string, string>>; readonly surprises: readonly string[] }
  | { readonly ok: false; readonly classic: string }

/**
 * Reads `KEY=value,KEY2="quoted value"` after expansion.
 *
 * Values may be secrets, so `surprises` name keys and never repeat values.
 *
 * @see Supervisor datatypes.py (4.4), dict_of_key_value_pairs: Python's POSIX shlex, tokens taken four at a time
 */
export function parseEnvironment(text: string): EnvironmentResult {
  const lexed = lex(text)
  if (!lexed.ok) return lexed
  const { tokens } = lexed
  const variables = new Map<string, string>()
  const surprises: string[] = []
  for (let i = 0; i < tokens.length; i += 4) {
    const [key, equals, item, separator] = tokens.slice(i, i + 4)
    if (key === undefined || equals?.text !== '=' || item === undefined)
      return { ok: false, classic: `Unexpected end of key/value pairs in value '${text}'` }
    if (variables.has(key.text)) surprises.push(`${key.text} is set twice; the last one counts`)
    variables.set(key.text, item.text)
    surprises.push(...surprisesOf(key, item, separator))
  }
  return { ok: true, variables: Object.fromEntries(variables), surprises }
}

interface Token {
  readonly text: string
  readonly quoted: boolean
  /** A `#` outside quotes ended this token and swallowed the rest of its line. */
  readonly commented: boolean
}

function surprisesOf(key: Token, item: Token, separator: Token | undefined): string[] {
  const name = key.text
  const remedy = `write ${name}="…" in double quotes`
  if (item.commented) return [`the value of ${name} ends at "#": what follows is a comment; ${remedy}`]
  if (!item.quoted && !isWord(item.text)) return [`the value of ${name} is only "${item.text}"; ${remedy}`]
  if (separator === undefined || (separator.text === ',' && !separator.quoted)) return []
  return separator.quoted || isWord(separator.text)
    ? [`the value of ${name} is cut short: what follows it was taken for a separator; ${remedy}`]
    : [`"${separator.text}" after the value of ${name} was taken for a separator; write a comma, or ${remedy}`]
}

type Lexed = { readonly ok: true; readonly tokens: readonly Token[] } | { readonly ok: false; readonly classic: string }

function lex(text: string): Lexed {
  const chars = [...text]
  const tokens: Token[] = []
  let i = 0
  while (i < chars.length) {
    const first = chars[i] ?? ''
    if (isSeparatingBlank(first)) {
      i++
    } else if (first === '#') {
      i = endOfLine(chars, i)
    } else if (startsPiece(first)) {
      let word = ''
      let quoted = false
      while (i < chars.length && startsPiece(chars[i] ?? '')) {
        const piece = lexPiece(chars, i)
        if (!piece.ok) return piece
        word += piece.text
        quoted ||= piece.quoted
        i = piece.end
      }
      const commented = chars[i] === '#'
      tokens.push({ text: word, quoted, commented })
    } else {
      tokens.push({ text: first, quoted: false, commented: false })
      i++
    }
  }
  return { ok: true, tokens }
}

type Piece =
  | { readonly ok: true; readonly text: string; readonly quoted: boolean; readonly end: number }
  | { readonly ok: false; readonly classic: string }

/** One word character, one escaped character, or one quoted stretch. */
function lexPiece(chars: readonly string[], start: number): Piece {
  const first = chars[start] ?? ''
  if (first === '\\') {
    const escaped = chars[start + 1]
    return escaped === undefined
      ? { ok: false, classic: 'No escaped character' }
      : { ok: true, text: escaped, quoted: true, end: start + 2 }
  }
  if (first !== '"' && first !== "'") return { ok: true, text: first, quoted: false, end: start + 1 }
  let text = ''
  for (let i = start + 1; i < chars.length; i++) {
    const char = chars[i] ?? ''
    if (char === first) return { ok: true, text, quoted: true, end: i + 1 }
    if (char === '\\' && first === '"') {
      const escaped = chars[++i]
      if (escaped === undefined) return { ok: false, classic: 'No escaped character' }
      text += escaped === '"' || escaped === '\\' ? escaped : `\\${escaped}`
    } else {
      text += char
    }
  }
  return { ok: false, classic: 'No closing quotation' }
}

function startsPiece(char: string): boolean {
  return char === '\\' || char === '"' || char === "'" || isWordChar(char)
}

function isWord(text: string): boolean {
  return [...text].every(isWordChar)
}

function isWordChar(char: string): boolean {
  return /^[A-Za-z0-9_ß-öø-ÿÀ-ÖØ-Þ/.+():-]$/.test(char)
}

function isSeparatingBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n'
}

function endOfLine(chars: readonly string[], start: number): number {
  const end = chars.indexOf('\n', start)
  return end < 0 ? chars.length : end + 1
}
