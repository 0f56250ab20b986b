import { isIP } from 'node:net'
import type { Job, Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { AppError } from '../../../../core/errors/errors.ts'
import { verbatim } from '../../../../core/errors/message.ts'
import type { RegisteredJobQueue } from '../../../../core/machine/job-queue.ts'

const DEFAULT_PORT = 6_379
const LONGEST_PAUSE_MS = 1_000
/** A broker that says nothing for so long is connected to again. */
const SILENCE_MS = 20_000
const CONNECT_MS = 10_000
const CLOSE_MS = 2_000
/** What nobody collects goes by itself. */
const RETENTION_MS = 86_400_000

/** Names and texts in turn; whose text has expired is no member any more. Costs what the members cost, whatever else the broker holds. */
const presenceScript = `
local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local text = redis.call('GET', KEYS[1] .. ':' .. id)
  if text then
    table.insert(found, id)
    table.insert(found, text)
  else
    redis.call('SREM', KEYS[1], id)
  end
end
return found
`

/** The connection to a broker. It comes back by itself; what is posted while it is away is lost, which both sides expect. */
export class Broker {
  readonly url: string
  readonly queue: string
  readonly #registered: RegisteredJobQueue
  readonly #redis: Redis
  readonly #modules: Modules
  readonly #connections: Redis[] = []
  readonly #ends: (() => Promise<unknown>)[] = []
  #closing = false
  #lastError: Error | null = null

  private constructor(modules: Modules, registered: RegisteredJobQueue, queue: string) {
    this.#modules = modules
    this.#registered = registered
    this.url = registered.url
    this.queue = queue
    this.#redis = this.#connect()
  }

  /** Loads the libraries and begins to connect; does not wait for it. */
  static async open(registered: RegisteredJobQueue, queue: string): Promise<Broker> {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')])
    return new Broker({ bullmq, ioredis }, registered, queue)
  }

  get isReady(): boolean {
    return this.#redis.status === 'ready'
  }

  /** Whether it really is there: a connection that was cut just now looks ready still, and a command on it would wait for ever. */
  async answers(): Promise<boolean> {
    if (!this.isReady) return false
    const answered = this.#redis.ping().then(
      () => true,
      () => false,
    )
    return Promise.race([answered, afterWhile(false)])
  }

  /** Why it is away. */
  get failure(): AppError<'jobQueue.unreachable'> {
    const reason = verbatim(this.#lastError?.message ?? this.#redis.status)
    return new AppError('jobQueue.unreachable', { url: this.url, reason })
  }

  /** @throws AppError `jobQueue.unreachable` */
  async ready(limitMs: number): Promise<void> {
    const endMs = performance.now() + limitMs
    while (!this.isReady) {
      if (performance.now() > endMs || this.#isRefused) throw this.failure
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  /** No patience mends it. */
  get #isRefused(): boolean {
    return /WRONGPASS|NOAUTH|NOPERM|certificate/i.test(this.#lastError?.message ?? '')
  }

  key(...parts: readonly string[]): string {
    return ['tunewright', this.queue, ...parts].join(':')
  }

  /** To a box that somebody collects from. @returns false where the broker is away */
  post(box: string, text: string): boolean {
    if (!this.isReady) return false
    const key = this.key('box', box)
    this.#redis
      .multi()
      .rpush(key, text)
      .pexpire(key, RETENTION_MS)
      .exec()
      .catch(() => undefined)
    return true
  }

  /** Hands on what is posted to a box, in order, until the broker is closed. */
  collect(box: string, take: (text: string) => void): void {
    void this.#collectFrom(this.#connect(), this.key('box', box), take)
  }

  async #collectFrom(redis: Redis, key: string, take: (text: string) => void): Promise<void> {
    while (!this.#closing) {
      try {
        const popped = await redis.blpop(key, 1)
        if (popped === null) continue
        take(popped[1])
        for (const text of (await redis.lpop(key, 500)) ?? []) take(text)
      } catch {
        await new Promise(resolve => setTimeout(resolve, 100))
      }
    }
  }

  /** Says that somebody is there, for a while. */
  announce(id: string, text: string, forMs: number): void {
    if (!this.isReady) return
    this.#redis
      .multi()
      .set(this.key('present', id), text, 'PX', forMs)
      .sadd(this.key('present'), id)
      .pexpire(this.key('present'), RETENTION_MS)
      .exec()
      .catch(() => undefined)
  }

  async forget(...parts: readonly string[]): Promise<void> {
    if (!this.isReady) return
    const forgotten = this.#redis.del(this.key(...parts)).catch(() => undefined)
    await Promise.race([forgotten, afterWhile(undefined)])
  }

  /** What those that are there say. */
  async present(): Promise<readonly { readonly id: string; readonly text: string }[]> {
    const idsAndTexts = await this.#redis.eval(presenceScript, 1, this.key('present'))
    const words = idsAndTexts as readonly string[]
    return words.flatMap((id, index) =>
      index % 2 === 0 ? [{ id, text: words[index + 1] as string }] : [],
    )
  }

  /** The queue itself, to put jobs into. */
  jobs(): Queue {
    const queue = new this.#modules.bullmq.Queue(this.queue, {
      ...this.#shared(),
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    })
    queue.on('error', error => (this.#lastError = error))
    this.#ends.push(async () => queue.close())
    return queue
  }

  /** Takes jobs from the queue. `processor` says for how many milliseconds a job goes back into it; null: it is done. */
  take(processor: (job: Job) => Promise<number | null>, concurrency: number): Worker {
    const { bullmq } = this.#modules
    const process = async (job: Job, token?: string): Promise<void> => {
      const backForMs = await processor(job)
      if (backForMs === null) return
      await job.moveToDelayed(Date.now() + backForMs, token)
      throw new bullmq.DelayedError()
    }
    const worker = new bullmq.Worker(this.queue, process, {
      ...this.#shared(),
      concurrency,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // The study knows whom it has given a job to, and gives it to somebody else under another name.
      maxStalledCount: 10,
    })
    worker.on('error', error => (this.#lastError = error))
    return worker
  }

  async close(): Promise<void> {
    this.#closing = true
    const ends = this.#ends.map(async end => end().catch(() => undefined))
    // What was posted last is to leave, unless the broker is away.
    if (this.isReady) ends.push(this.#redis.ping().catch(() => undefined))
    await Promise.race([Promise.all(ends), afterWhile(undefined)])
    for (const redis of this.#connections) redis.disconnect()
  }

  #shared(): { connection: Redis; prefix: string } {
    return { connection: this.#connect(), prefix: 'tunewright' }
  }

  #connect(): Redis {
    const { ioredis } = this.#modules
    const { user, password, authority } = this.#registered
    const [, scheme, host = '', port, database] =
      /^(rediss?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?(?:\/(\d+))?$/.exec(this.url) ?? []
    const name = host.replace(/^\[|\]$/g, '')
    const redis = new ioredis.Redis({
      host: name,
      port: Number(port ?? DEFAULT_PORT),
      db: Number(database ?? 0),
      ...(user === undefined ? {} : { username: user }),
      ...(password === undefined ? {} : { password }),
      ...(scheme === 'rediss'
        ? {
            tls: {
              ...(authority === undefined ? {} : { ca: authority }),
              ...(isIP(name) === 0 ? { servername: name } : {}),
            },
          }
        : {}),
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      maxRetriesPerRequest: null,
      retryStrategy: tries => Math.min(LONGEST_PAUSE_MS, 50 * tries),
      reconnectOnError: error => error.message.startsWith('LOADING'),
    })
    this.#connections.push(redis)
    redis.on('error', error => (this.#lastError = error))
    redis.on('ready', () => (this.#lastError = null))
    return redis
  }
}

/** So long a goodbye waits for a broker. */
async function afterWhile<Value>(value: Value): Promise<Value> {
  return new Promise(resolve => setTimeout(() => resolve(value), CLOSE_MS).unref())
}

interface Modules {
  readonly bullmq: typeof import('bullmq')
  readonly ioredis: Pick<typeof import('ioredis'), 'Redis'>
}
