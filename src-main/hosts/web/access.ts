import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { keyHeader } from '../../core/processes/channels.ts'

/** Browsers that may stay signed in at once. */
const MAX_SESSIONS = 50
/** Links that may wait to be opened at once. */
const MAX_TOKENS = 100
const COOKIE = 'tunewright'

/**
 * One signed-in browser, and its two secrets. The browser sends the cookie by itself, also to other ports of this machine, which may
 * belong to another user; so the cookie alone opens nothing but the files of the page, and a
 * download whose id only a page with the key can have. The key lies in the page's storage, which is
 * kept per port, and the page sends it as a header.
 */
export interface Session {
  readonly cookie: string
  readonly key: string
}

/** Who may use the web host: whoever opens a link with a token that this process gave away. A token works once and buys a session. */
export class Access {
  readonly #tokens = new Set<string>()
  readonly #sessions = new Set<Session>()

  /** A fresh token, for one link. */
  issueToken(): string {
    const token = secret()
    this.#tokens.add(token)
    dropOldest(this.#tokens, MAX_TOKENS)
    return token
  }

  /**
   * Spends a token.
   * @param former of the same browser; it ends, for its cookie is replaced
   * @returns a new session; null if the token does not fit
   */
  redeem(token: string, former: Session | null): Session | null {
    const knownToken = find(this.#tokens, token, candidate => candidate)
    if (knownToken === null) return null
    this.#tokens.delete(knownToken)
    if (former !== null) this.#sessions.delete(former)
    const session = { cookie: secret(), key: secret() }
    this.#sessions.add(session)
    // The oldest browser is signed out: a process that runs for months must not grow.
    dropOldest(this.#sessions, MAX_SESSIONS)
    return session
  }

  /** Whether a session has not ended. */
  isOpen(session: Session): boolean {
    return this.#sessions.has(session)
  }

  /** The session whose cookie the request carries; enough for files that everybody may have. */
  sessionOf(request: IncomingMessage, port: number): Session | null {
    const prefix = `${cookieName(port)}=`
    for (const text of (request.headers.cookie ?? '').split(';')) {
      const [, value] = text.trim().split(prefix, 2)
      const session =
        value === undefined ? null : find(this.#sessions, value, session => session.cookie)
      if (session !== null) return session
    }
    return null
  }

  /** The session whose cookie and key the request carries. */
  callerOf(request: IncomingMessage, port: number): Session | null {
    const session = this.sessionOf(request, port)
    const key = request.headers[keyHeader]
    return session !== null && typeof key === 'string' && equal(key, session.key) ? session : null
  }
}

/** The header that gives a browser the cookie of its session: scripts cannot read it, other sites cannot send it. */
export function sessionCookie({ cookie }: Session, port: number): string {
  return `${cookieName(port)}=${cookie}; Path=/; HttpOnly; SameSite=Strict`
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
  // Node.js reads the first of several, a proxy perhaps the last (RFC 9112, 3.2: such a request is refused).
  if (request.headersDistinct['host']?.length !== 1) return false
  return origin === undefined || origin === `http://${host}`
}

function secret(): string {
  return randomBytes(32).toString('base64url')
}

function dropOldest(set: Set<unknown>, atMost: number): void {
  for (const oldest of set) {
    if (set.size <= atMost) break
    set.delete(oldest)
  }
}

function find<Known>(
  entries: ReadonlySet<Known>,
  text: string,
  secretOf: (entry: Known) => string,
): Known | null {
  for (const candidate of entries) if (equal(text, secretOf(candidate))) return candidate
  return null
}

/** Compared in a time that does not tell how much of it fits. */
function equal(text: string, expected: string): boolean {
  const [left, right] = [Buffer.from(text), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
