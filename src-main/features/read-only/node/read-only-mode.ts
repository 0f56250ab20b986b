import { statSync } from 'node:fs'
import type { MetricPoints, TrialRow } from '../../studies/common/rows.ts'
import type { DatabaseWriter } from '../../../core/storage/database-writer.ts'
import type { MethodAccess } from '../../api/common/method.ts'
import { type Method, methods } from '../../api/common/methods.ts'
import type { EventKind, EventRecord } from '../../../core/study/events.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import { isFinished, type TrialRecord } from '../../../core/trial/trial.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { writerIsAlive, writerOf } from '../../../platform/storage/write-lock.ts'
import type { StudyHostOptions, StudyHost } from '../../studies/node/study-host.ts'
import { toTrialRow } from '../../studies/node/study-rows.ts'

const LOOK_EVERY_MS = 500
/** Looking costs this share of the time at most: a large study is looked at less often. */
const SHARE_OF_TIME = 0.1
/** Nobody writes after so many looks in a row: between two commands of a script, or while a backup is restored, nobody does for a moment. */
const FREE_LOOKS = 4

/** What people did: faces hear of each. */
const interventions: ReadonlySet<EventKind> = new Set([
  ...(['study.changed', 'study.labeled', 'study.restored', 'trial.excluded'] as const),
  'study.renamed',
  ...(['trial.included', 'trial.noted', 'trial.queued', 'trial.unqueued'] as const),
  'trial.unsuspended',
])

/** Whether a read-only process may call a method. */
export function worksReadOnly(method: Method): boolean {
  const { scope, changesNothing = false }: MethodAccess = methods[method]
  return scope === 'read' || changesNothing
}

interface ReadOnlyModeOptions extends Omit<StudyHostOptions, 'store'> {
  readonly store: StudyReader
  readonly host: Pick<StudyHost, 'announce' | 'isRunning' | 'row' | 'watch'>
  /** Nobody writes any more, or another file lies there: what was opened is the past. */
  readonly onOver: () => void
  readonly onBug: (error: unknown) => void
}

/** What faces know of a study. */
interface SeenStudy {
  lastEventId: number
  /** Trials below it have been told. */
  next: number
  /** What was told of each trial that had not ended. */
  readonly open: Map<number, SeenTrial>
}

interface SeenTrial extends Pick<TrialRecord, 'state' | 'lastStep'> {
  /** How far the last of several trainings is. */
  readonly training: string
}

function trialProgress({ state, lastStep, trainings }: TrialRecord): SeenTrial {
  const last = trainings?.at(-1)
  return { state, lastStep, training: `${last?.number} ${last?.lastStep}` }
}

