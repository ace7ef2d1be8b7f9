// A tiny HTTP server: says hello, and ends when asked to at /crash, to be replaced.
import { createServer } from 'node:http'

const { PORT = '8484', GREETING = 'hello' } = process.env
const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`)
  response.end(`${GREETING} from pid ${process.pid}\n`)
  if (request.url === '/crash') response.on('finish', () => process.exit(1))
})
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${PORT}/`))
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeAllConnections()
})
