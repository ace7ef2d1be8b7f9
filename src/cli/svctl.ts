import { connectDaemon } from './svctl/connect.js'
import { EXIT } from './svctl/exit.js'
import { main } from './svctl/main.js'
import { processTerminal } from './svctl/terminal.js'

// A password given with -p is not to stay in the list of processes.
process.title = 'svctl'

main(process.argv.slice(2), processTerminal(), connectDaemon).then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    process.stderr.write(
      `svctl: this is a bug of svctl, please report it: ${error instanceof Error ? error.stack : error}\n`,
    )
    process.exitCode = EXIT.bug
  },
)
