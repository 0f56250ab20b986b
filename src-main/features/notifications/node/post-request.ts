import http from 'node:http'
import https from 'node:https'
import type { Post } from './compose-post.ts'

/** Of an answer: it is looked at for a refusal. */
const MAX_ANSWER_CHARACTERS = 10_000

export interface PostAnswer {
  readonly status: number
  /** The first 10,000 characters, or fewer where the rest did not come; empty where it was not to be read. */
  readonly text: string
}

export interface PostRequestOptions {
  /** Ends the request; what has come of the text by then counts. */
  readonly signal: AbortSignal
  /** Whether the text of an answer of status 200…299 is read; no other text is. */
  readonly readsText: boolean
}

/**
 * Posts once. The status alone says whether the message was taken, so the request settles as soon as that and what is to be read of the text have come.
 * `fetch` would send again after a status 421, hide 407, follow or hide redirections, and unpack what it is sent.
 * @throws whatever Node says where no status comes; its words may hold the address
 */
export async function postRequest(
  { url, headers, body }: Post,
  { signal, readsText }: PostRequestOptions,
): Promise<PostAnswer> {
  const { request: open } = new URL(url).protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const request = open(url, {
      method: 'POST',
      headers: {
        'user-agent': 'tunewright',
        ...headers,
        'content-length': Buffer.byteLength(body),
      },
      signal,
    })
    request.on('error', reject)
    request.on('response', response => {
      const { statusCode: status = 0 } = response
      let text = ''
      const settle = (): void => {
        resolve({ status, text: text.slice(0, MAX_ANSWER_CHARACTERS) })
        // The rest is not waited for: an answer may have no end.
        if (!response.complete) request.destroy()
      }
      // The status has come; that the connection breaks changes nothing.
      response.on('error', () => undefined).on('close', settle)
      if (!readsText || status < 200 || status > 299) {
        settle()
        return
      }
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (text.length >= MAX_ANSWER_CHARACTERS) settle()
      })
    })
    request.end(body)
  })
}
