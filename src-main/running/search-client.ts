import { AppError, deserializeError } from '../contract/errors.ts'
import {
  searchProtocolVersion,
  type SearchRequest,
  type SearchResponse,
  type SearchResults,
} from '../contract/search-protocol.ts'
import { ChildHandle } from '../processes/child-handle.ts'

/** A request without the number that the client gives it. */
type WithoutId<Request> = Request extends { readonly id: number } ? Omit<Request, 'id'> : never
export type SearchCall = WithoutId<SearchRequest>

interface Pending {
  readonly type: keyof SearchResults
  readonly resolve: (value: never) => void
  readonly reject: (error: AppError) => void
}

/** How long the search process may take to say that it is there. */
const startLimitMs = 30_000
const stopGraceMs = 2_000

/**
 * Main's side of one search process. Requests are answered in order; when the process dies, all
 * waiting calls fail with `child.gone` and the owner starts a new client with the same history.
 */
export class SearchClient {
  readonly #child: ChildHandle<SearchResponse, SearchRequest>
  readonly #pending = new Map<number, Pending>()
  readonly #ready: Promise<void>
  #nextId = 1
  #gone: AppError | null = null

  constructor(entry: URL = new URL('../children/search.ts', import.meta.url)) {
    let markReady: () => void = () => undefined
    let markFailed: (error: AppError) => void = () => undefined
    this.#ready = new Promise((resolve, reject) => {
      markReady = resolve
      markFailed = reject
    })
    this.#ready.catch(() => undefined)
    const timer = setTimeout(() => {
      markFailed(new AppError('child.startTimeout', { child: 'search', limitMs: startLimitMs }))
      this.#child.kill()
    }, startLimitMs)
    this.#child = new ChildHandle<SearchResponse, SearchRequest>({
      name: 'search',
      entry,
      onMessage: message => {
        if (message.type !== 'ready') this.#settle(message)
        else if (message.protocol === searchProtocolVersion) {
          clearTimeout(timer)
          markReady()
        } else {
          markFailed(protocolError('protocol', message.protocol))
          this.#child.kill()
        }
      },
      onExit: exit => {
        clearTimeout(timer)
        this.#gone = ChildHandle.goneError('search', exit)
        markFailed(this.#gone)
        for (const waiting of this.#pending.values()) waiting.reject(this.#gone)
        this.#pending.clear()
      },
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Asks the search process; rejects with its error, or with `child.gone`. */
  async call<Type extends keyof SearchResults>(
    request: Extract<SearchCall, { type: Type }>,
  ): Promise<SearchResults[Type]> {
    await this.#ready
    if (this.#gone !== null) throw this.#gone
    const id = this.#nextId++
    return new Promise<SearchResults[Type]>((resolve, reject) => {
      this.#pending.set(id, {
        type: request.type,
        resolve: resolve,
        reject,
      })
      this.#child.send({ ...request, id })
    })
  }

  async close(): Promise<void> {
    await this.#child.stop(stopGraceMs)
  }

  #settle(response: Exclude<SearchResponse, { type: 'ready' }>): void {
    const waiting = this.#pending.get(response.id)
    if (waiting === undefined) return
    this.#pending.delete(response.id)
    if (waiting.type !== response.type) waiting.reject(protocolError('type', response.type))
    else if (response.ok) waiting.resolve(response.value as never)
    else waiting.reject(deserializeError(response.error))
  }
}

function protocolError(field: string, value: string | number): AppError {
  return new AppError('protocol.invalid', {
    from: 'search',
    field,
    value,
    rule: `must match protocol ${String(searchProtocolVersion)}`,
  })
}
