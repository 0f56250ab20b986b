import { messageAsJson, type MessageDescriptor } from '../../core/errors/message.ts'
import { isAppError, reasonOf } from '../../core/errors/errors.ts'
import { defined } from '../../core/values/json.ts'
import type { Exhausted, Proposal, PruningDecision } from '../../core/processes/search-protocol.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { Assignment, TrialResult, TrialSnapshot, TrialState } from '../../core/trial/trial.ts'
import {
  connect,
  isStartTimeout,
  type RestartedConnection,
} from '../../platform/processes/connect.ts'
import type { Link } from '../../platform/processes/link.ts'
import { pickMetrics, prunerMetrics } from '../../search/pruner-metrics.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import { startsOf } from '../../training/tasks/registry.ts'
import type { EarlierTrials } from '../earlier-trials.ts'
import type { StudyHistory, TrialStart } from './study-history.ts'

/**
 * More deaths than this within the window, and the study stops with the reason. One that did not start in time is started again once: a
 * person waits for it.
 */
const restarts = {
  kind: 'restart',
  maxRestarts: 5,
  maxSlowStarts: 2,
  withinMs: 600_000,
  delayMs: 0,
} as const

export interface SearchLinkOptions {
  readonly specification: StudySpecification
  readonly history: StudyHistory
  readonly earlierFor: (specification: StudySpecification) => EarlierTrials
  readonly onRestart: (reason: MessageDescriptor) => void
}

/** Tells the study that its search process was started again. */
export function recordRestart(
  store: StudyStore,
  studyId: number,
  reason: MessageDescriptor,
  atMs: number,
): void {
  const detail = { child: 'search', reason: messageAsJson(reason) }
  store.recordEvent(studyId, { kind: 'child.failed', trialNumber: null, atMs, detail })
}

/**
 * The search process as the runner wants it: always there. When it dies it is started again with
 * the history, which makes it answer as if it had lived, and the question is asked again.
 */
export class SearchLink {
  readonly #options: SearchLinkOptions
  #specification: StudySpecification
  /** Beside the first goal's. */
  #prunerMetrics: readonly string[]
  /** Rises with every new specification; an answer to an earlier one is void. */
  #revision = 0
  readonly #process: RestartedConnection<'search'>

  constructor(options: SearchLinkOptions) {
    this.#options = options
    this.#specification = options.specification
    this.#prunerMetrics = prunerMetrics(options.specification)
    this.#process = connect('search', {
      ...restarts,
      open: async link => this.#sendStudy(link, [...options.history.trials]),
      onDeath: (error, isLast) => {
        if (!isLast) options.onRestart(reasonOf(error))
      },
    })
  }

  /** Resolves when the process has taken the history. */
  async ready(): Promise<void> {
    await this.#ask(async () => this.#process.ready())
  }

  async propose(trialNumber: number): Promise<Proposal | Exhausted> {
    return this.#ask(async () => this.#process.call('propose', trialNumber))
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
    const further = () => pickMetrics(metrics, this.#prunerMetrics)
    return this.#ask(
      async () => this.#process.call('judge', { trialNumber, step, value, further: further() }),
      () => this.#options.history.reported(trialNumber, { step, value }, further()),
    )
  }

  async started(trialNumber: number, parameters: Assignment, start?: TrialStart): Promise<void> {
    await this.#deliver(this.#process.call('started', { trialNumber, parameters, ...start }))
  }

  async finished(trialNumber: number, state: TrialState, result: TrialResult): Promise<void> {
    await this.#deliver(this.#process.call('finished', { trialNumber, state, ...result }))
  }

  /**
   * From now on every answer follows this specification and the history as it is now, as if the process had
   * been started anew. A question whose answer is still out is asked again.
   */
  reopen(specification: StudySpecification): void {
    this.#revision++
    this.#specification = specification
    this.#prunerMetrics = prunerMetrics(specification)
    const history = this.#options.history.copy()
    this.#process.reopen(async link => this.#sendStudy(link, history))
  }

  async close(): Promise<void> {
    await this.#process.close()
  }

  /** Of the process that answers now, or starts. */
  get pid(): number | undefined {
    return this.#process.pid
  }

  async #sendStudy(link: Link<'search'>, history: readonly TrialSnapshot[]): Promise<void> {
    const specification = this.#specification
    const earlier = this.#options.earlierFor(specification)
    const starts = startsOf(specification.objective)
    await link.call('open', { specification, history, ...earlier, ...defined({ starts }) })
  }

  /** @param accept called with no turn between it and the moment at which the answer is known to hold */
  async #ask<Answer>(
    question: () => Promise<Answer>,
    accept: () => void = () => undefined,
  ): Promise<Answer> {
    for (;;) {
      const revision = this.#revision
      try {
        const answer = await question()
        if (revision === this.#revision) {
          accept()
          return answer
        }
      } catch (error) {
        if (!isGone(error) || this.#process.isOver) throw error
      }
    }
  }

  /** The history holds this already, so a restart has told it. */
  async #deliver(delivery: Promise<null>): Promise<void> {
    try {
      await delivery
    } catch (error) {
      if (!isGone(error) || this.#process.isOver) throw error
      await this.ready()
    }
  }
}

/** Another process is started in its place. */
function isGone(error: unknown): boolean {
  return isAppError(error, 'child.gone') || isStartTimeout(error)
}
