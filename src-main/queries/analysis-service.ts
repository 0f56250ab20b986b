import type {
  AnalysisResult,
  AnalysisTask,
  FromAnalysis,
  ToAnalysis,
} from '../contract/analysis-protocol.ts'
import { deserializeError } from '../contract/errors.ts'
import { ChildHandle } from '../processes/child-handle.ts'
import type { StudyStore } from '../storage/study-store.ts'

export interface AnalysisServiceOptions {
  readonly store: Pick<StudyStore, 'lastEventId'>
  readonly databasePath: string
  /** @param share 0…1 of a task that runs now */
  readonly onProgress?: (task: AnalysisTask, share: number) => void
  /** The process ends after so long without a task; default a minute. */
  readonly idleMs?: number
  readonly entry?: URL
}

interface Waiting {
  readonly task: AnalysisTask
  readonly resolve: (result: AnalysisResult) => void
  readonly reject: (error: unknown) => void
}

/** Answers that are kept; the least recently used goes first. */
const KEPT_ANSWERS = 200

/**
 * Asks the analysis process, which starts with the first task and ends when there has been none for a while. The same task
 * on an unchanged study is answered from memory; two that ask the same at once share one answer.
 */
export class AnalysisService {
  readonly #options: AnalysisServiceOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #answers = new Map<string, Promise<AnalysisResult>>()
  #child: ChildHandle<FromAnalysis, ToAnalysis> | null = null
  #nextId = 1
  #idleTimer: NodeJS.Timeout | null = null

  constructor(options: AnalysisServiceOptions) {
    this.#options = options
  }

  /** @throws AppError `study.notFound`, `child.gone`, `database.*` */
  async ask(task: AnalysisTask): Promise<AnalysisResult> {
    const key = `${this.#version(task)} ${JSON.stringify(task)}`
    const known = this.#answers.get(key)
    if (known !== undefined) {
      this.#answers.delete(key)
      this.#answers.set(key, known)
      return known
    }
    const answer = this.#send(task)
    this.#answers.set(key, answer)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > KEPT_ANSWERS && oldest !== undefined) this.#answers.delete(oldest)
    // What went wrong may go right when it is asked again.
    answer.catch(() => this.#answers.delete(key))
    return answer
  }

  /** Ends the process; whoever still waits gets `child.gone`. */
  async close(): Promise<void> {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    const child = this.#child
    this.#child = null
    child?.kill()
    await child?.exited
  }

  /** Every change of a study that an analysis can see writes an event: its last number is the version. */
  #version(task: AnalysisTask): string {
    const studies =
      task.kind === 'study'
        ? [task.studyId]
        : task.request.groups.flatMap(({ members }) => members.map(({ studyId }) => studyId))
    return studies.map(studyId => this.#options.store.lastEventId(studyId)).join(',')
  }

  #send(task: AnalysisTask): Promise<AnalysisResult> {
    const id = this.#nextId++
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    this.#idleTimer = null
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { task, resolve, reject })
      const { databasePath } = this.#options
      this.#process().send({ type: 'ask', id, databasePath, task })
    })
  }

  #process(): ChildHandle<FromAnalysis, ToAnalysis> {
    if (this.#child !== null) return this.#child
    const child = new ChildHandle<FromAnalysis, ToAnalysis>({
      name: 'analysis',
      entry: this.#options.entry ?? new URL('../children/analysis.ts', import.meta.url),
      onMessage: message => {
        this.#take(message)
      },
      onExit: exit => {
        if (this.#child === child) this.#child = null
        const error = ChildHandle.goneError('analysis', exit)
        for (const { reject } of this.#waiting.values()) reject(error)
        this.#waiting.clear()
      },
    })
    this.#child = child
    return child
  }

  #take(message: FromAnalysis): void {
    if (message.type === 'ready') return
    const waiting = this.#waiting.get(message.id)
    if (waiting === undefined) return
    if (message.type === 'progress') {
      this.#options.onProgress?.(waiting.task, message.share)
      return
    }
    this.#waiting.delete(message.id)
    if (message.type === 'answered') waiting.resolve(message.result)
    else waiting.reject(deserializeError(message.error))
    if (this.#waiting.size === 0) this.#endWhenIdle()
  }

  #endWhenIdle(): void {
    this.#idleTimer = setTimeout(() => {
      const child = this.#child
      this.#child = null
      void child?.stop(2_000)
    }, this.#options.idleMs ?? 60_000)
    this.#idleTimer.unref()
  }
}