/** Another one for a file that was put in the place of another. */
function fileAt(databasePath: string): string {
  const stats = statSync(databasePath, { throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.dev}-${stats.ino}`
}

/** Follows a database that another process writes, and tells faces what they would hear if it were written here. */
export class ReadOnlyMode {
  readonly #options: ReadOnlyModeOptions
  readonly #seen = new Map<number, SeenStudy>()
  readonly #timer: NodeJS.Timeout
  #version: number
  #writer: DatabaseWriter | null
  readonly #file: string
  #freeLooks = 0
  #notBeforeMs = 0
  #hasFailed = false

  constructor(options: ReadOnlyModeOptions) {
    this.#options = options
    const { store, workspace } = options
    this.#version = store.dataVersion()
    this.#writer = writerOf(workspace.databasePath)
    this.#file = fileAt(workspace.databasePath)
    for (const study of store.listStudies()) this.#begin(study)
    this.#timer = setInterval(() => {
      this.#look()
    }, LOOK_EVERY_MS).unref()
  }

  get writer(): DatabaseWriter | null {
    return this.#writer
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { store, workspace, hub, now, onOver, onBug } = this.#options
    const beganMs = now()
    try {
      const isFree = !writerIsAlive(workspace.databasePath)
      this.#freeLooks = isFree ? this.#freeLooks + 1 : 0
      // The writer may have put a backup in its place.
      const isOther = !isFree && fileAt(workspace.databasePath) !== this.#file
      if (isOther || this.#freeLooks >= FREE_LOOKS) onOver()
      if (isFree || isOther || beganMs < this.#notBeforeMs) return
      const writer = writerOf(workspace.databasePath)
      // One that ended just now has left no word.
      if (writer !== null && writer.process !== this.#writer?.process) {
        this.#writer = writer
        hub.emit({ type: 'reset' })
      }
      const version = store.dataVersion()
      if (version === this.#version) return
      store.atOneMoment(() => {
        this.#follow()
      })
      // What failed is tried again.
      this.#version = version
      this.#hasFailed = false
    } catch (error) {
      if (!this.#hasFailed) onBug(error)
      this.#hasFailed = true
    } finally {
      this.#notBeforeMs = beganMs + (now() - beganMs) / SHARE_OF_TIME
    }
  }

  #follow(): void {
    const { store, hub, host } = this.#options
    const studies = store.listStudies()
    for (const study of studies) {
      const seen = this.#seen.get(study.id)
      if (seen === undefined) {
        this.#begin(study)
        host.announce(study.id)
      } else this.#followStudy(study, seen)
    }
    const ids = new Set(studies.map(({ id }) => id))
    for (const studyId of this.#seen.keys()) {
      if (ids.has(studyId)) continue
      this.#seen.delete(studyId)
      host.watch(studyId, false)
      hub.emit({ type: 'studyDeleted', studyId })
    }
  }

  /** Faces read for themselves what is there already. */
  #begin({ id, state }: StudySummary): void {
    const { store, host } = this.#options
    host.watch(id, state === 'running')
    const outline = store.outline(id)
    const open = outline.filter(trial => !isFinished(trial.state))
    this.#seen.set(id, {
      lastEventId: store.lastEventId(id),
      next: (outline.at(-1)?.number ?? -1) + 1,
      open: new Map(
        open
          .flatMap(({ number }) => this.#trial(id, number))
          .map(trial => [trial.number, trialProgress(trial)]),
      ),
    })
  }

  /** Without its curves. */
  #trial(studyId: number, number: number): readonly TrialRecord[] {
    return this.#options.store.trialsBetween(studyId, { from: number, below: number + 1 })
  }

  #followStudy(study: StudySummary, seen: SeenStudy): void {
    const { store, hub, host } = this.#options
    const { id, state } = study
    const events = store.events(id, seen.lastEventId)
    seen.lastEventId = events.at(-1)?.id ?? seen.lastEventId
    if (events.length === 0 && seen.open.size === 0) return
    const wasRunning = host.isRunning(id)
    host.watch(id, state === 'running')
    const { trials, metrics } = this.#changesSince(id, seen, events)
    const people = events.filter(({ kind }) => interventions.has(kind))
    const row = host.row(id, study)
    const hasProgress = trials.length > 0 || metrics.length > 0
    if (hasProgress) hub.emit({ type: 'progress', study: row, trials, metrics, engine: null })
    for (const event of people) hub.emit({ type: 'intervention', study: row, event, trials: [] })
    if (wasRunning !== host.isRunning(id)) host.announce(id)
    // Such as a winner that was tested.
    else if (events.length > 0 && people.length === 0 && !hasProgress) hub.emit({ type: 'reset' })
  }

  /** @param events that came since: trials that had ended may look different */
  #changesSince(
    studyId: number,
    seen: SeenStudy,
    events: readonly EventRecord[],
  ): { readonly trials: TrialRow[]; readonly metrics: MetricPoints[] } {
    const { store } = this.#options
    const fresh = store.trialsBetween(studyId, { from: seen.next, below: Number.MAX_SAFE_INTEGER })
    const marked = new Set(events.flatMap(({ trialNumber }) => trialNumber ?? []))
    const numbers = new Set([...seen.open.keys(), ...marked].filter(number => number < seen.next))
    const older = [...numbers].flatMap(number => this.#trial(studyId, number))
    const names = store.metricNames(studyId)
    const trials: TrialRow[] = []
    const metrics: MetricPoints[] = []
    for (const trial of [...older, ...fresh]) {
      const { number, state } = trial
      const seenTrial = seen.open.get(number)
      const before = seenTrial?.lastStep ?? -1
      // The curves of one that had ended are there.
      const canGrow = seenTrial !== undefined || number >= seen.next || !isFinished(state)
      const grew = canGrow && (trial.lastStep ?? -1) !== before
      const isFurther = canGrow && seenTrial?.training !== trialProgress(trial).training
      if (seenTrial?.state !== state || grew || isFurther || marked.has(number))
        trials.push(toTrialRow(trial))
      if (grew) metrics.push(...this.#points(studyId, trial, names, before))
      if (isFinished(state)) seen.open.delete(number)
      else seen.open.set(number, trialProgress(trial))
    }
    seen.next = Math.max(seen.next, ...fresh.map(({ number }) => number + 1))
    return { trials, metrics }
  }

  /** What was reported after a step; all of it where the trial has begun anew. */
  #points(
    studyId: number,
    { number, lastStep }: TrialRecord,
    names: readonly string[],
    lastSeenStep: number,
  ): MetricPoints[] {
    const after = (lastStep ?? -1) < lastSeenStep ? -1 : lastSeenStep
    return names.flatMap(metric => {
      const { steps, values } = this.#options.store.curve(studyId, number, metric)
      const from = steps.findIndex(step => step > after)
      return from < 0
        ? []
        : [{ number, metric, steps: steps.slice(from), values: values.slice(from) }]
    })
  }
}
