import { Buffer } from 'node:buffer'
import { type Exchange, sendAnswer, sendError, sendUnchanged } from './answer.js'
import { ICON_SVG } from './web/layout.js'
import { STYLES } from './web/styles.js'

interface Asset {
  readonly contentType: string
  readonly body: Buffer
}

/** One grey dot, 1 by 1 pixels: monitoring may ask for the file of this name. */
const ICON_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='

/** By path. Nothing is read from disk, so no path can lead anywhere else. */
const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/stylesheets/supervisor.css', { contentType: 'text/css', body: Buffer.from(STYLES, 'utf8') }],
  ['/images/icon.svg', { contentType: 'image/svg+xml', body: Buffer.from(ICON_SVG, 'utf8') }],
  ['/images/icon.png', { contentType: 'image/png', body: Buffer.from(ICON_PNG, 'base64') }],
])

/** They come with the program: another version is another process. Whole seconds, as dates of HTTP have them. */
const LOADED_S = Math.floor(Date.now() / 1000)

/** Kept by browsers, who ask each time whether it still holds. */
const KEPT = { 'Last-Modified': new Date(LOADED_S * 1000).toUTCString(), 'Cache-Control': 'no-cache' } as const

/** Answers GET and HEAD for files of the web page; 404 for what there is not, 400 for other methods as the original. */
export function answerStatic(exchange: Exchange): void {
  const { method, headers } = exchange.request
  const asset = ASSETS.get(exchange.path)
  if (method !== 'GET' && method !== 'HEAD') sendError(exchange, 400)
  else if (asset === undefined) sendError(exchange, 404)
  else if (Date.parse(headers['if-modified-since'] ?? '') / 1000 >= LOADED_S) sendUnchanged(exchange, KEPT)
  else {
    const { contentType, body } = asset
    sendAnswer(exchange, 200, { ...KEPT, 'Content-Type': contentType, 'X-Content-Type-Options': 'nosniff' }, body)
  }
}
