import { pageOfStudy } from '../../features/application/common/link.ts'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Api } from '../../features/api/common/methods.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import {
  answerCall,
  answerUnread,
  LARGEST_CALL_BYTES,
  largestCallBytes,
  toCall,
} from '../calls/answer-call.ts'
import { RequestBodies } from '../calls/request-bodies.ts'
import type { EventHub } from '../../features/api/node/event-hub.ts'
import { removePartsBelow } from '../../platform/files/temporary.ts'
import { readRendererFile, securityHeaders } from '../calls/renderer-files.ts'
import { readBody, send } from './answers.ts'
import { Connections } from './connections.ts'
import { Access, comesFromOwnPage, type Session, sessionCookie } from './access.ts'
import { EventStreams, type StreamTimes } from './event-streams.ts'
import {
  MAX_CALL_UPLOAD_BYTES,
  MAX_UPLOAD_BYTES,
  receiveUpload,
  UPLOAD_LIMIT_MS,
  uploadParts,
} from './receive-upload.ts'
import { apiPath, mcpPath } from '../../features/api/node/openapi.ts'
import { ProgramEndpoint, type Programs } from './program-endpoint.ts'
import { sendDownload } from './send-download.ts'
import { type TransferFiles, uploadId } from '../../features/api/node/transfer-files.ts'
import { languages } from '../../core/i18n/language.ts'
import { createTranslate } from '../../core/i18n/translate.ts'

export interface WebHostOptions {
  readonly api: Api
  readonly hub: EventHub
  /** 0 takes a free one. */
  readonly port: number
  readonly onBug?: (method: string, error: unknown) => void
  /** A link was used up. */
  readonly onSignIn?: () => void
  /** Folder of the renderer's build; default: the one of this installation. */
  readonly rendererFolder?: string
  readonly streamTimes?: Partial<StreamTimes>
  /** Where files go that a page sends; absent: none are taken. */
  readonly uploadFolder?: string
  /** Files that are sent for one call, and those that are made to be fetched; absent: none. */
  readonly transfers?: TransferFiles
  /** Absent: no programs are let in. */
  readonly programs?: Programs
}

/** Connections at once, with those of {@link Connections}; the rest is for signed-in browsers. */
const MAX_CONNECTIONS = 640
const HEADERS_WITHIN_MS = 10_000
/** A connection is kept for the next request; a program that works for seconds in between must not meet its end. Their number is limited. */
const IDLE_MS = 60_000
const DOWNLOAD_PATH = '/api/download/'
/** Of a file that is sent, with a minute for its refusal; a call is short. */
const REQUEST_WITHIN_MS = UPLOAD_LIMIT_MS + 60_000

export interface WebHost {
  readonly port: number
  /** A link that signs one browser in, once. @param study whose page it leads to; absent: the list of studies */
  issueLink(study?: number): string
  close(): Promise<void>
}

