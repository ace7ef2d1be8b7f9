import { Buffer } from 'node:buffer'
import { type Exchange, refuseBody, sendError } from './answer.js'

/** A call, a document or a form longer than this is refused with 413 before it is read. */
export const BODY_BYTES_MAX = 16 * 1024 * 1024

/**
 * Reads the body of a request that has one.
 *
 * @returns the bytes, or `null` when there is nothing to do any more: the client has gone, or has been told 411 (no
 *   Content-Length, as the original; chunked bodies are not read) or 413
 */
export async function readBody(exchange: Exchange, bytesMax: number = BODY_BYTES_MAX): Promise<Buffer | null> {
  const { request } = exchange
  const declared = request.headers['content-length']
  if (declared === undefined || request.headers['transfer-encoding'] !== undefined) {
    // Without either header there is no body, and the connection can go on.
    if (request.headers['transfer-encoding'] === undefined) sendError(exchange, 411)
    else refuseBody(exchange, 411)
    return null
  }
  if (Number(declared) > bytesMax) {
    refuseBody(exchange, 413)
    return null
  }
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return null // The client went away in the middle; there is nobody to answer.
  }
  return Buffer.concat(chunks)
}
