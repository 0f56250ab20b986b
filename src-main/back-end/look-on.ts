import type { MetricPoints, TrialRow } from '../contract/api/rows.ts'
import type { DatabaseWriter } from '../contract/api/database-writer.ts'
import { methodScopes } from '../contract/api/method-scopes.ts'
import type { Method } from '../contract/api/methods.ts'
import type { StudySummary } from '../contract/study.ts'
import { isFinished, type TrialRecord } from '../contract/trial.ts'
import { writerIsAlive, writerOf } from '../storage/write-lock.ts'
import type { StudyHostOptions, StudyHost } from './study-host.ts'
import { toTrialRow } from './study-rows.ts'

const LOOK_EVERY_MS = 500
/** Looking costs this share of the time at most: a large study is looked at less often. */
const SHARE_OF_TIME = 0.1

/** Methods for people alone that change nothing here. */
const harmless: ReadonlySet<Method> = new Set([
  ...(['access.list', 'hook.list', 'command.describe'] as const),
  ...(['remote.list', 'remote.check', 'file.choose', 'code.describe', 'manners.power'] as const),
])

/** Whether somebody who looks on may call a method. */
export function isForLookers(method: Method): boolean {
  return methodScopes[method] === 'read' || harmless.has(method)
}

interface LookOnOptions extends StudyHostOptions {
  readonly host: StudyHost
  /** Nobody writes any more. */
  readonly onFree: () => void
  readonly onBug: (error: unknown) => void
}

/** What faces know of a study. */
interface SeenStudy {
  lastEventId: number
  /** Trials below it have been told. */
  next: number
  /** The last step that was told of each trial that had not ended. */
  readonly open: Map<number, number>
}

/** Follows a database that another process writes, and tells faces what they would hear if it were written here. */
export class LookOn {
  readonly #options: LookOnOptions
  readonly #seen = new Map<number, SeenStudy>()
  readonly #timer: NodeJS.Timeout
  #version: number
  #writer: DatabaseWriter | null
  #notBeforeMs = 0

  constructor(options: LookOnOptions) {
    this.#options = options
    const { store, workspace } = options
    this.#version = store.dataVersion()
    this.#writer = writerOf(workspace.databasePath)
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
    const { store, workspace, hub, now, onFree, onBug } = this.#options
    const beganMs = now()
    try {
      if (!writerIsAlive(workspace.databasePath)) {
        onFree()
        return
      }
      if (beganMs < this.#notBeforeMs) return
      const writer = writerOf(workspace.databasePath)
      if (writer?.process !== this.#writer?.process) {
        this.#writer = writer
        hub.emit({ type: 'reset' })
      }
      const version = store.dataVersion()
      if (version === this.#version) return
      this.#version = version
      store.atOneMoment(() => {
        this.#follow()
      })
    } catch (error) {
      onBug(error)
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
      open: new Map(open.map(({ number }) => [number, store.trial(id, number).lastStep ?? -1])),
    })
  }

  #followStudy(study: StudySummary, seen: SeenStudy): void {
    const { store, hub, host } = this.#options
    const { id, state } = study
    const lastEventId = store.lastEventId(id)
    const isNews = lastEventId !== seen.lastEventId
    seen.lastEventId = lastEventId
    if (!isNews && seen.open.size === 0) return
    const wasRunning = host.isRunning(id)
    host.watch(id, state === 'running')
    const { trials, metrics } = this.#news(id, seen)
    if (trials.length > 0 || metrics.length > 0) {
      hub.emit({ type: 'progress', study: host.row(id, study), trials, metrics, engine: null })
    } else if (isNews && wasRunning === host.isRunning(id)) {
      // Somebody changed the study, or a trial that had ended.
      hub.emit({ type: 'reset' })
      return
    }
    if (wasRunning !== host.isRunning(id)) host.announce(id)
  }

  #news(
    studyId: number,
    seen: SeenStudy,
  ): { readonly trials: TrialRow[]; readonly metrics: MetricPoints[] } {
    const { store } = this.#options
    const fresh = store.trialsBetween(studyId, { from: seen.next, below: Number.MAX_SAFE_INTEGER })
    const open = [...seen.open.keys()].map(number => store.trial(studyId, number))
    const names = store.metricNames(studyId)
    const trials: TrialRow[] = []
    const metrics: MetricPoints[] = []
    for (const trial of [...open, ...fresh]) {
      const { number, lastStep } = trial
      const isNew = number >= seen.next
      const known = seen.open.get(number) ?? -1
      const grew = (lastStep ?? -1) !== known
      if (isNew || grew || isFinished(trial.state)) trials.push(toTrialRow(trial))
      if (grew) metrics.push(...this.#points(studyId, trial, names, known))
      if (isFinished(trial.state)) seen.open.delete(number)
      else seen.open.set(number, lastStep ?? -1)
    }
    seen.next = Math.max(seen.next, ...fresh.map(({ number }) => number + 1))
    return { trials, metrics }
  }

  /** What was reported after a step; all of it where the trial has begun anew. */
  #points(
    studyId: number,
    { number, lastStep }: TrialRecord,
    names: readonly string[],
    known: number,
  ): MetricPoints[] {
    const after = (lastStep ?? -1) < known ? -1 : known
    return names.flatMap(metric => {
      const { steps, values } = this.#options.store.curve(studyId, number, metric)
      const from = steps.findIndex(step => step > after)
      return from < 0
        ? []
        : [{ number, metric, steps: steps.slice(from), values: values.slice(from) }]
    })
  }
}
