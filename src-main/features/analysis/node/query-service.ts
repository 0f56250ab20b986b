import { Turns } from '../../../platform/processes/turns.ts'
import type { VerificationState, VerifyRequest } from '../../../core/questions/verification.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { AppError, plainError } from '../../../core/errors/errors.ts'
import type { OwnerOf, QueryOwner } from '../../../core/processes/process-apis.ts'
import type { QueryAnswers, QueryTask } from '../../../core/processes/query-protocol.ts'
import { connect, type Connection } from '../../../platform/processes/connect.ts'
import { READ_LIMIT_MS } from '../../../platform/processes/connect-reader.ts'
import { readerLimitBytes } from '../../../platform/processes/memory-limits.ts'
import { loadProcessSystem } from '../../../platform/processes/system/load-process-system.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

export interface QueryServiceOptions {
  readonly store: Pick<StudyReader, 'lastEventId'>
  readonly databasePath: string
  readonly now: () => number
  /** @param share 0…1 of what a page shows and is computed now */
  readonly onProgress?: (task: QuickTask, share: number) => void
  /** @param share 0…1 of the request with a ticket */
  readonly onWork?: (ticket: string, share: number) => void
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

interface OwnVerification {
  state: VerificationState
  readonly cancel: AbortController
}

interface AskOptions {
  readonly onStart?: () => void
  readonly onRetraining?: (trialNumber: number) => void
  readonly signal?: AbortSignal
  /** Default: a person asks. */
  readonly isOfProgram?: boolean
  /** Says how far it is, and may be canceled, under this name. */
  readonly ticket?: string
}

/** The ticket of a request, if it has one. */
export function ticketOf(ticket: string | undefined): Pick<AskOptions, 'ticket'> {
  return ticket === undefined ? {} : { ticket }
}

/** What the methods ask with. */
export type Queries = Pick<
  QueryService,
  'analyze' | 'cancelAnalyses' | 'ask' | 'cancelWork' | 'verify' | 'verification' | 'stopVerifying'
>

/** Answers that are kept; the least recently used goes first. */
const MAX_CACHED_ANSWERS = 200
/** A running verification keeps a processor busy; more of them at once would only slow each other down. */
const MAX_AT_ONCE = 2
/** Long questions of all programs together, which keep no person waiting. */
const MAX_OF_PROGRAMS = 1
/** Time of the processors for a long question of a program, in milliseconds: a simulation of some minutes. */
const PROGRAM_CPU_MS = 300_000

const silentOwner: OwnerOf<QueryOwner> = { progress: () => undefined, retraining: () => undefined }

/**
 * Questions that take too long for the process that writes the database, answered by processes with a reading connection
 * of their own. Quick ones share a process, and the same question about an unchanged study is answered from memory; each
 * long one (a verification, simulation or report) has its own, a few at a time.
 */
export class QueryService {
  readonly #options: QueryServiceOptions
  #quick: Connection<'queries'>
  /** Questions that the process of quick ones works on, by key; what is canceled is not in it any more. */
  readonly #quickTasks = new Map<string, QuickTask>()
  readonly #long = new Set<Connection<'queries'>>()
  readonly #answers = new Map<string, Promise<unknown>>()
  readonly #turns = {
    people: new Turns({ atOnce: MAX_AT_ONCE }),
    programs: new Turns({ atOnce: MAX_OF_PROGRAMS }),
  }
  /** By study. What was given up is not in it any more, so that its late end changes nothing. */
  readonly #verifications = new Map<number, OwnVerification>()
  /** How requests are ended, by their tickets. */
  readonly #work = new Map<string, () => void>()
  #closed = false

  constructor(options: QueryServiceOptions) {
    this.#options = options
    this.#quick = this.#connectQuick()
  }

