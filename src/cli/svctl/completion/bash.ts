import { AIM, type CommandWords, commandWords, commonFlags, type FlagWords, quoted, valuedFlags } from './words.js'

/** The script for bash. Names go through no expansion: they come from a daemon that may be anybody's. */
export function bashScript(): string {
  const commands = commandWords()
  const common = commonFlags()
  const others = valuedFlags().filter((name) => !AIM.includes(name))
  return `# Completion of svctl for bash: source <(svctl completion bash)

_svctl_offer() {
  local word
  while IFS= read -r word; do
    [[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
  done
  return 0
}

_svctl_files() {
  local word
  while IFS= read -r word; do
    [[ -n $word ]] && COMPREPLY+=("$word")
  done <<< "$(compgen -f -- "$cur")"
  compopt -o filenames 2> /dev/null
  return 0
}

_svctl_values() {
  case "$command $prev" in
${[...commands.flatMap(({ name, flags }) => valueCases(`"${name} `, flags)), ...valueCases('*" ', common)].join('\n')}
    *) return 1 ;;
  esac
}

_svctl_flags() {
  case "$command" in
${commands.map(flagCase).join('\n')}
  esac
  printf '%s\\n' ${longNames(common)} --help
}

_svctl() {
  # By blanks alone: the words that bash hands over are cut at the colons of names and addresses.
  local line="\${COMP_LINE:0:$COMP_POINT}" command='' cur prev i
  local -a words=() aim=()
  read -ra words <<< "$line"
  [[ $line == *[[:blank:]] ]] && words+=('')
  local last=$((\${#words[@]} - 1))
  cur=\${words[last]}
  prev=\${words[last > 0 ? last - 1 : 0]}
  for ((i = 1; i < last; i++)); do
    case "\${words[i]}" in
      ${AIM.join('|')}) ((i + 1 < last)) && aim+=("\${words[i]}" "\${words[i + 1]}"); i=$((i + 1)) ;;
      ${AIM.filter((name) => name.startsWith('--'))
        .map((name) => `${name}=*`)
        .join('|')}) aim+=("\${words[i]}") ;;
      ${others.join('|')}) i=$((i + 1)) ;;
      -*) ;;
      *) [[ -z $command ]] && command=\${words[i]} ;;
    esac
  done
  COMPREPLY=()
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    cur=\${cur#*=}
    _svctl_values
    return
  fi
  if _svctl_values; then
    return
  elif [[ $cur == -* ]]; then
    _svctl_offer <<< "$(_svctl_flags)"
  elif [[ -z $command ]]; then
    _svctl_offer <<< ${quoted([...commands.map(({ name }) => name), 'help'].join('\n'))}
  else
    case "$command" in
${takes(commands)}
    esac
  fi
  # Bash replaces only what comes after the last colon.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before=\${cur%"\${cur##*:}"}
    COMPREPLY=("\${COMPREPLY[@]#"$before"}")
  fi
}

complete -F _svctl svctl
`
}

/** @param start - of each pattern, with its quote: a command and a blank, or anything and a blank */
function valueCases(start: string, flags: readonly FlagWords[]): readonly string[] {
  return flags.flatMap(({ names, value }) => {
    if (value === 'none') return []
    return `    ${names.map((flag) => `${start}${flag}"`).join(' | ')}) ${offer(value)} ;;`
  })
}

function offer(value: Exclude<FlagWords['value'], 'none'>): string {
  if (value === 'any') return 'return 0'
  return value === 'file' ? '_svctl_files' : `_svctl_offer <<< ${quoted(value.join('\n'))}`
}

function flagCase({ name, flags }: CommandWords): string {
  return `    ${name}) printf '%s\\n' ${longNames(flags)} ;;`
}

function longNames(flags: readonly FlagWords[]): string {
  return flags.flatMap(({ names }) => names.at(-1) ?? []).join(' ')
}

function takes(commands: readonly CommandWords[]): string {
  const by = (wanted: CommandWords['takes']) =>
    commands
      .filter(({ takes }) => takes === wanted)
      .map(({ name }) => name)
      .join(' | ')
  const lists = commands.flatMap(({ name, takes }) =>
    Array.isArray(takes) ? `      ${name}) _svctl_offer <<< ${quoted(takes.join('\n'))} ;;` : [],
  )
  return [
    `      ${by('processes')}) _svctl_offer <<< "$(svctl "\${aim[@]}" completion names 2> /dev/null)" ;;`,
    ...(by('files') === '' ? [] : [`      ${by('files')}) _svctl_files ;;`]),
    ...lists,
  ].join('\n')
}
