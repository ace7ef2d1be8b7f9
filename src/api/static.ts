import { Buffer } from 'node:buffer'
import { type Exchange, sendAnswer, sendError } from './answer.js'

interface Asset {
  readonly contentType: string
  readonly body: Buffer
}

const STYLES = `
body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222 }
h1 { font-size: 1.4rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #ddd }
form { display: inline }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
.message { background: #eef6ee; border: 1px solid #9c9; padding: .4rem .6rem }
.statusrunning { color: #176b17 }
.statuserror { color: #a31515 }
.statusnominal { color: #555 }
`

/** One grey dot, 1 by 1 pixels. */
const ICON = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='

/** By path. Nothing is read from disk, so no path can lead anywhere else. */
const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/stylesheets/supervisor.css', { contentType: 'text/css', body: Buffer.from(STYLES, 'utf8') }],
  ['/images/icon.png', { contentType: 'image/png', body: Buffer.from(ICON, 'base64') }],
])

/** Answers GET and HEAD for files of the web page; 404 for what there is not, 400 for other methods as the original. */
export function answerStatic(exchange: Exchange): void {
  const { method } = exchange.request
  const asset = ASSETS.get(exchange.path)
  if (method !== 'GET' && method !== 'HEAD') sendError(exchange, 400)
  else if (asset === undefined) sendError(exchange, 404)
  else sendAnswer(exchange, 200, { 'Content-Type': asset.contentType }, asset.body)
}
