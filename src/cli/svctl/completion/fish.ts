import { AIM, type CommandWords, commandWords, commonFlags, type FlagWords, quoted } from './words.js'

/** The script for fish. */
export function fishScript(): string {
  const commands = commandWords()
  const joined = AIM.filter((name) => name.startsWith('--')).map((name) => quoted(`${name}=*`))
  return `# Completion of svctl for fish: svctl completion fish | source

function __svctl_names
  set -l words (commandline -opc)
  set -l aim
  for i in (seq 2 (count $words))
    switch $words[$i]
      case ${AIM.join(' ')}
        set -a aim $words[$i] $words[(math $i + 1)]
      case ${joined.join(' ')}
        set -a aim $words[$i]
    end
  end
  svctl $aim completion names 2> /dev/null
end

complete -c svctl -f
${commonFlags()
  .map((flag) => `complete -c svctl ${flagLine(flag)}`)
  .join('\n')}
${commands.map(({ name, text }) => `complete -c svctl -n __fish_use_subcommand -a ${name} -d ${quoted(text)}`).join('\n')}
${commands.flatMap(linesOf).join('\n')}
`
}

function linesOf({ name, flags, takes }: CommandWords): readonly string[] {
  const start = `complete -c svctl -n '__fish_seen_subcommand_from ${name}'`
  const lines = flags.map((flag) => `${start} ${flagLine(flag)}`)
  if (takes === 'nothing') return lines
  if (takes === 'processes') return [...lines, `${start} -a '(__svctl_names)'`]
  return [...lines, takes === 'files' ? `${start} -F` : `${start} -a ${quoted(takes.join(' '))}`]
}

function flagLine({ names, text, value }: FlagWords): string {
  const options = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  return `${options.join(' ')} -d ${quoted(text)}${valueFlags(value)}`
}

function valueFlags(value: FlagWords['value']): string {
  if (value === 'none') return ''
  if (value === 'any') return ' -x'
  return value === 'file' ? ' -r -F' : ` -x -a ${quoted(value.join(' '))}`
}
