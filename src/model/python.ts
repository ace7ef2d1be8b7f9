/**
 * Text as Python's `repr()` prints it; messages of the original embed it and scripts match on it.
 *
 * @returns single-quoted unless the text has `'` and no `"`; control characters escaped, printable Unicode kept
 */
export function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let out = quote
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (char === quote || char === '\\') out += `\\${char}`
    else if (char === '\n') out += '\\n'
    else if (char === '\r') out += '\\r'
    else if (char === '\t') out += '\\t'
    else if (char === ' ' || !UNPRINTABLE.test(char)) out += char
    else if (code < 0x100) out += `\\x${hex(code, 2)}`
    else out += code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  }
  return out + quote
}

/** Bytes as Python's `repr()` prints them: `b'\x88\n'`. */
export function reprBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'"
  let out = `b${quote}`
  for (const byte of bytes) {
    const char = String.fromCharCode(byte)
    if (char === quote || char === '\\') out += `\\${char}`
    else if (char === '\n') out += '\\n'
    else if (char === '\r') out += '\\r'
    else if (char === '\t') out += '\\t'
    else if (byte < 0x20 || byte >= 0x7f) out += `\\x${hex(byte, 2)}`
    else out += char
  }
  return out + quote
}

/** What `str.isprintable()` denies: the categories "other" and "separator" of Unicode, but for the blank. */
const UNPRINTABLE = /^[\p{C}\p{Z}]$/u

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
