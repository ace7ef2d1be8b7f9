import type { Options } from './arguments.js'

/** A svctl command to copy, aimed at the same daemon; the password is left out. */
export function commandLine(options: Options, words: readonly string[]): string {
  const aim = [
    ...(options.server === null ? [] : ['-s', options.server]),
    ...(options.username === null ? [] : ['-u', options.username]),
    ...(options.clientConfig === null ? [] : ['--client-config', options.clientConfig]),
  ]
  return ['svctl', ...aim, ...words].map(quote).join(' ')
}

/** One word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
