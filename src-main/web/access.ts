import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Browsers that may stay signed in at once. */
const MAX_SESSIONS = 50
const COOKIE = 'tunewright'

/**
 * Who may use the web host: whoever opens a link with a token that this process printed. A token works
 * once; it buys a session cookie that scripts cannot read and other sites cannot send.
 */
export class Access {
  readonly #tokens = new Set<string>()
  readonly #sessions = new Set<string>()

  /** A fresh token, for one link. */
  issueToken(): string {
    const token = randomBytes(32).toString('base64url')
    this.#tokens.add(token)
    return token
  }

  /** Spends a token. @returns the `Set-Cookie` header of a new session, or null if it does not fit */
  redeem(token: string, port: number): string | null {
    const known = find(this.#tokens, token)
    if (known === null) return null
    this.#tokens.delete(known)
    const session = randomBytes(32).toString('base64url')
    this.#sessions.add(session)
    // The oldest browser is signed out: a process that runs for months must not grow.
    for (const oldest of this.#sessions) {
      if (this.#sessions.size <= MAX_SESSIONS) break
      this.#sessions.delete(oldest)
    }
    return `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`
  }

  /** The request carries the cookie of a session. */
  isSignedIn(request: IncomingMessage, port: number): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map(text => text.trim())
    const prefix = `${cookieName(port)}=`
    return cookies.some(
      text => text.startsWith(prefix) && find(this.#sessions, text.slice(prefix.length)) !== null,
    )
  }
}

/** Cookies know no ports: two hosts on one machine must not sign each other out. */
function cookieName(port: number): string {
  return `${COOKIE}-${port}`
}

/**
 * A page of another site can make a browser call this host, and can give its own name this machine's
 * address; both show in the headers.
 */
export function comesFromOwnPage(request: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = request.headers
  if (host === undefined || !hosts.includes(host)) return false
  return origin === undefined || origin === `http://${host}`
}

/** The member that equals `text`, compared in a time that does not tell how much of it fits. */
function find(known: ReadonlySet<string>, text: string): string | null {
  const bytes = Buffer.from(text)
  for (const candidate of known) {
    const expected = Buffer.from(candidate)
    if (expected.length === bytes.length && timingSafeEqual(expected, bytes)) return candidate
  }
  return null
}
