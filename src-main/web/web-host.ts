import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Api } from '../contract/api/methods.ts'
import { type Fact, fact } from '../contract/fact.ts'
import { answerCall, LARGEST_CALL_BYTES, parseCall } from '../bridge/answer-call.ts'
import type { EventHub } from '../bridge/event-hub.ts'
import { readRendererFile, securityHeaders } from '../bridge/renderer-files.ts'
import { Access, comesFromOwnPage } from './access.ts'
import { streamEvents } from './event-stream.ts'
import { languages } from '../i18n/language.ts'
import { createTranslate } from '../i18n/translate.ts'

export interface WebHostOptions {
  readonly api: Api
  readonly hub: EventHub
  /** 0 takes a free one. */
  readonly port: number
  readonly onBug?: (method: string, error: unknown) => void
  /** Folder of the renderer's build; default: the one of this installation. */
  readonly rendererFolder?: string
}

export interface WebHost {
  readonly port: number
  /** A link that signs one browser in, once. */
  issueLink(): string
  close(): Promise<void>
}

/**
 * Serves the renderer and the back end on this machine's loopback address: for a machine that is reached
 * through SSH, and where Electron's runtime is missing. Order of the checks: own Host and Origin, session,
 * size, then the method and its schema (`callApi`).
 *
 * @throws Error with the code of the system, e.g. EADDRINUSE
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const access = new Access()
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.onBug?.(request.url ?? '', error)
      if (!response.headersSent) send(response, 500, 'text/plain', 'Internal error')
      else response.destroy()
    })
  })
  // The address names the interface: nothing outside this machine can connect.
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: options.port, exclusive: true }, resolve)
  })
  const { port } = server.address() as AddressInfo

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!comesFromOwnPage(request, port)) {
      refuse(response, 403, fact('web.ownPageOnly'))
      return
    }
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`)
    const token = url.searchParams.get('token')
    if (request.method === 'GET' && url.pathname === '/' && token !== null) {
      signIn(request, response, token)
      return
    }
    if (!access.isSignedIn(request, port)) {
      send(response, 401, 'text/html; charset=utf-8', signInPage)
      return
    }
    if (url.pathname === '/api/call') await call(request, response)
    else if (url.pathname === '/api/events') streamEvents(request, response, options.hub)
    else await sendFile(request, response, url.pathname)
  }

  function signIn(request: IncomingMessage, response: ServerResponse, token: string): void {
    const cookie = access.redeem(token, port)
    // A link that is opened twice in one browser still leads there.
    if (cookie === null && !access.isSignedIn(request, port)) {
      send(response, 401, 'text/html; charset=utf-8', signInPage)
      return
    }
    if (cookie !== null) response.setHeader('Set-Cookie', cookie)
    response.writeHead(303, { ...securityHeaders, Location: '/' }).end()
  }

  async function call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      send(response, 405, 'text/plain', 'POST only')
      return
    }
    const body = await readBody(request)
    if (body === null) {
      refuse(response, 413, fact('rule.bytes.atMost', { limit: LARGEST_CALL_BYTES }))
      return
    }
    const message = parseCall(body)
    if (message === null) {
      refuse(response, 400, fact('rule.callShape'))
      return
    }
    const answer = await answerCall(options.api, message, options.onBug)
    send(response, 200, 'application/json; charset=utf-8', answer)
  }

  async function sendFile(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
  ): Promise<void> {
    const file =
      request.method === 'GET' ? await readRendererFile(pathname, options.rendererFolder) : null
    if (file === null) send(response, 404, 'text/plain', 'Not found')
    else send(response, 200, file.mediaType, file.bytes)
  }

  return {
    port,
    issueLink: () => `http://127.0.0.1:${port}/?token=${access.issueToken()}`,
    close: async () =>
      new Promise((resolve, reject) => {
        server.close(error => {
          if (error === undefined) resolve()
          else reject(error)
        })
        // Event streams never end by themselves.
        server.closeAllConnections()
      }),
  }
}

/** The page for a browser without a session. */
const signInPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tunewright</title>
${languages
  .map(language => {
    const command = '<code>tunewright serve</code>'
    return `<p lang="${language}">${createTranslate(language)('web.signIn', { command })}</p>`
  })
  .join('\n')}</html>`

/** A program or a stranger reads it. */
function refuse(response: ServerResponse, status: number, rule: Fact): void {
  send(response, status, 'text/plain', createTranslate('en').say(rule))
}

function send(
  response: ServerResponse,
  status: number,
  mediaType: string,
  content: string | Buffer,
): void {
  response.writeHead(status, {
    ...securityHeaders,
    'Content-Type': mediaType,
    'Cache-Control': 'no-store',
  })
  response.end(content)
}

/**
 * The body of a request; null if it is too large. What is too large is read and forgotten: a sender that is cut
 * off would not see the answer.
 */
async function readBody(request: IncomingMessage): Promise<string | null> {
  let chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > LARGEST_CALL_BYTES) chunks = []
    else chunks.push(chunk)
  }
  return bytes > LARGEST_CALL_BYTES ? null : Buffer.concat(chunks).toString('utf8')
}
