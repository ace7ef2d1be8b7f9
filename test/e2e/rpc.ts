import { request } from 'node:http'

/** A value of XML-RPC as plain JSON. */
export type RpcValue = string | number | boolean | readonly RpcValue[] | { readonly [key: string]: RpcValue }

/** A fault the daemon answered with. */
export class RpcFault extends Error {
  readonly code: number
  constructor(code: number, text: string) {
    super(text)
    this.code = code
  }
}

/**
 * Calls one method over a unix socket. Our own few lines, so that the judge shares no code with what it judges.
 *
 * @throws RpcFault for a fault; Error when nobody listens or the answer is no methodResponse
 */
export async function call(socketPath: string, method: string, ...params: readonly RpcValue[]): Promise<RpcValue> {
  const encoded = params.map((value) => `<param>${encode(value)}</param>`).join('')
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${encoded}</params></methodCall>`
  const { status, text } = await post(socketPath, body)
  if (status !== 200) throw new Error(`HTTP ${status} for ${method}: ${text.slice(0, 200)}`)
  const reader = new Reader(text)
  if (!text.includes('<methodResponse')) throw new Error(`no methodResponse: ${text.slice(0, 200)}`)
  const value = reader.value()
  if (text.includes('<fault>')) {
    const fault = value as { readonly faultCode: number; readonly faultString: string }
    throw new RpcFault(fault.faultCode, fault.faultString)
  }
  return value
}

/** One request on a connection of its own. */
export function post(
  socketPath: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath,
        path: '/RPC2',
        method: 'POST',
        agent: false,
        headers: { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body), ...headers },
        timeout: 30_000,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        )
        response.on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer within 30 s')))
    sent.on('error', reject)
    sent.end(body)
  })
}

function encode(value: RpcValue): string {
  if (typeof value === 'string') return `<value><string>${xmlText(value)}</string></value>`
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>`
  if (typeof value === 'number') return `<value><int>${value}</int></value>`
  if (Array.isArray(value)) return `<value><array><data>${value.map(encode).join('')}</data></array></value>`
  const members = Object.entries(value).map(
    ([name, member]) => `<member><name>${xmlText(name)}</name>${encode(member)}</member>`,
  )
  return `<value><struct>${members.join('')}</struct></value>`
}

function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Reads the first value of an answer, tag by tag. */
class Reader {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(text: string) {
    const start = text.indexOf('<value>')
    this.#tokens = text.slice(start).match(/<[^>]+>|[^<]+/g) ?? []
  }

  value(): RpcValue {
    this.#expect('<value>')
    const value = this.#content()
    this.#expect('</value>')
    return value
  }

  #content(): RpcValue {
    this.#blank(/^<(?!\/value)/)
    const token = this.#tokens[this.#at] ?? ''
    if (!token.startsWith('<') || token === '</value>') return this.#text()
    this.#at += 1
    if (token.endsWith('/>')) return ''
    if (token === '<array>') return this.#array()
    if (token === '<struct>') return this.#struct()
    const text = this.#text()
    this.#at += 1
    if (token === '<int>' || token === '<i4>' || token === '<double>' || token === '<i8>') return Number(text)
    return token === '<boolean>' ? text.trim() === '1' : text
  }

  #array(): readonly RpcValue[] {
    const items: RpcValue[] = []
    if (this.#peek() === '<data/>') this.#at += 1
    else {
      this.#expect('<data>')
      while (this.#peek() === '<value>') items.push(this.value())
      this.#expect('</data>')
    }
    this.#expect('</array>')
    return items
  }

  #struct(): RpcValue {
    const members: Record<string, RpcValue> = {}
    while (this.#peek() === '<member>') {
      this.#expect('<member>')
      this.#expect('<name>')
      const name = this.#text()
      this.#expect('</name>')
      members[name] = this.value()
      this.#expect('</member>')
    }
    this.#expect('</struct>')
    return members
  }

  #text(): string {
    const token = this.#tokens[this.#at] ?? ''
    if (token.startsWith('<')) return ''
    this.#at += 1
    return token.replace(/&(#x?[0-9a-f]+|\w+);/gi, (_, name: string) => entity(name))
  }

  /** Blanks between tags, which carry nothing, when a tag of this kind follows. */
  #blank(next: RegExp): void {
    const token = this.#tokens[this.#at] ?? ''
    if (token.trim() === '' && next.test(this.#tokens[this.#at + 1] ?? '')) this.#at += 1
  }

  #peek(): string {
    this.#blank(/^</)
    return this.#tokens[this.#at] ?? ''
  }

  #expect(tag: string): void {
    if (this.#peek() !== tag) throw new Error(`expected ${tag}, found ${this.#peek()}`)
    this.#at += 1
  }
}

function entity(name: string): string {
  if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
  if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
  return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name] ?? ''
}
