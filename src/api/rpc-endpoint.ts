import type { Buffer } from 'node:buffer'
import type { Log } from '../model/ports.js'
import { reprString } from '../model/python.js'
import { type Exchange, sendAnswer, sendError } from './answer.js'
import { readBody } from './body.js'
import { dispatch } from './dispatch.js'
import type { Result } from './faults.js'
import type { Call } from './methods/method.js'
import { encodeJsonAnswer, RPC_JSON } from './rpc-json.js'
import { decodeCall, encodeFault, encodeResponse } from './xml.js'

/** How much of a bad request is quoted in the activity log. */
const QUOTED_BYTES_MAX = 1024

/** Answers one XML-RPC request: a value or fault as XML (as JSON to a client that asks for it), HTTP 400 for what is no call, 500 where the original fails. */
export async function answerRpc(exchange: Exchange, call: Call, log: Log): Promise<void> {
  const body = await readBody(exchange)
  if (body === null) return
  const decoded = decodeCall(body.toString('utf8'))
  if (!decoded.ok) {
    log.write('error', `XML-RPC request data ${quote(body)} is invalid: ${decoded.reason}`)
    return sendError(exchange, 400)
  }
  const { methodName, params } = decoded
  if (log.enabled('trace')) log.write('trace', `XML-RPC method called: ${methodName}()`)
  const answer = dispatch(call, methodName, params)
  // What the original calls success is that the call waits by now; how that ends it does not tell.
  const waits = answer instanceof Promise
  if (waits && log.enabled('trace')) log.write('trace', `XML-RPC method ${methodName}() returned successfully`)
  const result = await answer
  if (call.closed.aborted) return
  if (!waits || result.kind === 'failure') logResult(log, methodName, result, body)
  if (result.kind === 'failure') return sendError(exchange, 500)
  if (exchange.request.headers.accept?.includes(RPC_JSON)) {
    return sendAnswer(exchange, 200, { 'Content-Type': RPC_JSON }, encodeJsonAnswer(result))
  }
  const text =
    result.kind === 'fault' ? encodeFault(result.code, result.text) : (result.xml?.() ?? encodeResponse(result.value))
  sendAnswer(exchange, 200, { 'Content-Type': 'text/xml' }, text)
}

function logResult(log: Log, methodName: string, result: Result, body: Buffer): void {
  if (result.kind === 'failure') {
    const exception = `${result.exception}: ${result.message}`
    log.write(
      'critical',
      `Handling XML-RPC request with data ${quote(body)} raised an unexpected exception: ${exception}`,
    )
  } else if (log.enabled('trace')) {
    const came =
      result.kind === 'fault' ? `returned fault: [${result.code}] ${faultText(result)}` : 'returned successfully'
    log.write('trace', `XML-RPC method ${methodName}() ${came}`)
  }
}

/** Why a file cannot be read may be told with the line that is wrong, which may hold a secret. */
function faultText({ name, text }: Extract<Result, { kind: 'fault' }>): string {
  return name === 'CANT_REREAD' ? name : text
}

function quote(body: Buffer): string {
  const quoted = reprString(body.subarray(0, QUOTED_BYTES_MAX).toString('utf8'))
  return body.length > QUOTED_BYTES_MAX ? `${quoted}... (${body.length} bytes)` : quoted
}
