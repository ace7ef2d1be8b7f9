const SECRET_WORD = /password|passwd|secret|token|credential|api_?key/i

/** Whether a name is one that people give to secrets: `DB_PASSWORD`, `api_key`. */
export function soundsSecret(name: string): boolean {
  return SECRET_WORD.test(name.replaceAll('-', '_'))
}
