import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerProgram, type Program, type Refusal, toRefusal } from '../calls/answer-program.ts'
import { largestCallBytes } from '../calls/answer-call.ts'
import type { KnownToken } from '../../features/access/common/access.ts'
import type { Caller } from '../../core/study/caller.ts'
import type { Api } from '../../features/api/common/methods.ts'
import { encodeWire } from '../../core/processes/wire.ts'
import { deserializeError, type ErrorCode, plainError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { languageOf } from '../../core/i18n/language.ts'
import { createTranslate, type Translate } from '../../core/i18n/translate.ts'
import { visibleJson } from '../../core/i18n/visible-text.ts'
import { readBody, send } from './answers.ts'
import { type EventStreams, STALLED_AFTER_MS } from './event-streams.ts'
import { answerMcp } from '../mcp/mcp-http.ts'
import { apiPath, describeApi, mcpPath } from '../../features/api/node/openapi.ts'
import { type TurnLimits, Turns } from '../../platform/processes/turns.ts'
import type { LongRequest } from '../../core/processes/request-protocol.ts'
import { RequestBodies } from '../calls/request-bodies.ts'
import type { Connections } from './connections.ts'
import type { TransferFiles } from '../../features/api/node/transfer-files.ts'
import { sendDownload } from './send-download.ts'
import { CpuShare } from './cpu-share.ts'
import { RateLimit } from './rate-limit.ts'

/** Calls that a token may make at once, and from then on each second. */
export const CALLS_AT_ONCE = 200
const CALLS_PER_SECOND = 50
/** Wrong tokens, of all strangers together. */
export const REFUSALS_AT_ONCE = 50
const REFUSALS_PER_SECOND = 5
/** Calls that are under way; more wait. */
const UNDER_WAY: TurnLimits = { atOnce: 32, atOnceOfCaller: 4 }
/** While trials run. */
const SHARE_OF_PROGRAMS = { share: 0.2, burstMs: 400 }
/** Who is told to wait, and asks again at once, hears it no more often than this. */
const REFUSED_AFTER_MS = 250

/** A program sends its call at once. */
const BODY_WITHIN_MS = 60_000

/** What the host needs to let programs in. */
export interface Programs {
  readonly version: string
  /** Null for a token that nobody gave, or that was taken back. */
  readonly find: (secret: string) => KnownToken | null
  readonly apiFor: (caller: Caller, call: { readonly signal: AbortSignal }) => Api
  /** Whether trials run; default: never. */
  readonly isBusy?: () => boolean
}

interface EndpointOptions {
  readonly programs: Programs
  readonly streams: EventStreams
  readonly connections: Connections
  readonly transfers?: TransferFiles
  readonly onBug?: (method: string, error: unknown) => void
}

/**
 * The methods for programs, as an HTTP API and as tools for assistants, behind tokens of people. Order of the checks, after the host's own Host and Origin: no token in
 * the address, a token, how often, address and method, kind and size of the body, the right, the schema.
 */
export class ProgramEndpoint {
  readonly #options: EndpointOptions
  readonly #calls = new RateLimit(CALLS_AT_ONCE, CALLS_PER_SECOND)
  readonly #refusals = new RateLimit(REFUSALS_AT_ONCE, REFUSALS_PER_SECOND)
  readonly #bodies = new RequestBodies()
  readonly #turns = new Turns(UNDER_WAY)
  readonly #share: CpuShare
  /** Streams and connections are counted by token. */
  readonly #owners = new Map<string, object>()
  /** Why the file of tokens cannot be read, as it was logged last: strangers could fill the log with it. */
  #damage: string | null = null

  constructor(options: EndpointOptions) {
    this.#options = options
    const { isBusy = () => false } = options.programs
    this.#share = new CpuShare({ ...SHARE_OF_PROGRAMS, isNeeded: isBusy })
  }

  async close(): Promise<void> {
    await this.#bodies.close()
  }

  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const t = createTranslate(languageOf(request.headers['accept-language']))
    const reply = new Reply(response, t)
    // Addresses end up in logs and histories.
    if (url.search !== '') {
      reply.refuse(400, 'request', msg('web.noQuery'))
      return
    }
    const secret = secretOf(request)
    const token = secret === null ? null : this.#find(secret)
    if (token === null) {
      await this.#refuseStranger(secret, reply)
      return
    }
    const guest = { owner: this.#ownerOf(token), isProgram: true }
    if (!this.#options.connections.admit(request.socket, guest)) {
      reply.refuse(429, 'request', msg('web.tooManyConnections'), { Connection: 'close' })
      return
    }
    const waitS = this.#calls.take(token.id)
    if (waitS > 0) {
      await reply.wait(waitS)
      return
    }
    const answer = async (): Promise<void> =>
      url.pathname === mcpPath
        ? this.#assist(request, reply, token, url)
        : this.#route(request, reply, token, url.pathname.slice(apiPath.length))
    if (request.method === 'POST') await this.#inTurn(token, { request, response }, answer)
    else await answer()
  }

  /** Nothing of a body is read before, and the turn is over when the answer was taken: what waits for a caller is in memory. */
  async #inTurn(
    token: KnownToken,
    { request, response }: Exchange,
    answer: () => Promise<void>,
  ): Promise<void> {
    const end = await this.#turns.take(token.id)
    try {
      if (request.destroyed) return
      await answer()
      await whenDelivered(response)
    } finally {
      end()
    }
  }

  /** Whether the token is still one: it may have been taken back while its request waited or came. */
  #isRevoked(request: IncomingMessage, reply: Reply): boolean {
    const secret = secretOf(request)
    if (secret !== null && this.#find(secret) !== null) return false
    reply.refuse(401, 'access', msg('web.tokenRefused'), { Connection: 'close' })
    return true
  }

  #ownerOf({ id }: KnownToken): object {
    const owner = this.#owners.get(id) ?? { id }
    this.#owners.set(id, owner)
    return owner
  }

  async #assist(
    request: IncomingMessage,
    reply: Reply,
    token: KnownToken,
    url: URL,
  ): Promise<void> {
    if (request.method !== 'POST') {
      reply.notAllowed('POST')
      return
    }
    const body = await this.#json(request, reply, { form: 'tool', method: '' })
    if (body === undefined) return
    // Each message of a batch would be a call that no limit counts; the protocol has none since 2025-06-18.
    if (Array.isArray(body)) {
      reply.refuse(400, 'request', msg('web.noBatch'))
      return
    }
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && !name.startsWith(':')) headers.set(name, value)
    }
    const { programs, onBug } = this.#options
    const waiting = new AbortController()
    reply.response.once('close', () => {
      waiting.abort()
    })
    await this.#share.during(async () => {
      const answer = await answerMcp(
        { url, headers, body, signal: waiting.signal },
        {
          version: programs.version,
          t: reply.t,
          program: this.#programOf(token, 'mcp', waiting.signal),
          ...(onBug && { onBug }),
        },
      ).catch((error: unknown) => {
        if (waiting.signal.aborted) return null
        throw error
      })
      if (answer === null) return
      const mediaType = answer.headers.get('content-type') ?? 'application/json; charset=utf-8'
      send(reply.response, answer.status, mediaType, Buffer.from(await answer.arrayBuffer()))
    })
  }

  /** @param signal aborted where nobody waits for the answer any longer */
  #programOf(
    { name, scopes, isOfProcess }: KnownToken,
    endpoint: Caller['via'],
    signal: AbortSignal,
  ): Program {
    const via = isOfProcess ? 'mcp' : endpoint
    return { scopes, api: this.#options.programs.apiFor({ name, via }, { signal }) }
  }

  /** The body as JSON; undefined if it has been refused. */
  async #json(
    request: IncomingMessage,
    reply: Reply,
    { form, method }: Pick<LongRequest, 'form' | 'method'>,
  ): Promise<unknown> {
    const limit = largestCallBytes(method)
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      reply.refuse(415, 'request', msg('web.jsonOnly'))
      return undefined
    }
    const body = await readBodyInTime(request, limit, reply)
    if (body === undefined || this.#isRevoked(request, reply)) return undefined
    if (body === null) {
      reply.refuse(413, 'request', msg('rule.bytes.atMost', { limit }))
      return undefined
    }
    try {
      const parsed = await this.#bodies.parse(body, form, method)
      if (parsed !== null) return parsed.value
      reply.refuse(400, 'request', msg('web.jsonOnly'))
    } catch (error) {
      reply.failed(error)
    }
    return undefined
  }

  async #route(
    request: IncomingMessage,
    reply: Reply,
    token: KnownToken,
    name: string,
  ): Promise<void> {
    if (request.method === 'GET' && name === 'openapi.json') {
      await this.#share.during(async () => {
        const text = JSON.stringify(describeApi(this.#options.programs.version, reply.t))
        send(reply.response, 200, 'application/json; charset=utf-8', text)
      })
    } else if (request.method === 'GET' && name === 'events') this.#stream(request, reply, token)
    else if (request.method === 'GET' && name.startsWith('download/'))
      sendDownload(request, reply.response, this.#options.transfers, name.slice('download/'.length))
    else if (request.method !== 'POST') reply.notAllowed(name === 'events' ? 'GET' : 'POST')
    else await this.#call(request, reply, token, name)
  }

  async #call(
    request: IncomingMessage,
    reply: Reply,
    token: KnownToken,
    method: string,
  ): Promise<void> {
    const payload = await this.#json(request, reply, { form: 'payload', method })
    if (payload === undefined) return
    const waiting = new AbortController()
    reply.response.once('close', () => {
      waiting.abort()
    })
    await this.#share.during(async () => {
      const program = this.#programOf(token, 'http', waiting.signal)
      const envelope = await answerProgram(
        program,
        { method, payload },
        reply.t.format,
        this.#options.onBug,
      )
      if (envelope.ok) reply.json(200, encodeWire(envelope.value))
      else reply.fail(envelope.error)
    })
  }

  #stream(request: IncomingMessage, reply: Reply, token: KnownToken): void {
    if (!token.scopes.includes('read')) {
      reply.refuse(
        403,
        'access.scope',
        msg('error.access.scope', { method: 'events', scope: 'read' }),
      )
      return
    }
    const guest = { owner: this.#ownerOf(token), isProgram: true }
    const secret = secretOf(request)
    const mayStay = (): boolean => secret !== null && this.#find(secret) !== null
    if (!this.#options.streams.add(request, reply.response, guest, mayStay)) {
      reply.refuse(429, 'request', msg('web.tooManyStreams'))
    }
  }

  async #refuseStranger(secret: string | null, reply: Reply): Promise<void> {
    const waitS = this.#refusals.take('')
    if (waitS > 0) await reply.wait(waitS)
    else {
      const rule = msg(secret === null ? 'web.tokenMissing' : 'web.tokenRefused')
      reply.refuse(401, 'access', rule, { 'WWW-Authenticate': 'Bearer realm="tunewright"' })
    }
  }

  /** A file of tokens that cannot be read lets nobody in. */
  #find(secret: string): KnownToken | null {
    const { programs, onBug } = this.#options
    try {
      const token = programs.find(secret)
      this.#damage = null
      return token
    } catch (error) {
      const damage = String(error)
      if (damage !== this.#damage) onBug?.('access', error)
      this.#damage = damage
      return null
    }
  }
}