  #connectQuick(): Connection<'queries'> {
    const { entry, idleMs = 60_000 } = this.#options
    const lifetime = { kind: 'idle', afterMs: idleMs } as const
    return connect('queries', lifetime, entry === undefined ? {} : { entry })
  }

  /** @throws AppError `study.notFound`, `child.gone`, `database.*` */
  async analyze<Kind extends QuickTask['kind']>(
    task: Extract<QuickTask, { readonly kind: Kind }>,
    { ticket }: Pick<AskOptions, 'ticket'> = {},
  ): Promise<QueryAnswers[Kind]> {
    const key = `${this.#version(task)} ${JSON.stringify(task)}`
    const cachedAnswer = this.#answers.get(key)
    const answer = cachedAnswer ?? this.#askQuick(key, task, ticket)
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

  /** Once more where the process was ended for the sake of another question. */
  async #askQuick(key: string, task: QuickTask, ticket?: string): Promise<unknown> {
    const { databasePath, onProgress, onWork } = this.#options
    const progress = (share: number): void => {
      onProgress?.(task, share)
      if (ticket !== undefined) onWork?.(ticket, share)
    }
    this.#quickTasks.set(key, task)
    const endWork = this.#begin(ticket, () => {
      this.#cancelQuick([key])
    })
    try {
      for (;;) {
        const process = this.#quick
        try {
          return await process.call('ask', { databasePath, task }, { ...silentOwner, progress })
        } catch (error) {
          if (this.#closed || process === this.#quick) throw error
          if (!this.#quickTasks.has(key)) throw goneError(msg('failure.canceled'))
        }
      }
    } finally {
      endWork()
      this.#quickTasks.delete(key)
    }
  }

  /**
   * Ends all that is computed about a study for a page: whoever waits for it gets `child.gone` with the reason `failure.canceled`. A
   * computation looks at nothing else until it is done, so its process ends, and other questions are asked anew.
   */
  cancelAnalyses(studyId: number): void {
    const canceled = [...this.#quickTasks].filter(
      ([, task]) => task.kind === 'analysis' && task.studyId === studyId,
    )
    this.#cancelQuick(canceled.map(([key]) => key))
  }

  #cancelQuick(keys: readonly string[]): void {
    if (keys.length === 0) return
    for (const key of keys) this.#quickTasks.delete(key)
    const process = this.#quick
    this.#quick = this.#connectQuick()
    void process.close()
  }

  /** Has a process of its own answer. @throws AppError what the question itself throws, or `child.gone` */
  async ask<Kind extends Exclude<QueryTask['kind'], QuickTask['kind']>>(
    task: Extract<QueryTask, { readonly kind: Kind }>,
    { ticket, signal: others, ...options }: AskOptions = {},
  ): Promise<QueryAnswers[Kind]> {
    const cancel = new AbortController()
    const endWork = this.#begin(ticket, () => {
      cancel.abort()
    })
    const signal = others === undefined ? cancel.signal : AbortSignal.any([cancel.signal, others])
    const onShare = (share: number): void => {
      if (ticket !== undefined) this.#options.onWork?.(ticket, share)
    }
    try {
      return await this.#askLong(task, { ...options, signal }, onShare)
    } finally {
      endWork()
    }
  }

  async #askLong<Kind extends Exclude<QueryTask['kind'], QuickTask['kind']>>(
    task: Extract<QueryTask, { readonly kind: Kind }>,
    { onStart, onRetraining, signal, isOfProgram = false }: Omit<AskOptions, 'ticket'>,
    onShare: (share: number) => void,
  ): Promise<QueryAnswers[Kind]> {
    const turns = this.#turns[isOfProgram ? 'programs' : 'people']
    const endTurn = await turns.take('', signal).catch(() => {
      throw goneError(msg('failure.canceled'))
    })
    const { databasePath, entry } = this.#options
    // Files of others, as far as anybody knows; the rest is about the own database.
    const { kind }: QueryTask = task
    const limitMs = kind === 'backups' ? READ_LIMIT_MS : undefined
    const lifetime = {
      kind: 'once',
      ...(limitMs === undefined ? {} : { limitMs }),
      ...(signal === undefined ? {} : { signal }),
    } as const
    const process = connect('queries', lifetime, {
      ...(entry === undefined ? {} : { entry }),
      ...(isOfProgram && {
        limits: { bytes: readerLimitBytes(), cpuMs: PROGRAM_CPU_MS, system: loadProcessSystem },
      }),
    })
    this.#long.add(process)
    try {
      if (this.#closed) throw goneError()
      onStart?.()
      const owner = {
        progress: onShare,
        retraining: (number: number) => onRetraining?.(number),
      }
      return (await process.call('ask', { databasePath, task }, owner)) as QueryAnswers[Kind]
    } finally {
      this.#long.delete(process)
      endTurn()
    }
  }

  /**
   * The same for a program: its long questions have a slot of their own and a limit of processor time, and end where nobody waits for their
   * answer any longer.
   */
  forProgram(signal?: AbortSignal): Queries {
    return {
      analyze: async (task, options) => this.analyze(task, options),
      cancelAnalyses: studyId => {
        this.cancelAnalyses(studyId)
      },
      ask: async (task, options) =>
        this.ask(task, { ...(signal && { signal }), ...options, isOfProgram: true }),
      cancelWork: ticket => {
        this.cancelWork(ticket)
      },
      verify: request => this.verify(request, { isOfProgram: true }),
      verification: studyId => this.verification(studyId),
      stopVerifying: studyId => this.stopVerifying(studyId),
    }
  }

  /** Ends the request with a ticket: who waits for it gets `child.gone`. One that has ended is none. */
  cancelWork(ticket: string): void {
    this.#work.get(ticket)?.()
  }

  /** @returns what to call at its end */
  #begin(ticket: string | undefined, cancel: () => void): () => void {
    if (ticket === undefined) return () => undefined
    this.#work.set(ticket, cancel)
    return () => {
      this.#work.delete(ticket)
    }
  }

  /** Begins to check a study; how far it is says {@link verification}. @throws AppError `study.busy` while it runs */
  verify(request: VerifyRequest, options: Pick<AskOptions, 'isOfProgram'> = {}): void {
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
      { ...options, onRetraining, signal: verification.cancel.signal },
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
    for (const turns of Object.values(this.#turns)) turns.open()
    await Promise.all(ended)
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

function goneError(reason: MessageDescriptor = msg('failure.child.stopped')): AppError {
  return new AppError('child.gone', { child: 'queries', reason })
}
