import type { VerificationState, VerifyRequest } from '../../../core/questions/verification.ts'
import { msg } from '../../../core/errors/message.ts'
import { AppError, plainError } from '../../../core/errors/errors.ts'
import type { OwnerOf, QueryOwner } from '../../../core/processes/process-apis.ts'
import type { QueryAnswers, QueryTask } from '../../../core/processes/query-protocol.ts'
import { connect, type Connection } from '../../../platform/processes/connect.ts'
import { READ_LIMIT_MS } from '../../../platform/processes/connect-reader.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

export interface QueryServiceOptions {
  readonly store: Pick<StudyReader, 'lastEventId'>
  readonly databasePath: string
  readonly now: () => number
  /** @param share 0…1 of an analysis or report that is made now */
  readonly onProgress?: (task: QuickTask | ReportTask, share: number) => void
  /** The process of quick tasks ends after so long without one; default a minute. */
  readonly idleMs?: number
  /** Default: the entry of queries. */
  readonly entry?: URL
}

/** Of what a page shows: asked often, answered in seconds. */
export type QuickTask = Extract<
  QueryTask,
  { readonly kind: 'analysis' | 'comparison' | 'errors' | 'testRows' }
>

export type ReportTask = Extract<QueryTask, { readonly kind: 'report' }>

interface OwnVerification {
  state: VerificationState
  readonly cancel: AbortController
}

interface AskOptions {
  readonly onStart?: () => void
  readonly onRetraining?: (trialNumber: number) => void
  readonly signal?: AbortSignal
}

/** Answers that are kept; the least recently used goes first. */
const MAX_CACHED_ANSWERS = 200
/** A running verification keeps a processor busy; more of them at once would only slow each other down. */
const MAX_AT_ONCE = 2

const silentOwner: OwnerOf<QueryOwner> = { progress: () => undefined, retraining: () => undefined }

/**
 * Questions that take too long for the process that writes the database, answered by processes with a reading connection
 * of their own. Quick ones share a process, and the same question about an unchanged study is answered from memory; each
 * long one (a verification, simulation or report) has its own, a few at a time.
 */
export class QueryService {
  readonly #options: QueryServiceOptions
  readonly #quick: Connection<'queries'>
  readonly #long = new Set<Connection<'queries'>>()
  readonly #answers = new Map<string, Promise<unknown>>()
  readonly #waiters: (() => void)[] = []
  /** By study. What was given up is not in it any more, so that its late end changes nothing. */
  readonly #verifications = new Map<number, OwnVerification>()
  /** By the ticket of the request. */
  readonly #reports = new Map<string, AbortController>()
  #freeSlots = MAX_AT_ONCE
  #closed = false

  constructor(options: QueryServiceOptions) {
    this.#options = options
    const { entry, idleMs = 60_000 } = options
    const lifetime = { kind: 'idle', afterMs: idleMs } as const
    this.#quick = connect('queries', lifetime, entry === undefined ? {} : { entry })
  }

  /** @throws AppError `study.notFound`, `child.gone`, `database.*` */
  async analyze<Kind extends QuickTask['kind']>(
    task: Extract<QuickTask, { readonly kind: Kind }>,
  ): Promise<QueryAnswers[Kind]> {
    const key = `${this.#version(task)} ${JSON.stringify(task)}`
    const cachedAnswer = this.#answers.get(key)
    const { databasePath, onProgress } = this.#options
    const answer =
      cachedAnswer ??
      this.#quick.call(
        'ask',
        { databasePath, task },
        { ...silentOwner, progress: share => onProgress?.(task, share) },
      )
    // The last one is the most recently used.
    this.#answers.delete(key)
    this.#answers.set(key, answer)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > MAX_CACHED_ANSWERS && oldest !== undefined)
      this.#answers.delete(oldest)
    // A question that went wrong may go right when it is asked again.
    answer.catch(() => this.#answers.delete(key))
    return answer as Promise<QueryAnswers[Kind]>
  }

