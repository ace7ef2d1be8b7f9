/** A page as a person without JavaScript has it before them. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
  /** What the message box says, '' without one. */
  readonly message: string
  /** Names of the processes with their states, in the order of the table. */
  readonly rows: readonly (readonly [string, string])[]
  /** Presses a button by its accessible name, and follows the redirect. */
  press(label: string): Promise<Page>
  follow(label: string): Promise<Page>
}

/** A browser as far as the page needs one: it says where a form comes from, and keeps a password. */
export function browser(authorization?: string) {
  const request = async (url: string, init: RequestInit = {}): Promise<Page> => {
    const headers = { ...init.headers, ...(authorization ? { authorization } : {}) }
    const response = await fetch(url, { ...init, headers })
    return pageOf(response, await response.text())
  }
  const pageOf = (response: Response, text: string): Page => ({
    url: response.url,
    status: response.status,
    text,
    message: decoded(/<p class="message"[^>]*>([^<]*)/.exec(text)?.[1] ?? ''),
    rows: [...text.matchAll(/<tr[^>]*><td><span class="status\w+">(\w+)<.*?<th scope="row"><a [^>]*>([^<]*)/g)].map(
      ([, state = '', name = '']) => [decoded(name), state] as const,
    ),
    press(label) {
      for (const [, form = ''] of text.matchAll(/<form ([\s\S]*?)<\/form>/g)) {
        for (const [button, attributes = '', shown] of form.matchAll(/<button ([^>]*)>([^<]*)<\/button>/g)) {
          if ((attribute(attributes, 'aria-label') ?? shown) !== label) continue
          const fields = [...form.matchAll(/<input ([^>]*)>/g), [button, attributes] as const].map(
            ([, field = '']) => [attribute(field, 'name') ?? '', attribute(field, 'value') ?? ''] as [string, string],
          )
          const to = new URL(attribute(form, 'action') ?? '', response.url)
          const { origin } = new URL(response.url)
          return request(to.href, {
            method: (attribute(form, 'method') ?? 'get').toUpperCase(),
            body: new URLSearchParams(fields),
            headers: { origin, referer: response.url, 'sec-fetch-site': 'same-origin' },
          })
        }
      }
      throw new Error(`no button ${label} in ${text}`)
    },
    follow(label) {
      for (const [, attributes = '', shown = ''] of text.matchAll(/<a ([^>]*)>([^<]*)<\/a>/g)) {
        if ((attribute(attributes, 'aria-label') ?? decoded(shown)) !== label) continue
        return request(new URL(attribute(attributes, 'href') ?? '', response.url).href)
      }
      throw new Error(`no link ${label} in ${text}`)
    },
  })
  return { open: request }
}

function attribute(markup: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(markup)?.[1]
  return value === undefined ? undefined : decoded(value)
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
