import { useIntervalFn } from '@vueuse/core'
import { computed, onScopeDispose, reactive, ref, shallowReactive, watch } from 'vue'
import { trialTimeLeftMs } from '../../../src-main/core/study/time-left.ts'
import { repeatedTrainings, stepsOfTrainings } from '../../../src-main/core/study/trainings.ts'
import { stepsOf } from '../../../src-main/core/study/training-steps.ts'
import { ownValue, setOwnValue } from '../../../src-main/core/values/named-values.ts'
import type { MetricPoints, TrialRow } from '../../../src-main/features/studies/common/rows.ts'
import type { ParameterValue } from '../../../src-main/core/trial/trial.ts'
import { call } from '../../bridge/call.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { useConnection } from '../../stores/connection.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { appendPoints } from '../study/growing-curve.ts'
import { t } from '../../composables/localize.ts'

const MAX_POINTS = 200

/** The trials that run in the open study, by slot: how far each is, its curve, and what tells it from the best. */
export function useRunningRows() {
  const live = useLiveStudy()
  const connection = useConnection()
  const nowMs = ref(Date.now())
  useIntervalFn(() => {
    // Nobody knows how long they run while the back end cannot be reached.
    if (connection.open) nowMs.value = Date.now()
  }, 1_000)
  /** Newest step by trial number, of which of its trainings, and when it arrived. */
  const reached = reactive(
    new Map<number, { readonly step: number; readonly training: number; readonly atMs: number }>(),
  )

  /** Of the goal, by trial number: the newest part. */
  const curves = shallowReactive(new Map<number, MetricPoints>())

  function keep({ steps, values, ...points }: MetricPoints): void {
    const newest = { steps: steps.slice(-MAX_POINTS), values: values.slice(-MAX_POINTS) }
    curves.set(points.number, { ...points, ...newest })
  }

  watch(
    () => live.reported,
    points => {
      for (const arrived of points) {
        const { number, metric, steps, training = 0 } = arrived
        const step = steps.at(-1)
        if (step !== undefined) reached.set(number, { step, training, atMs: Date.now() })
        if (metric !== live.study?.goal.metric) continue
        keep(appendPoints(curves.get(number), arrived))
      }
    },
  )
  /** Those that ran before the page was opened have their curves in the back end. */
  watch(
    () => live.running.map(({ number }) => number).filter(number => !curves.has(number)),
    numbers => {
      const { study } = live
      if (study === null || numbers.length === 0) return
      const { metric } = study.goal
      for (const number of numbers) curves.set(number, { number, metric, steps: [], values: [] })
      void reportErrors(async () => {
        for (const curve of await call('study.curves', { studyId: study.id, metric, numbers })) {
          const arrived = curves.get(curve.number)
          // What is stored is the curve of its first training.
          if (arrived?.training !== undefined || currentTraining(curve.number) > 0) continue
          keep(arrived === undefined ? curve : appendPoints(curve, arrived))
        }
      })
    },
    { immediate: true },
  )

  const repeats = computed(() =>
    live.study === null ? null : repeatedTrainings(live.study.specification),
  )
  const best = computed(() => live.trials[live.study?.best?.number ?? -1])
  /** By slot: the others stay where they are when one ends. */
  const rows = computed(() =>
    live.running
      .toSorted((a, b) => a.slot - b.slot || a.number - b.number)
      .map(trial => {
        const total = live.study === null ? null : stepsOf(live.study, trial)
        const { value: repeat } = repeats
        const training = currentTraining(trial.number)
        const latest = reached.get(trial.number)
        // A training that has just begun has reported nothing yet.
        const newest = latest?.training === training ? latest : undefined
        const step = newest?.step ?? lastStepOf(trial)
        const whole = { steps: total, trainings: repeat?.count ?? 1 }
        const done = stepsOfTrainings({ trainingsDone: training, lastStep: step }, whole)
        const left =
          latest === undefined ? null : trialTimeLeftMs({ ...trial, ...done }, latest.atMs)
        const runningTraining =
          repeat === null
            ? ''
            : t('trainings.running', { by: repeat.by, number: training + 1, count: repeat.count })
        return {
          trial,
          total,
          step,
          left,
          done,
          training: runningTraining,
          ...comparedToBest(trial),
        }
      }),
  )

  // The head of the study shows no less than the longest of them.
  watch(
    rows,
    shown => {
      live.restsMs = shown.flatMap(({ left }) => left ?? [])
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    live.restsMs = []
  })

  /** From 0. The row of the trial says that one has begun, its reports say it perhaps earlier. */
  function currentTraining(number: number): number {
    const begun = live.trials[number]?.trainings?.at(-1)?.number ?? 0
    return Math.max(begun, reached.get(number)?.training ?? 0)
  }

  /** Parameters with another value than the best trial has, and how many are the same. */
  function comparedToBest({ parameters }: TrialRow) {
    const differing: Record<string, ParameterValue> = {}
    for (const [name, value] of Object.entries(parameters)) {
      if (ownValue(best.value?.parameters, name) !== value) setOwnValue(differing, name, value)
    }
    return { differing, same: Object.keys(parameters).length - Object.keys(differing).length }
  }

  return { nowMs, curves, rows }
}

/** As the row of the trial has it. */
function lastStepOf({ trainings, lastStep }: TrialRow): number | null {
  return trainings === undefined ? lastStep : (trainings.at(-1)?.lastStep ?? null)
}
