import { AIM, type CommandWords, commandWords, commonFlags, type FlagWords, quoted, valuedFlags } from './words.js'

/** The script for zsh, to be sourced or put as `_svctl` on fpath. */
export function zshScript(): string {
  const commands = commandWords()
  const common = commonFlags()
  const others = valuedFlags().filter((name) => !AIM.includes(name))
  return `#compdef svctl
# Completion of svctl for zsh: source <(svctl completion zsh)

_svctl_values() {
  case "$command $prev" in
${[...commands.flatMap(({ name, flags }) => valueCases(`'${name} `, flags)), ...valueCases("*' ", common)].join('\n')}
    (*) return 1 ;;
  esac
}

_svctl() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" command='' i
  local -a aim commands flags names
  for ((i = 2; i < CURRENT; i++)); do
    case "\${words[i]}" in
      (${AIM.join('|')}) aim+=("\${words[i]}" "\${words[i+1]}"); i=$((i + 1)) ;;
      (${AIM.filter((name) => name.startsWith('--'))
        .map((name) => `${name}=*`)
        .join('|')}) aim+=("\${words[i]}") ;;
      (${others.join('|')}) i=$((i + 1)) ;;
      (-*) ;;
      (*) [[ -z $command ]] && command="\${words[i]}" ;;
    esac
  done
  _svctl_values && return 0
  if [[ $cur == -* ]]; then
    case "$command" in
${commands.map(flagCase).join('\n')}
    esac
    flags+=(${described(common)})
    _describe -o flag flags
  elif [[ -z $command ]]; then
    commands=(${commands.map(({ name, text }) => quoted(`${name}:${text.replaceAll(':', '\\:')}`)).join(' ')})
    _describe command commands
  else
    case "$command" in
${takes(commands)}
    esac
  fi
}

if [[ $funcstack[1] == _svctl ]]; then _svctl "$@"; else compdef _svctl svctl; fi
`
}

/** @param start - of each pattern, with its quote: a command and a blank, or anything and a blank */
function valueCases(start: string, flags: readonly FlagWords[]): readonly string[] {
  return flags.flatMap(({ names, value }) => {
    if (value === 'none') return []
    return `    (${names.map((flag) => `${start}${flag}'`).join('|')}) ${offer(value)} ;;`
  })
}

function offer(value: Exclude<FlagWords['value'], 'none'>): string {
  if (value === 'any') return 'return 0'
  return value === 'file' ? '_files; return 0' : `compadd -- ${value.join(' ')}; return 0`
}

function flagCase({ name, flags }: CommandWords): string {
  return `      (${name}) flags=(${described(flags)}) ;;`
}

function described(flags: readonly FlagWords[]): string {
  return flags.map(({ names, text }) => quoted(`${names.at(-1)}:${text.replaceAll(':', '\\:')}`)).join(' ')
}

function takes(commands: readonly CommandWords[]): string {
  const by = (wanted: CommandWords['takes']) =>
    commands
      .filter(({ takes }) => takes === wanted)
      .map(({ name }) => name)
      .join('|')
  const lists = commands.flatMap(({ name, takes }) =>
    Array.isArray(takes) ? `      (${name}) compadd -- ${takes.join(' ')} ;;` : [],
  )
  return [
    `      (${by('processes')}) names=(\${(f)"$(svctl "\${aim[@]}" completion names 2> /dev/null)"}); compadd -a names ;;`,
    ...(by('files') === '' ? [] : [`      (${by('files')}) _files ;;`]),
    ...lists,
  ].join('\n')
}
