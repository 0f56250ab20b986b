import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, errorMessage, isAppError } from '../../../../core/errors/errors.ts'
import type { Machine } from '../../../../core/machine/machines.ts'
import { msg, verbatim } from '../../../../core/errors/message.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import { type Answer, Connection, type Payload } from '../../../../platform/ssh/connection.ts'
import { openWorkspace } from '../../../../platform/ssh/remote-folder.ts'
import type { DiscardedJobs } from './discarded-jobs.ts'
import { type JobReading, parseReadings, remoteFolders } from './remote-job.ts'

const AGAIN_MS = 500
/** About 20 ms each: how long one question about all jobs waits for an end. */
const TICKS = 8
/** For the last orders of a session. */
const FINISH_MS = 10_000

/** Who wants to know of a job. */
export interface Follower {
  readonly name: string
  /** Bytes taken so far. */
  readonly offsets: { readonly output: number; readonly errors: number }
  take(reading: JobReading): Promise<void>
  lost(error: AppError): void
}

/** A machine that runs jobs: one connection for orders, one that asks after all jobs at once. */
export class RemoteMachine {
  readonly name: string
  readonly #machine: Machine
  readonly #lostAfterMs: number
  readonly #discarded: DiscardedJobs
  readonly #followers = new Set<Follower>()
  #orders: Connection | null = null
  #questions: Connection | null = null
  #workspace: string | null = null
  #isAsking = false
  #sweeping: Promise<void> | null = null
  #isClosed = false

  constructor(machine: Machine, lostAfterMs: number, discarded: DiscardedJobs) {
    this.name = machine.name
    this.#machine = machine
    this.#lostAfterMs = lostAfterMs
    this.#discarded = discarded
  }

  /** The absolute workspace on the machine; one try. @throws AppError `machine.unreachable`, `machine.refused` */
  async connect(): Promise<string> {
    if (this.#orders?.isOpen !== true) {
      this.#orders = this.#open()
      this.#workspace = null
    }
    if (this.#workspace === null) {
      this.#workspace = await openWorkspace(this.#machine, this.#orders)
      if (!this.#isClosed) void this.sweep()
    }
    return this.#workspace
  }

  /** The same, for as long as the machine does not count as lost. @throws AppError `machine.lost`, `machine.refused` */
  async reach(): Promise<string> {
    return this.#surely(async () => this.connect())
  }

  /**
   * An order that does no harm when it is given twice.
   * @throws AppError `machine.lost`, `machine.refused` with what the machine said
   */
  async order(script: string, payload?: Payload): Promise<Buffer> {
    const { code, output } = await this.#surely(async (): Promise<Answer> => {
      await this.connect()
      return (this.#orders as Connection).ask(script, payload)
    })
    if (code === 0) return output
    const reason = verbatim(output.toString().trim() || String(code))
    throw new AppError('machine.refused', { machine: this.name, reason })
  }

  follow(follower: Follower): void {
    this.#followers.add(follower)
    if (!this.#isAsking) void this.#ask()
  }

  unfollow(follower: Follower): void {
    this.#followers.delete(follower)
  }

  /** Ends a job and removes what it left, now or when the machine answers again. */
  discard(name: string): void {
    this.#discarded.add(this.name, name)
    void this.sweep()
  }

  /** Ends and removes what was discarded, as far as the machine answers. */
  async sweep(): Promise<void> {
    this.#sweeping ??= this.#sweepAll()
      // They stay on the list.
      .catch(() => undefined)
      .finally(() => {
        this.#sweeping = null
      })
    return this.#sweeping
  }

  /** The session ends: a machine that answers is left tidy. */
  async finish(): Promise<void> {
    if (this.#orders?.isOpen === true && this.#names().length > 0) {
      await Promise.race([this.sweep(), sleep(FINISH_MS, undefined, { ref: false })])
    }
    this.#isClosed = true
    this.#orders?.close()
    this.#questions?.close()
  }

  async #sweepAll(): Promise<void> {
    for (let names = this.#names(); names.length > 0 && !this.#isClosed; names = this.#names()) {
      const workspace = await this.connect()
      const jobs = names.map(name => quote(remoteFolders(workspace, name).job)).join(' ')
      const sweepScript = `for j in ${jobs}; do tw_kill KILL "$j"; rm -rf "$j" || { tw_nap; rm -rf "$j"; }; done 2>&1`
      const { code } = await (this.#orders as Connection).ask(sweepScript)
      if (code !== 0) return
      this.#discarded.remove(this.name, names)
    }
  }

  #names(): string[] {
    return this.#discarded.of(this.name).slice(0, 50)
  }

  /** After its session nobody would close it. */
  #open(): Connection {
    if (this.#isClosed) {
      const reason = msg('failure.sessionEnded')
      throw new AppError('machine.unreachable', { machine: this.name, reason })
    }
    return new Connection(this.#machine, this.#lostAfterMs)
  }

  async #surely<Result>(work: () => Promise<Result>): Promise<Result> {
    let failingSinceMs: number | null = null
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!isAppError(error, 'machine.unreachable')) throw error
        failingSinceMs ??= performance.now()
        if (this.#isClosed || performance.now() - failingSinceMs > this.#lostAfterMs) {
          throw new AppError(
            'machine.lost',
            { machine: this.name, reason: errorMessage(error) },
            error,
          )
        }
        await sleep(AGAIN_MS)
      }
    }
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    try {
      while (this.#followers.size > 0 && !this.#isClosed) {
        const followers = [...this.#followers]
        const readings = await this.#surely(async () => this.#read(followers))
        await Promise.all(
          followers.map(async (follower, index) => follower.take(readings[index] as JobReading)),
        )
      }
    } catch (error) {
      const lost = isAppError(error)
        ? error
        : new AppError('machine.lost', { machine: this.name, reason: verbatim(String(error)) })
      const followers = [...this.#followers]
      this.#followers.clear()
      if (!this.#isClosed) for (const follower of followers) follower.lost(lost)
    } finally {
      this.#isAsking = false
    }
  }

  async #read(followers: readonly Follower[]): Promise<JobReading[]> {
    const workspace = this.#workspace ?? (await this.connect())
    if (this.#questions?.isOpen !== true) this.#questions = this.#open()
    const jobs = followers.map(({ name }) => quote(remoteFolders(workspace, name).job))
    const readArguments = followers.map(
      ({ offsets }, index) => `${jobs[index]} ${offsets.output} ${offsets.errors}`,
    )
    const script = `tw_wait ${TICKS} ${jobs.join(' ')}; tw_read ${readArguments.join(' ')}`
    const connection = this.#questions
    const { output } = await connection.ask(script)
    try {
      return parseReadings(output, followers.length)
    } catch (error) {
      connection.close()
      const reason = verbatim(String(error))
      throw new AppError('machine.unreachable', { machine: this.name, reason }, error)
    }
  }
}
