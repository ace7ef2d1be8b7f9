import { soundsSecret } from '../../model/secret.js'
import { HIDDEN } from './secrets.js'

/** A command line of somebody else with the values hidden that may be secret: `--password=x`, `--token x`, `DB_PASSWORD=x`. */
export function hideArguments(command: string): string {
  const words = command.split(' ')
  return words
    .map((word, i) => {
      const equals = word.indexOf('=')
      if (equals > 0 && soundsSecret(word.slice(0, equals))) return `${word.slice(0, equals)}=${HIDDEN}`
      const before = words[i - 1] ?? ''
      return before.startsWith('-') && !before.includes('=') && soundsSecret(before) ? HIDDEN : word
    })
    .join(' ')
}
