import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type {
  OptunaChange,
  OptunaEndpoint,
  OptunaEndpointSettings,
} from '../../../core/storage/optuna-storage.ts'
import { writeStudyYaml } from '../../../interop/study-file/write-study-yaml.ts'
import { describeEnvironment } from '../../../platform/machine/environment.ts'
import { connect, type RestartedConnection } from '../../../platform/processes/connect.ts'
import type { Link } from '../../../platform/processes/link.ts'
import type { OptunaUpdate, OptunaWriting } from '../../../platform/storage/study-store.ts'
import { OptunaFiles } from './optuna-files.ts'
import { refused } from '../../interventions/node/refused.ts'
import type { ServiceOptions } from '../../studies/node/study-host.ts'
import { StudyProgress } from '../../studies/node/study-progress.ts'

type Endpoint = RestartedConnection<'optuna-storage'>

const restarts = { kind: 'restart', maxRestarts: 5, withinMs: 600_000, delayMs: 0 } as const
/** When a person asked the programs of a study to stop, in seconds since 1970; `StopWhenAsked` of our Python package looks at it. */
const stopAttribute = 'tunewright:stop'
/** Wall time reaches the store this often. */
const ELAPSED_EVERY_MS = 1_000

/**
 * The endpoint for programs of Optuna: a process of its own speaks with them, this one writes what they change, in the groups that it
 * gets, and tells faces. Closed until somebody opens it.
 */
export class OptunaService {
  readonly #options: ServiceOptions
  readonly #progress = new Map<number, StudyProgress>()
  /** Studies that a program works on, and until when their time has been counted. */
  readonly #counted = new Map<number, number>()
  #endpoint: Endpoint | null = null
  #settings: OptunaEndpointSettings | null = null
  #port: number | null = null
  #clients = 0
  #files: OptunaFiles | null = null

  constructor(options: ServiceOptions) {
    this.#options = options
    options.store.leaveOptunaStudies(options.now())
  }

