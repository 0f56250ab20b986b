import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { AppEvent } from '../../src-main/features/api/common/app-event.ts'
import type {
  MetricPoints,
  StudyDetail,
  StudyOutline,
  TrialRow,
} from '../../src-main/features/studies/common/rows.ts'
import type { ModelProgress } from '../../src-main/core/models/built-model.ts'
import type { EngineInfo } from '../../src-main/core/machine/engine.ts'
import { AppError, deserializeError, toAppError } from '../../src-main/core/errors/errors.ts'
import type { EventRecord } from '../../src-main/core/study/events.ts'
import { call } from '../bridge/call.ts'
import { useStable } from '../composables/use-stable.ts'

/** A trial as the history of a study shows it; until all is read, a broken constraint has the value ∞. */
export type HistoryTrial = Pick<
  TrialRow,
  'number' | 'state' | 'values' | 'constraints' | 'excluded'
>

/** Of a large study: the back end does other things in between. */
const TRIALS_PER_CALL = 10_000

/** The study that is open, with its trials and what their events added since it was opened. */
export const useLiveStudy = defineStore('liveStudy', () => {
  const study = shallowRef<StudyDetail | null>(null)
  /** By number, without gaps; empty until `complete`. Replaced as a whole with every change, so that views notice. */
  const trials = shallowRef<readonly TrialRow[]>([])
  /** Shown in the history until the trials are there. */
  const outline = shallowRef<readonly HistoryTrial[]>([])
  /** All trials are there with everything that tables show. */
  const complete = ref(false)
  /** Stays the same while trials only go on. */
  const history = useStable<readonly HistoryTrial[]>(
    () => (complete.value ? trials.value : outline.value),
    drawsTheSame,
  )
  /** Changes that arrived while the trials were read. */
  let early: TrialRow[] = []
  /** The newest points of running trials, of all their trainings. */
  const reported = shallowRef<readonly MetricPoints[]>([])
  /** Of the first training of each, for curves that grow. */
  const arrived = shallowRef<readonly MetricPoints[]>([])
  const engine = shallowRef<EngineInfo | null>(null)
  const error = shallowRef<AppError | null>(null)
  const sessionError = shallowRef<AppError | null>(null)
  /** The newest change that a person made in it. */
  const lastIntervention = shallowRef<EventRecord | null>(null)
  /** How far the analysis is that runs now, and which. */
  const analysisShare = shallowRef<{ readonly task: string; readonly share: number } | null>(null)
  /** How far a request with a ticket is, and which. */
  const workShare = shallowRef<{ readonly ticket: string; readonly share: number } | null>(null)
  /** How far a model of the study is that is being made; null: none is. */
  const modelProgress = shallowRef<ModelProgress | null>(null)
  /** What the running trials still take, in milliseconds, where that is shown. */
  const restsMs = shallowRef<readonly number[]>([])
  const loading = ref(false)
  const openId = ref<number | null>(null)
  /** Counts up: answers to an earlier opening, also of the same study, come too late. */
  let opening = 0
  const running = computed(() => trials.value.filter(({ state }) => state === 'running'))

  /**
   * Opens a study: first what the history shows, a tenth of everything, then the trials. Whatever an earlier one
   * still loads is dropped.
   */
  async function open(id: number): Promise<void> {
    if (openId.value !== id) {
      forget()
      engine.value = null
      sessionError.value = null
    }
    openId.value = id
    const mine = ++opening
    const isLate = () => opening !== mine
    loading.value = true
    try {
      const [detail, columns] = await Promise.all([
        call('study.get', { studyId: id }),
        complete.value ? null : call('study.outline', { studyId: id }),
      ])
      if (isLate()) return
      if (columns !== null) outline.value = historyOf(columns)
      study.value = detail
      error.value = null
      // The page shows itself before it reads the rest.
      if (columns !== null) await new Promise(resolve => setTimeout(resolve))
      const rows = await trialsOf(id, isLate)
      if (rows === null) return
      trials.value = merge(
        rows,
        early.filter(row => isNewer(row, rows[row.number])),
      )
      early = []
      outline.value = []
      complete.value = true
    } catch (reason) {
      if (!isLate()) error.value = toAppError(reason)
    } finally {
      if (!isLate()) loading.value = false
    }
  }

  /** Reads again what is said of the study as a whole, such as how often models were measured on its test rows. */
  async function refresh(studyId: number): Promise<void> {
    const detail = await call('study.get', { studyId }).catch(() => null)
    if (detail !== null && openId.value === studyId && study.value !== null) study.value = detail
  }

  /** All of them, part by part; null as soon as it is too late for them. */
  async function trialsOf(
    studyId: number,
    isLate: () => boolean,
  ): Promise<readonly TrialRow[] | null> {
    const rows: TrialRow[] = []
    for (;;) {
      const part = await call('study.trials', {
        studyId,
        from: rows.length,
        count: TRIALS_PER_CALL,
      })
      if (isLate()) return null
      for (const row of part) rows.push(row)
      if (part.length < TRIALS_PER_CALL) return rows
    }
  }

  function close(): void {
    opening++
    openId.value = null
    forget()
  }

  function forget(): void {
    study.value = null
    trials.value = []
    outline.value = []
    complete.value = false
    modelProgress.value = null
    early = []
  }

  function takeTrials(changed: readonly TrialRow[]): void {
    if (changed.length === 0) return
    if (complete.value) trials.value = merge(trials.value, changed)
    if (loading.value || !complete.value) early.push(...changed)
  }

  function take(event: AppEvent): void {
    if (event.type === 'sessionFailed') {
      if (event.studyId === openId.value) sessionError.value = deserializeError(event.error)
      return
    }
    if (event.type === 'analysis') {
      if (event.studyId === openId.value)
        analysisShare.value = { task: event.task, share: event.share }
      return
    }
    if (event.type === 'work') {
      workShare.value = { ticket: event.ticket, share: event.share }
      return
    }
    if (event.type === 'model') {
      if (event.studyId !== openId.value) return
      modelProgress.value = event.progress
      if (event.progress === null) void refresh(event.studyId)
      return
    }
    if (event.type === 'reset') return
    if (event.type === 'studyDeleted') {
      const { studyId } = event
      if (studyId === openId.value)
        error.value = new AppError('study.notFound', { study: String(studyId) })
      return
    }
    if (event.study.id !== openId.value) return
    const current = study.value
    if (current === null) return
    if (event.type === 'intervention') {
      lastIntervention.value = event.event
      takeTrials(event.trials)
      study.value = { ...current, ...event.study }
      // The specification may be another one now; or the study comes back from the bin.
      if (event.event.kind === 'study.changed' || error.value !== null) void open(event.study.id)
    } else if (event.type === 'progress') {
      takeTrials(event.trials)
      reported.value = event.metrics
      arrived.value = event.metrics.filter(({ training }) => training === undefined)
      engine.value = event.engine ?? engine.value
      const names = event.metrics.map(({ metric }) => metric)
      const metrics = [...new Set([...current.metrics, ...names])]
      study.value = { ...current, ...event.study, metrics }
    } else {
      study.value = { ...current, ...event.study }
      // A session that ended may have left a winner and other facts that events do not carry.
      if (!event.study.runsInThisProcess) void open(event.study.id)
      else sessionError.value = null
    }
  }

  return {
    study,
    trials,
    history,
    complete,
    arrived,
    reported,
    engine,
    error,
    sessionError,
    lastIntervention,
    analysisShare,
    workShare,
    modelProgress,
    restsMs,
    loading,
    running,
    openId,
    open,
    close,
    take,
  }
})