/** Waits until an answer has gone to the system, or nobody takes it. */
async function whenDelivered(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed) return
  const { socket } = response
  const destroy = () => socket?.destroy()
  socket?.setTimeout(STALLED_AFTER_MS, destroy)
  await new Promise<void>(resolve => {
    response.once('close', resolve)
  })
  // The connection may carry many more answers.
  socket?.off('timeout', destroy)
}

/** The body of a request, see {@link readBody}; undefined if it took too long, which has been told. */
async function readBodyInTime(
  request: IncomingMessage,
  limit: number,
  reply: Reply,
): Promise<Buffer | null | undefined> {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    reply.refuse(408, 'request', msg('web.bodyTime', { seconds: BODY_WITHIN_MS / 1_000 }), {
      Connection: 'close',
    })
  }, BODY_WITHIN_MS)
  try {
    return await readBody(request, limit)
  } catch (error) {
    if (isLate) return undefined
    throw error
  } finally {
    clearTimeout(timer)
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a program hears, in its language. */
class Reply {
  readonly response: ServerResponse
  readonly t: Translate

  constructor(response: ServerResponse, t: Translate) {
    this.response = response
    this.t = t
  }

  json(status: number, text: string, headers: Readonly<Record<string, string>> = {}): void {
    send(this.response, status, 'application/json; charset=utf-8', visibleJson(text), headers)
  }

  refuse(
    status: number,
    code: string,
    rule: MessageDescriptor,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    this.json(status, JSON.stringify({ error: { code, message: this.t.format(rule) } }), headers)
  }

  async wait(seconds: number): Promise<void> {
    await sleep(REFUSED_AFTER_MS)
    const rule = msg('web.tooManyCalls', { seconds })
    this.refuse(429, 'request', rule, { 'Retry-After': String(seconds) })
  }

  notAllowed(method: string): void {
    this.refuse(405, 'request', msg('rule.callShape'), { Allow: method })
  }

  /** A request that could not be read. */
  failed(error: unknown): void {
    this.fail(toRefusal(plainError(error), this.t.format))
  }

  fail(error: Refusal): void {
    this.json(statusOf(error), encodeWire({ error }))
  }
}

const conflicts: readonly ErrorCode[] = [
  ...([
    'study.running',
    'study.notRunning',
    'study.busy',
    'study.exists',
    'study.finished',
  ] as const),
  ...(['study.external', 'dataset.inUse', 'intervention.refused'] as const),
]
const forbidden: readonly ErrorCode[] = [
  ...(['access.scope', 'access.peopleOnly', 'userCode.untrusted', 'file.notChosen'] as const),
]

function statusOf(error: Refusal): number {
  const { code } = error
  if (code === 'request.invalid') return isUnknownMethod(error) ? 404 : 400
  if (forbidden.includes(code)) return 403
  if (code.endsWith('.notFound')) return 404
  if (conflicts.includes(code)) return 409
  if (code === 'child.busy') return 429
  return deserializeError(error).isInput ? 422 : 500
}

function isUnknownMethod({ detail }: Refusal): boolean {
  return JSON.stringify(detail).includes('"rule.noMethod"')
}

function secretOf({ headers }: IncomingMessage): string | null {
  return /^Bearer +([\w-]{20,100})$/i.exec(headers.authorization ?? '')?.[1] ?? null
}
