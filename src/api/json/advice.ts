import type { ProcessView } from '../../model/operator.js'
import type { ExplanationDocument, LastExitRow } from './explanation.js'

type Facts = Omit<ExplanationDocument, 'advice'>

/** What a person should do about the state of a process, the most likely to help first; none when all is well. */
export function advise(facts: Facts, view: ProcessView): readonly string[] {
  const { name, hold, state, verdict } = facts
  if (hold !== null) {
    return [`svctl start ${name} starts it; svctl release ${name} lets the file decide again`]
  }
  if (state === 'RUNNING' && facts.observedGeneration < facts.generation) {
    return [`svctl restart ${name} starts it anew from the accepted specification`]
  }
  if (verdict === 'ok') return state === 'STOPPED' ? [`svctl start ${name} starts it`] : []
  if (state === 'STOPPING') return []
  const causes = [...portAdvice(facts), ...spawnAdvice(facts), ...exitAdvice(facts, view)]
  const hint = causes.length === 0 ? whereToLook(facts) : causes
  return state === 'FATAL' ? [...hint, `once that is mended: svctl start ${name}`] : hint
}

function portAdvice({ name, port }: Facts): readonly string[] {
  if (port === null) return []
  const { holder } = port
  if (holder === null) {
    return [`port ${port.port} was taken, but nobody listens there any more: the next start may well succeed`]
  }
  if (holder.process === name) return [`${name} has port ${port.port} itself: an older instance has not let go of it`]
  const who = holder.pid === null ? 'a process that cannot be seen from here' : `pid ${holder.pid} (${holder.command})`
  if (holder.process !== null) {
    return [`port ${port.port} is taken by ${holder.process}, ${who}: give one of the two another port`]
  }
  return [`port ${port.port} is taken by ${who}: stop that, or give ${name} another port`]
}

function spawnAdvice({ spawnError }: Facts): readonly string[] {
  if (/^can't find command/.test(spawnError)) {
    return ['the command does not exist: check command= (a path is taken from directory=, a name is looked up on PATH)']
  }
  if (/not executable|EACCES/.test(spawnError)) return ['the command may not be run: check its mode and its owner']
  return []
}

/** Signals that mean a mistake in the program. */
const CRASHES = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGSYS', 'SIGTRAP']

function exitAdvice({ state, lastExit }: Facts, { spec }: ProcessView): readonly string[] {
  if (lastExit === null || state === 'RUNNING') return []
  const { code, signal } = lastExit
  if (code === 127) {
    return ['code 127: the program or its interpreter was not found, or its user or directory could not be used']
  }
  if (code === 126) return ['code 126: what the command names was found, but may not be run']
  if (signal === 'SIGKILL') {
    return ['SIGKILL that did not come from here is most often the kernel, out of memory: see dmesg or journalctl -k']
  }
  if (signal !== null && CRASHES.includes(signal)) return [crashAdvice(lastExit)]
  if (code !== null && spec.exitCodes.includes(code) && state !== 'EXITED') {
    return [
      `it ends with code ${code} within startsecs=${spec.startSecs}: if it puts itself into the background, make it ` +
        'stay in the foreground; if it is done by then, set startsecs=0',
    ]
  }
  return []
}

function crashAdvice({ signal, coreDumped }: LastExitRow): string {
  const core = coreDumped ? 'coredumpctl may have its core dump' : 'no core was dumped'
  return `${signal} is a crash of the program itself; ${core}`
}

function whereToLook({ name, stderr }: Facts): readonly string[] {
  if (stderr.lines.length > 0) return [`what it wrote last says more: svctl logs ${name}`]
  if (stderr.file === '') return ['it keeps no log of its errors: set stderr_logfile to see them']
  return ['it wrote nothing to its log of errors: run its command by hand, as its user and in its directory']
}