/**
 * Serves the renderer and the back end on this machine's loopback address: for a machine that is reached
 * through SSH, and where Electron's runtime is missing. Order of the checks: own Host and Origin, address, cookie, key, size, then the
 * method and its schema (`perform`).
 *
 * @throws Error with the code of the system, e.g. EADDRINUSE
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const access = new Access()
  const server = createServer(
    {
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: HEADERS_WITHIN_MS / 2,
    },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (wasAborted(request, error)) return
        // What stands behind ? may be a token.
        options.onBug?.((request.url ?? '').replace(/\?.*/s, ''), error)
        if (!response.headersSent) send(response, 500, 'text/plain', 'Internal error')
        else response.destroy()
      })
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  const connections = new Connections()
  server.on('connection', socket => {
    connections.add(socket)
  })
  // The address names the interface: nothing outside this machine can connect.
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: options.port, exclusive: true }, resolve)
  })
  const { port } = server.address() as AddressInfo
  const streams = new EventStreams(options.hub, options.streamTimes)
  const bodies = new RequestBodies()
  let abandonedUploads: Promise<void> | null = null
  const { programs } = options
  const endpoint =
    programs === undefined
      ? null
      : new ProgramEndpoint({ ...options, programs, streams, connections })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!comesFromOwnPage(request, port)) {
      refuse(response, 403, msg('web.ownPageOnly'))
      return
    }
    const target = request.url ?? '/'
    const url = target.startsWith('/') ? URL.parse(`http://127.0.0.1:${port}${target}`) : null
    if (url === null) {
      refuse(response, 400, msg('rule.path'))
      return
    }
    if (endpoint !== null && isForPrograms(url.pathname)) {
      await endpoint.answer(request, response, url)
      return
    }
    const token = url.searchParams.get('token')
    if (request.method === 'GET' && url.pathname === '/' && token !== null) {
      signIn(request, response, { token, study: url.searchParams.get('study') })
      return
    }
    if (access.sessionOf(request, port) === null) {
      send(response, 401, 'text/html; charset=utf-8', signInPage)
      return
    }
    if (url.pathname.startsWith(DOWNLOAD_PATH)) {
      // The browser's own download sends no key; the id, which only a page with the key has got, takes its place.
      sendDownload(request, response, options.transfers, url.pathname.slice(DOWNLOAD_PATH.length))
      return
    }
    if (!url.pathname.startsWith('/api/')) {
      await sendFile(request, response, url.pathname)
      return
    }
    // The cookie alone may have been seen by another port of this machine.
    const session = access.callerOf(request, port)
    const guest = session && { owner: session, isProgram: false }
    if (guest !== null && !connections.admit(request.socket, guest)) {
      response.setHeader('Connection', 'close')
      refuse(response, 429, msg('web.tooManyConnections'))
      return
    }
    if (session === null) refuse(response, 401, msg('web.keyMissing'))
    else if (url.pathname === '/api/call') await call(request, response)
    else if (url.pathname === '/api/upload') await upload(request, response, url)
    else if (url.pathname === '/api/events') stream(request, response, session)
    else send(response, 404, 'text/plain', 'Not found')
  }

  function signIn(
    request: IncomingMessage,
    response: ServerResponse,
    { token, study }: { readonly token: string; readonly study: string | null },
  ): void {
    const former = access.sessionOf(request, port)
    const session = access.redeem(token, former)
    // A link that is opened twice in one browser still leads there.
    if (session === null && former === null) {
      send(response, 401, 'text/html; charset=utf-8', signInPage)
      return
    }
    if (session !== null) {
      response.setHeader('Set-Cookie', sessionCookie(session, port))
      options.onSignIn?.()
    }
    // The part behind # stays in the browser; the page takes it out of the address.
    const id = study !== null && /^\d{1,15}$/.test(study) ? Number(study) : null
    const Location =
      session !== null
        ? `/#key=${session.key}${id === null ? '' : `&study=${id}`}`
        : id === null
          ? '/'
          : `/#${pageOfStudy(id)}`
    response.writeHead(303, { ...securityHeaders, 'Cache-Control': 'no-store', Location }).end()
  }

  function stream(request: IncomingMessage, response: ServerResponse, session: Session): void {
    if (request.method !== 'GET') send(response, 405, 'text/plain', 'GET only')
    else if (
      !streams.add(request, response, { owner: session, isProgram: false }, () =>
        access.isOpen(session),
      )
    ) {
      refuse(response, 429, msg('web.tooManyStreams'))
    }
  }

  async function call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      send(response, 405, 'text/plain', 'POST only')
      return
    }
    const body = await readBody(request, LARGEST_CALL_BYTES)
    if (body === null) {
      refuse(response, 413, msg('rule.bytes.atMost', { limit: LARGEST_CALL_BYTES }))
      return
    }
    const reply = (answer: string): void => {
      send(response, 200, 'application/json; charset=utf-8', answer)
    }
    let message
    try {
      message = toCall((await bodies.parse(body, 'call'))?.value)
    } catch (error) {
      reply(answerUnread(error))
      return
    }
    if (message === null) {
      refuse(response, 400, msg('rule.callShape'))
      return
    }
    const limit = largestCallBytes(message.method)
    if (body.length > limit) {
      refuse(response, 413, msg('rule.bytes.atMost', { limit }))
      return
    }
    reply(await answerCall(options.api, message, options.onBug))
  }

  /** A file for the folder of uploads, which a study file can then name. */
  async function upload(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const parts = uploadParts(url.searchParams.get('path'))
    const target = parts === null ? null : await uploadTarget(parts, url)
    if (request.method !== 'POST') send(response, 405, 'text/plain', 'POST only')
    else if (parts === null) refuse(response, 400, msg('rule.uploadName'))
    else if (target === null) send(response, 404, 'text/plain', 'Not found')
    else {
      const { limitBytes } = target
      try {
        const received = await receiveUpload(request, target.folder, target.parts, { limitBytes })
        if ('path' in received) {
          if (target.id !== null) await options.transfers?.countUpload(target.id, received.path)
          send(response, 200, 'application/json; charset=utf-8', JSON.stringify(received))
        } else if (received.exceeds === 'time')
          refuse(response, 408, msg('rule.uploadTime', { minutes: UPLOAD_LIMIT_MS / 60_000 }))
        else refuse(response, 413, msg('rule.bytes.atMost', { limit: limitBytes }))
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
        refuse(response, 507, msg('rule.diskFull'))
      }
    }
  }

  /** Files for one call lie apart, and are removed after it. */
  async function uploadTarget(
    parts: readonly string[],
    url: URL,
  ): Promise<{
    readonly folder: string
    readonly parts: readonly string[]
    readonly limitBytes: number
    /** Of an upload for one call. */
    readonly id: string | null
  } | null> {
    const { uploadFolder, transfers } = options
    if (url.searchParams.get('for') !== 'call') {
      if (uploadFolder === undefined) return null
      // Nobody goes on with what a server left that was killed: each upload has a folder of its own.
      abandonedUploads ??= removePartsBelow(uploadFolder)
      await abandonedUploads
      return { folder: uploadFolder, parts, limitBytes: MAX_UPLOAD_BYTES, id: null }
    }
    const [id = '', ...names] = parts
    if (transfers === undefined || !uploadId.test(id)) return null
    const { folder, bytes } = await transfers.uploadFolder(id)
    return { folder, parts: names, limitBytes: MAX_CALL_UPLOAD_BYTES - bytes, id }
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
    issueLink: study => {
      const query = study === undefined ? '' : `&study=${study}`
      return `http://127.0.0.1:${port}/?token=${access.issueToken()}${query}`
    },
    close: async () => {
      await Promise.all([bodies.close(), endpoint?.close()])
      await new Promise<void>((resolve, reject) => {
        streams.close()
        server.close(error => {
          if (error === undefined) resolve()
          else reject(error)
        })
        // Event streams never end by themselves.
        server.closeAllConnections()
      })
    },
  }
}

/** Whether the sender went away before its request was whole: it hears no answer, and nothing is wrong here. */
function wasAborted(request: IncomingMessage, error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return request.destroyed && ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)
}

function isForPrograms(pathname: string): boolean {
  return pathname.startsWith(apiPath) || pathname === mcpPath
}

/** The page for a browser without a session. */
const signInPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tunewright</title>
${languages
  .map(language => {
    const command = '<code>tunewright serve --link</code>'
    return `<p lang="${language}">${createTranslate(language)('web.signIn', { command })}</p>`
  })
  .join('\n')}</html>`

/** A program or a stranger reads it. */
function refuse(response: ServerResponse, status: number, rule: MessageDescriptor): void {
  send(response, status, 'text/plain', createTranslate('en').format(rule))
}
