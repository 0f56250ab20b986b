import { type IncomingHttpHeaders, request } from 'node:http'
import { keyHeader } from '../../src-main/core/processes/channels.ts'
import type { WebHost } from '../../src-main/hosts/web/web-host.ts'

export interface WebAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface WebRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The headers of a signed-in page. */
export type WebSession = { readonly Cookie: string; readonly [keyHeader]: string }

/** A request as it is written: no client that would mend the path or the headers. */
export async function askWebHost(
  port: number,
  target: string,
  { method = 'GET', headers = {}, body }: WebRequest = {},
): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path: target, method, headers: { ...headers }, agent: false },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => {
          const { statusCode = 0, headers: answered } = response
          resolve({ status: statusCode, headers: answered, body: text })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Opens a link as a browser does, and keeps what a page keeps. */
export async function signInTo({ port, issueLink }: WebHost): Promise<WebSession> {
  const { search } = new URL(issueLink())
  const { headers } = await askWebHost(port, `/${search}`)
  return {
    Cookie: String(headers['set-cookie']?.[0]).split(';')[0] ?? '',
    [keyHeader]: String(headers.location).split('#key=')[1] ?? '',
  }
}
