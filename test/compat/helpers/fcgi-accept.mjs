// Serves the socket it was given as file descriptor 0 (what a FastCGI program gets):
// answers each connection with one line and closes it.
import net from 'node:net'

const name = process.env.SUPERVISOR_PROCESS_NAME ?? '?'
const server = net.createServer((c) => c.end(`hello from ${name}\n`))
server.listen({ fd: 0 }, () => process.stdout.write(`${name} listening on fd 0\n`))
process.on('SIGTERM', () => process.exit(0))
