// Remembers the last crashes: an XML-RPC interface for supervisord and an action for supervisorctl, in one module.
// The hooks are described, with types, in src/model/plugin.ts.

/**
 * For `[rpcinterface:crashes]`. Called once for each HTTP server; each has a memory of its own.
 *
 * @param context what the daemon offers: processes, verbs, events, the log
 * @param options the other options of the section, as text
 */
export function makeInterface(context, options) {
  const keep = Number(options.keep ?? 10)
  // What is thrown here keeps the daemon from starting; the text goes to its log.
  if (!Number.isInteger(keep) || keep < 1) throw new Error(`keep is a number above 0, not ${options.keep}`)

  const crashes = []
  const waiting = new Set()

  context.onEvent('PROCESS_STATE_EXITED', ({ payload }) => {
    // processname:crasher groupname:crasher from_state:RUNNING expected:0 pid:4711
    const fields = Object.fromEntries(payload.split(' ').map((field) => field.split(/:(.*)/)))
    if (fields.expected === '1') return
    const process = context.process(`${fields.groupname}:${fields.processname}`)
    const crash = {
      name: process?.displayName ?? fields.processname,
      status: process?.exitStatus ?? -1,
      pid: Number(fields.pid),
    }
    crashes.push(crash)
    crashes.splice(0, crashes.length - keep)
    for (const tell of waiting) tell(crash)
    waiting.clear()
  })

  // A default makes a parameter optional: calls with too few are refused otherwise.
  const list = (name = '') => {
    if (name === '') return crashes
    // A fault is an answer, not a mistake of the plugin: the client sees its code and text.
    if (context.process(name) === null) throw context.fault(10, `BAD_NAME: ${name}`)
    return crashes.filter((crash) => crash.name === name)
  }
  list.help =
    'Tell the last crashes, of one process or of all.\n\n@param string name  Name of the process, empty for all'

  return {
    list,
    /** Answers when something crashes; the daemon goes on meanwhile. */
    waitForNext: () => new Promise((resolve) => waiting.add(resolve)),
    clear() {
      crashes.length = 0
      return true
    },
  }
}

/** For `[ctlplugin:crashes]`. Called once when supervisorctl starts. */
export function makeActions(controller) {
  return {
    async do_crashes(argument) {
      if (argument === 'clear') {
        await controller.call('crashes.clear')
        return
      }
      const crashes = await controller.call('crashes.list', argument)
      if (crashes.length === 0) controller.output('no crashes')
      for (const { name, pid, status } of crashes) controller.output(`${name}: pid ${pid} ended with ${status}`)
      if (crashes.length > 0) controller.exitStatus = 1
    },
    help_crashes: 'crashes\t\tShow the last crashes\ncrashes <name>\tOf one process\ncrashes clear\tForget them',
  }
}