  get endpoint(): OptunaEndpoint {
    return { port: this.#port, clients: this.#clients, checksUser: process.platform === 'linux' }
  }

  /** @returns the port @throws AppError `usage.invalid` for a port that is taken */
  async open(settings: OptunaEndpointSettings): Promise<number> {
    if (this.#port !== null) return this.#port
    const { databasePath } = this.#options.workspace
    this.#settings = settings
    this.#files = this.#filesOf(settings)
    const endpoint = connect('optuna-storage', {
      ...restarts,
      open: async link => {
        // Programs find a restarted process at its old port.
        const request = { ...settings, databasePath, port: this.#port ?? settings.port }
        this.#port = await this.#run(link, request)
      },
      onDeath: (error, isLast) => {
        this.#options.log('optuna-storage', error)
        this.#left()
        if (isLast) this.#port = null
      },
    })
    this.#endpoint = endpoint
    try {
      await endpoint.ready()
    } catch (error) {
      await this.close()
      throw error
    }
    for (const { id } of this.#options.store.listStudies()) {
      this.#files?.resume(id)
      await this.handOver(id)
      await this.reportRemarks(id)
    }
    return this.#port ?? 0
  }

  async close(): Promise<void> {
    const endpoint = this.#endpoint
    const files = this.#files
    this.#endpoint = null
    this.#port = null
    this.#settings = null
    await endpoint?.close()
    this.#left()
    await files?.settled()
    // Unless it was opened again meanwhile.
    if (this.#files === files) this.#files = null
  }

  /**
   * A trial whose program is gone fails, and its point is queued again.
   * @returns false where its program is there @throws AppError `usage.invalid` while the endpoint is closed
   */
  async failLost(studyId: number, trialNumber: number): Promise<boolean> {
    if (this.#endpoint === null) {
      throw new AppError('usage.invalid', { reason: msg('failure.optunaClosed') })
    }
    return this.#endpoint.call('failLost', { studyId, trialNumber })
  }

  /** Hands points that people queued to programs; while the endpoint is closed they wait. */
  async handOver(studyId: number): Promise<void> {
    const { store } = this.#options
    if (this.#endpoint === null || !store.isOptunaStudy(studyId)) return
    for (const { id: point, parameters } of store.queuedPoints(studyId)) {
      await this.#endpoint.call('enqueue', { studyId, point, parameters })
    }
  }

  /** A person took a study away from programs, or gave it back. */
  async show(studyId: number, isShown: boolean): Promise<void> {
    if (this.#endpoint === null || !this.#options.store.isOptunaStudy(studyId)) return
    await this.#endpoint.call(isShown ? 'restore' : 'forget', studyId)
  }

  /** Asks the programs of a study to end after their trials, which they hear if they look. @returns false for a study of no such program that runs @throws AppError `intervention.refused` */
  async askToStop(studyId: number): Promise<boolean> {
    const { store, host, now } = this.#options
    if (this.#endpoint === null || !store.isOptunaStudy(studyId) || !host.isRunning(studyId))
      return false
    const value = now() / 1_000
    const isHeard = await this.#endpoint.call('setAttribute', {
      studyId,
      key: stopAttribute,
      value,
    })
    if (isHeard) return true
    throw refused(store.studyById(studyId), msg('rule.intervention.followed'))
  }

  /** Note, tags and notes of trials become user attributes of the study: trials that ended change no more for a program. */
  async reportRemarks(studyId: number): Promise<void> {
    const { store } = this.#options
    if (this.#endpoint === null || !store.isOptunaStudy(studyId)) return
    const { note, tags } = store.studyById(studyId).labels
    const remarks = { note, tags: [...tags], trial_notes: store.notesOfTrials(studyId) }
    for (const [name, value] of Object.entries(remarks))
      await this.#endpoint.call('setAttribute', { studyId, key: `tunewright:${name}`, value })
  }

  /** To open it as it is open now; null while it is closed. */
  get settings(): OptunaEndpointSettings | null {
    return this.#settings && { ...this.#settings, port: this.#port ?? this.#settings.port }
  }

  async #run(
    link: Link<'optuna-storage'>,
    request: OptunaEndpointSettings & { readonly databasePath: string },
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      link
        .call('run', request, {
          listening: resolve,
          commit: changes => this.#commit(changes),
          clients: count => {
            this.#clients = count
          },
          bug: stack => this.#options.log('optuna-storage', new Error(stack)),
        })
        .catch(reject)
    })
  }

  #commit(changes: readonly OptunaChange[]): null {
    const { store, now } = this.#options
    const writing: OptunaWriting = { toStudy, atMs: now() }
    const updates = store.writeOptuna(changes, writing)
    const isAboutStudies = updates.some(({ isStudy }) => isStudy === true)
    for (const update of updates) this.#reportProgress(update)
    for (const { studyId, trialNumber, isEnd } of updates) {
      if (isEnd === true && trialNumber !== undefined) this.#files?.ended(studyId, trialNumber)
    }
    if (isAboutStudies) this.#follow(updates)
    this.#count()
    return null
  }

  #reportProgress({ studyId, trialNumber, report }: OptunaUpdate): void {
    const progress = this.#progressOf(studyId)
    if (report !== undefined && trialNumber !== undefined) {
      progress.reported(trialNumber, report)
    } else progress.changed(trialNumber ?? null)
  }

  /** Studies began, ended, or look different. */
  #follow(updates: readonly OptunaUpdate[]): void {
    const { store, host, hub, now } = this.#options
    for (const studyId of new Set(
      updates.filter(update => update.isStudy).map(update => update.studyId),
    )) {
      const isRunning = store.studyById(studyId).state === 'running'
      if (isRunning && !this.#counted.has(studyId)) this.#counted.set(studyId, now())
      else if (!isRunning) this.#count(studyId)
      host.watch(studyId, isRunning)
      hub.emit({ type: 'study', study: host.row(studyId) })
    }
  }

  /** @param endedStudyId nobody works on it any more */
  #count(endedStudyId: number | null = null): void {
    const atMs = this.#options.now()
    for (const [studyId, sinceMs] of this.#counted) {
      const isOver = studyId === endedStudyId
      if (!isOver && atMs - sinceMs < ELAPSED_EVERY_MS) continue
      this.#options.store.addElapsed(studyId, Math.max(0, atMs - sinceMs))
      if (isOver) this.#counted.delete(studyId)
      else this.#counted.set(studyId, atMs)
    }
  }

  /** All programs are gone. */
  #left(): void {
    const { store, host, now } = this.#options
    this.#clients = 0
    for (const studyId of store.leaveOptunaStudies(now())) {
      this.#count(studyId)
      host.watch(studyId, false)
      host.announce(studyId)
    }
    for (const progress of this.#progress.values()) progress.close()
    this.#progress.clear()
  }

  #filesOf({ artifacts }: OptunaEndpointSettings): OptunaFiles | null {
    if (artifacts === undefined) return null
    const { store, workspace, now, log } = this.#options
    return new OptunaFiles({
      store,
      workspace,
      now,
      folder: artifacts,
      onStored: (studyId, trialNumber) => this.#reportProgress({ studyId, trialNumber }),
      onBug: error => log('optuna-files', error),
    })
  }

  #progressOf(studyId: number): StudyProgress {
    const { store, hub, host } = this.#options
    const cachedProgress = this.#progress.get(studyId)
    if (cachedProgress !== undefined) return cachedProgress
    const row = () => host.row(studyId)
    const progress = new StudyProgress({ studyId, store, hub, row })
    this.#progress.set(studyId, progress)
    return progress
  }
}

const toStudy: OptunaWriting['toStudy'] = ({ specification, name: theirs }, name) => {
  const called = { ...specification, name }
  return {
    specification: called,
    source: writeStudyYaml(called),
    environment: {
      ...describeEnvironment(),
      importedFrom: {
        program: 'Optuna',
        version: null,
        file: null,
        sha256: null,
        study: theirs,
        notes: [],
      },
    },
    createdAtMs: Date.now(),
  }
}