function merge(rows: readonly TrialRow[], changed: readonly TrialRow[]): readonly TrialRow[] {
  const merged = [...rows]
  for (const trial of changed) merged[trial.number] = trial
  return merged
}

function drawsTheSame(before: readonly HistoryTrial[], now: readonly HistoryTrial[]): boolean {
  return (
    before.length === now.length &&
    before.every((rowBefore, index) => {
      const other = now[index]
      return rowBefore === other || (other !== undefined && drawnOf(rowBefore) === drawnOf(other))
    })
  )
}

function drawnOf({ state, values, constraints, excluded }: HistoryTrial): string {
  return [state, values, constraints, excluded].join(' ')
}

function historyOf(outline: StudyOutline): HistoryTrial[] {
  const { numbers, states, values } = outline
  const out = new Set(outline.excluded)
  const broken = new Set(outline.infeasible)
  return numbers.map((number, index) => {
    const value = values[index] ?? null
    return {
      number,
      state: states[index] ?? 'running',
      values: value === null ? [] : [value],
      ...(broken.has(number) ? { constraints: [Number.POSITIVE_INFINITY] } : {}),
      excluded: out.has(number),
    }
  })
}

/** Whether a change says more than what was read: a trial ends once, and its steps only rise. */
function isNewer(change: TrialRow, read: TrialRow | undefined): boolean {
  if (read === undefined || change.finishedAtMs !== null) return true
  return read.finishedAtMs === null && (change.lastStep ?? -1) >= (read.lastStep ?? -1)
}
