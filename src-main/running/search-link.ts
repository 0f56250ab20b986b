import { isAppError } from '../contract/errors.ts'
import type { Exhausted, Proposal, PruningDecision } from '../contract/search-protocol.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import type { Assignment, TrialResult, TrialSnapshot, TrialState } from '../contract/trial.ts'
import { prunerMetrics } from '../search/pruner-metrics.ts'
import type { SearchClient } from './search-client.ts'
import type { StudyHistory, TrialStart } from './study-history.ts'

function pickMetrics(
  metrics: Readonly<Record<string, number>>,
  wanted: readonly string[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    wanted.flatMap(name => (Object.hasOwn(metrics, name) ? [[name, metrics[name] as number]] : [])),
  )
}

/** More deaths than this within the window, and the study stops with the reason. */
const mostRestarts = 5
const restartWindowMs = 600_000

/**
 * The search process as the runner wants it: always there. When it dies it is started again with
 * the history, which makes it answer as if it had lived, and the question is asked again.
 */
export class SearchLink {
  #specification: StudySpecification
  /** Beside the first goal's. */
  #prunerMetrics: readonly string[]
  readonly #history: StudyHistory
  readonly #earlierFor: (specification: StudySpecification) => readonly TrialSnapshot[]
  readonly #connect: () => SearchClient
  readonly #onRestart: (reason: string) => void
  readonly #restartsAtMs: number[] = []
  #client: Promise<SearchClient>
  #closed = false
  #pid: number | undefined

  constructor(options: {
    readonly specification: StudySpecification
    readonly history: StudyHistory
    /** Trials of earlier studies that the sampler knows, as far as they fit. */
    readonly earlierFor: (specification: StudySpecification) => readonly TrialSnapshot[]
    readonly connect: () => SearchClient
    readonly onRestart: (reason: string) => void
  }) {
    this.#specification = options.specification
    this.#prunerMetrics = prunerMetrics(options.specification)
    this.#history = options.history
    this.#earlierFor = options.earlierFor
    this.#connect = options.connect
    this.#onRestart = options.onRestart
    this.#client = this.#open()
    this.#client.catch(() => undefined)
  }

  /** Resolves when the process has taken the history. */
  async ready(): Promise<void> {
    await this.#client
  }

  async propose(trialNumber: number): Promise<Proposal | Exhausted> {
    return this.#ask(client => client.call<'propose'>({ type: 'propose', trialNumber }))
  }

  /**
   * The value is in the history when the decision comes back.
   * @param metrics everything reported at this step
   */
  async judge(
    trialNumber: number,
    step: number,
    value: number,
    metrics: Readonly<Record<string, number>>,
  ): Promise<PruningDecision> {
    const further = (): Readonly<Record<string, number>> =>
      pickMetrics(metrics, this.#prunerMetrics)
    return this.#ask(
      client =>
        client.call<'judge'>({ type: 'judge', trialNumber, step, value, further: further() }),
      () => {
        this.#history.reported(trialNumber, { step, value }, further())
      },
    )
  }

  async started(
    trialNumber: number,
    parameters: Assignment,
    start: TrialStart = {},
  ): Promise<void> {
    await this.#tell(client =>
      client.call<'started'>({ type: 'started', trialNumber, parameters, ...start }),
    )
  }

  async finished(
    trialNumber: number,
    state: TrialState,
    { values, constraints, gradient, outOfMemory }: TrialResult,
  ): Promise<void> {
    await this.#tell(client =>
      client.call<'finished'>({
        type: 'finished',
        trialNumber,
        state,
        values,
        ...(constraints === undefined ? {} : { constraints }),
        ...(gradient === undefined ? {} : { gradient }),
        ...(outOfMemory === undefined ? {} : { outOfMemory }),
      }),
    )
  }

  /**
   * From now on every answer follows this specification and the history as it is now, as if the process had
   * been started anew. A question whose answer is still out is asked again.
   */
  reopen(specification: StudySpecification): void {
    this.#specification = specification
    this.#prunerMetrics = prunerMetrics(specification)
    const history = [...this.#history.trials]
    const before = this.#client
    this.#client = before.then(async client => {
      await this.#tellStudy(client, history)
      return client
    })
    this.#client.catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#closed = true
    try {
      await (await this.#client).close()
    } catch {
      // It was gone already.
    }
  }

  /** Of the process that answers now, or starts. */
  get pid(): number | undefined {
    return this.#pid
  }

  async #open(): Promise<SearchClient> {
    const client = this.#connect()
    this.#pid = client.pid
    await this.#tellStudy(client, this.#history.trials)
    return client
  }

  async #tellStudy(client: SearchClient, history: readonly TrialSnapshot[]): Promise<void> {
    const specification = this.#specification
    const earlier = this.#earlierFor(specification)
    await client.call<'open'>({ type: 'open', specification, history, earlier })
  }

  /** @param accept called with no turn between it and the moment at which the answer is known to hold */
  async #ask<Answer>(
    question: (client: SearchClient) => Promise<Answer>,
    accept: () => void = () => undefined,
  ): Promise<Answer> {
    for (;;) {
      const current = this.#client
      try {
        const answer = await question(await current)
        if (this.#client === current) {
          accept()
          return answer
        }
      } catch (error) {
        if (!isAppError(error, 'child.gone')) throw error
        this.#restart(current, error.detail.reason, error)
      }
    }
  }

  /** What is told stands in the history already, so a restart has told it. */
  async #tell(message: (client: SearchClient) => Promise<null>): Promise<void> {
    const current = this.#client
    try {
      await message(await current)
    } catch (error) {
      if (!isAppError(error, 'child.gone')) throw error
      this.#restart(current, error.detail.reason, error)
      await this.#client
    }
  }

  /** Once per death, however many callers noticed it. */
  #restart(died: Promise<SearchClient>, reason: string, error: unknown): void {
    if (this.#closed) throw error
    if (this.#client !== died) return
    const nowMs = performance.now()
    while ((this.#restartsAtMs[0] ?? nowMs) < nowMs - restartWindowMs) this.#restartsAtMs.shift()
    if (this.#restartsAtMs.length >= mostRestarts) throw error
    this.#restartsAtMs.push(nowMs)
    this.#onRestart(reason)
    this.#client = this.#open()
    this.#client.catch(() => undefined)
  }
}