  /** Has a process of its own answer. @throws AppError what the question itself throws, or `child.gone` */
  async ask<Kind extends Exclude<QueryTask['kind'], QuickTask['kind']>>(
    task: Extract<QueryTask, { readonly kind: Kind }>,
    { onStart, onRetraining, signal }: AskOptions = {},
  ): Promise<QueryAnswers[Kind]> {
    await this.#takeSlot()
    const { databasePath, entry, onProgress } = this.#options
    // Files of others, as far as anybody knows; the rest is about the own database.
    const { kind }: QueryTask = task
    const limitMs = kind === 'backups' ? READ_LIMIT_MS : undefined
    const lifetime = {
      kind: 'once',
      ...(limitMs === undefined ? {} : { limitMs }),
      ...(signal === undefined ? {} : { signal }),
    } as const
    const process = connect('queries', lifetime, entry === undefined ? {} : { entry })
    this.#long.add(process)
    try {
      if (this.#closed) throw goneError()
      onStart?.()
      const query: QueryTask = task
      const owner = {
        progress: (share: number) => {
          if (query.kind === 'report') onProgress?.(query, share)
        },
        retraining: (number: number) => onRetraining?.(number),
      }
      return (await process.call('ask', { databasePath, task }, owner)) as QueryAnswers[Kind]
    } finally {
      this.#long.delete(process)
      this.#freeSlots++
      this.#waiters.shift()?.()
    }
  }

  /** Builds a report; {@link cancelReport} ends that. @throws AppError as {@link ask} */
  async report(task: ReportTask): Promise<QueryAnswers['report']> {
    const { ticket } = task
    const cancel = new AbortController()
    if (ticket !== undefined) this.#reports.set(ticket, cancel)
    try {
      return await this.ask(task, { signal: cancel.signal })
    } finally {
      if (ticket !== undefined) this.#reports.delete(ticket)
    }
  }

  cancelReport(ticket: string): void {
    this.#reports.get(ticket)?.abort()
  }

  /** Begins to check a study; how far it is says {@link verification}. @throws AppError `study.busy` while it runs */
  verify(request: VerifyRequest): void {
    const { studyId } = request
    if (this.verification(studyId).state === 'running')
      throw new AppError('study.busy', { studyId })
    const verification: OwnVerification = {
      state: { state: 'running', retraining: null },
      cancel: new AbortController(),
    }
    this.#verifications.set(studyId, verification)
    const onRetraining = (retraining: number): void => {
      verification.state = { state: 'running', retraining }
    }
    this.ask(
      { kind: 'verify', ...request },
      { onRetraining, signal: verification.cancel.signal },
    ).then(
      result => {
        verification.state = { state: 'done', atMs: this.#options.now(), result }
      },
      (error: unknown) => {
        verification.state = { state: 'failed', error: plainError(error) }
      },
    )
  }

  verification(studyId: number): VerificationState {
    return this.#verifications.get(studyId)?.state ?? { state: 'none' }
  }

  /** Nothing of a verification that is given up remains. */
  stopVerifying(studyId: number): void {
    this.#verifications.get(studyId)?.cancel.abort()
    this.#verifications.delete(studyId)
  }

  /** Ends every process; whoever still waits gets `child.gone`. */
  async close(): Promise<void> {
    this.#closed = true
    const ended = [this.#quick, ...this.#long].map(async process => process.close())
    for (const go of this.#waiters.splice(0)) go()
    await Promise.all(ended)
  }

  async #takeSlot(): Promise<void> {
    if (this.#freeSlots === 0) await new Promise<void>(resolve => this.#waiters.push(resolve))
    this.#freeSlots--
  }

  /** Every change of a study that an analysis can see writes an event: its last number is the version. */
  #version(task: QuickTask): string {
    const studies =
      task.kind !== 'comparison'
        ? [task.studyId]
        : task.groups.flatMap(({ members }) => members.map(({ studyId }) => studyId))
    return studies.map(studyId => this.#options.store.lastEventId(studyId)).join(',')
  }
}

function goneError(): AppError {
  const reason = msg('failure.child.stopped')
  return new AppError('child.gone', { child: 'queries', reason })
}
