import { NativePartError } from '../host/native/load.js'
import { keepCompiled } from '../host/own-code.js'
import { connectDaemon } from './svctl/connect.js'
import { EXIT, type ExitCode } from './svctl/exit.js'
import { main } from './svctl/main.js'
import { processTerminal } from './svctl/terminal.js'

// A password given with -p is not to stay in the list of processes.
process.title = 'svctl'

void main(process.argv.slice(2), processTerminal(), connectDaemon)
  .catch((error: unknown): ExitCode => {
    if (error instanceof NativePartError) {
      process.stderr.write(`svctl: ${error.message}\n`)
      return EXIT.usage
    }
    const text = error instanceof Error ? error.stack : String(error)
    process.stderr.write(`svctl: this is a bug of svctl, please report it: ${text}\n`)
    return EXIT.bug
  })
  .then((status) => {
    if (status === EXIT.yes) keepCompiled()
    // Once all is written: a request that was given up on may still hold its connection to a daemon that hangs.
    process.stdout.write('', () => process.exit(status))
  })
