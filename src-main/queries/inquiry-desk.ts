import type { VerificationState, VerifyRequest } from '../contract/api/verification.ts'
import { AppError, deserializeError, serializeError } from '../contract/errors.ts'
import type {
  FromInquiry,
  InquiryAnswers,
  InquiryTask,
  ToInquiry,
} from '../contract/inquiry-protocol.ts'
import { ChildHandle } from '../processes/child-handle.ts'

export interface InquiryDeskOptions {
  readonly databasePath: string
  readonly now: () => number
  /** Default: `src-main/children/inquiry.ts`. */
  readonly entry?: URL
}

type Child = ChildHandle<FromInquiry, ToInquiry>

interface OwnVerification {
  state: VerificationState
  /** Null while it waits for its turn, and when it has ended. */
  child: Child | null
}

/** A running verification keeps a processor busy; more of them at once would only slow each other down. */
const mostAtOnce = 2

/**
 * Questions that take seconds or more: verifications, simulations, reports. Each is answered by a process of its own with a
 * reading connection, so that neither running studies nor the page wait for it.
 */
export class InquiryDesk {
  readonly #options: InquiryDeskOptions
  readonly #running = new Set<Child>()
  readonly #queue: (() => void)[] = []
  /** By study. What was given up is not in it any more, so that its late end changes nothing. */
  readonly #verifications = new Map<number, OwnVerification>()
  #places = mostAtOnce
  #closed = false

  constructor(options: InquiryDeskOptions) {
    this.#options = options
  }

  /** @throws AppError what the question itself throws, or `child.gone` */
  async ask<Kind extends InquiryTask['kind']>(
    task: Extract<InquiryTask, { kind: Kind }>,
    onStart: (child: Child) => void = () => undefined,
    onRetraining: (number: number) => void = () => undefined,
  ): Promise<InquiryAnswers[Kind]> {
    await this.#takePlace()
    try {
      return (await this.#send(task, onStart, onRetraining)) as InquiryAnswers[Kind]
    } finally {
      this.#places++
      this.#queue.shift()?.()
    }
  }

  /** Begins to check a study; how far it is says {@link verification}. @throws AppError `study.busy` while it runs */
  verify(request: VerifyRequest): void {
    const { studyId } = request
    if (this.verification(studyId).state === 'running')
      throw new AppError('usage.invalid', { reason: 'This study is being verified already.' })
    const own: OwnVerification = { state: { state: 'running', retraining: null }, child: null }
    this.#verifications.set(studyId, own)
    this.ask(
      { kind: 'verify', ...request },
      child => {
        // Somebody changed their mind while it waited for its turn.
        if (this.#verifications.get(studyId) !== own) child.kill()
        else own.child = child
      },
      retraining => {
        own.state = { state: 'running', retraining }
      },
    )
      .then(
        result => {
          own.state = { state: 'done', atMs: this.#options.now(), result }
        },
        (error: unknown) => {
          const { stack: _, ...plain } = serializeError(error)
          own.state = { state: 'failed', error: plain }
        },
      )
      .finally(() => {
        own.child = null
      })
  }

  verification(studyId: number): VerificationState {
    return this.#verifications.get(studyId)?.state ?? { state: 'none' }
  }

  /** Nothing of a verification that is given up remains. */
  stopVerifying(studyId: number): void {
    this.#verifications.get(studyId)?.child?.kill()
    this.#verifications.delete(studyId)
  }

  /** Ends every process; whoever still waits gets `child.gone`. */
  async close(): Promise<void> {
    this.#closed = true
    const children = [...this.#running]
    for (const child of children) child.kill()
    for (const go of this.#queue.splice(0)) go()
    await Promise.all(children.map(async ({ exited }) => exited))
  }

  async #takePlace(): Promise<void> {
    if (this.#places === 0) await new Promise<void>(resolve => this.#queue.push(resolve))
    this.#places--
  }

  async #send(
    task: InquiryTask,
    onStart: (child: Child) => void,
    onRetraining: (number: number) => void,
  ): Promise<InquiryAnswers[InquiryTask['kind']]> {
    if (this.#closed)
      throw ChildHandle.goneError('inquiry', {
        exitCode: null,
        signal: null,
        reason: 'stopped',
        errorTail: '',
      })
    return new Promise((resolve, reject) => {
      const child: Child = new ChildHandle<FromInquiry, ToInquiry>({
        name: 'inquiry',
        entry: this.#options.entry ?? new URL('../children/inquiry.ts', import.meta.url),
        onMessage: message => {
          if (message.type === 'retraining') onRetraining(message.number)
          else {
            if (message.type === 'answered') resolve(message.answer)
            else reject(deserializeError(message.error))
            // Not by itself: an exit may be heard before a long answer is.
            child.kill()
          }
        },
        onExit: exit => {
          this.#running.delete(child)
          reject(ChildHandle.goneError('inquiry', exit))
        },
      })
      this.#running.add(child)
      child.send({ type: 'ask', databasePath: this.#options.databasePath, task })
      onStart(child)
    })
  }
}
