import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { GoalOf } from '../../src-main/analysis/history/progress.ts'
import { asOfTrial } from '../../src-main/analysis/history/as-of-trial.ts'
import type { AxisPart } from '../../src-main/analysis/parallel/narrow-space.ts'
import { axisPosition, searchedAxes } from '../../src-main/analysis/parallel/parameter-axis.ts'
import type { CustomChart } from '../../src-main/core/study/custom-chart.ts'
import { isFinished, type TrialState } from '../../src-main/core/trial/trial.ts'
import { labeledGoal } from '../../src-main/core/i18n/metric-label.ts'
import { t } from '../composables/localize.ts'
import { trialFilter } from '../features/study/trial-filter.ts'
import { useLiveStudy } from './live-study.ts'
import { usePreferences } from './preferences.ts'

/** All charts of the open study show the same: one filter, one selection, one goal, one moment. */
export const useAnalysis = defineStore('analysis', () => {
  const live = useLiveStudy()
  const preferences = usePreferences()
  const text = ref('')
  const states = ref<TrialState[]>([])
  /** Parts of axes by parameter, as brushed. */
  const parts = shallowRef<ReadonlyMap<string, AxisPart>>(new Map())
  const selected = shallowRef<ReadonlySet<number>>(new Set())
  /** The trial that is pointed at in one of the charts: all others mark it. */
  const hovered = ref<number | null>(null)
  /** The trial at which everything is shown; null: now. */
  const until = ref<number | null>(null)
  const goalIndex = ref(0)
  /** What the custom chart shows, since it was changed here; null: as it is kept. */
  const customChart = shallowRef<CustomChart | null>(null)

  function clearFilter(): void {
    text.value = ''
    states.value = []
    parts.value = new Map()
  }

  watch(
    () => live.openId,
    () => {
      clearFilter()
      selected.value = new Set()
      until.value = null
      goalIndex.value = 0
      customChart.value = null
    },
  )

  const goals = computed(() => {
    const specification = live.study?.specification
    return (specification?.goals ?? []).map(each =>
      labeledGoal(each, specification?.objective ?? null, t),
    )
  })
  const goal = computed<GoalOf>(() => {
    const index = Math.min(goalIndex.value, Math.max(0, goals.value.length - 1))
    return { index, metric: '', direction: 'minimize', ...goals.value[index] }
  })
  const axes = computed(() => searchedAxes(live.study?.specification.space ?? {}))
  /** Without what a person took out of the search, at the chosen moment. */
  const all = computed(() => {
    const included = live.trials.filter(({ excluded }) => !excluded)
    return until.value === null ? included : asOfTrial(included, until.value)
  })
  const filtering = computed(
    () => text.value.trim() !== '' || states.value.length > 0 || parts.value.size > 0,
  )
  /** Of these, what text and states let through; the parallel coordinates draw what is not brushed faintly. */
  const unbrushed = computed(() => {
    if (text.value.trim() === '' && states.value.length === 0) return all.value
    const passes = trialFilter(text.value, preferences.language)
    return all.value.filter(
      trial => passes(trial) && (states.value.length === 0 || states.value.includes(trial.state)),
    )
  })
  const shownTrials = computed(() => {
    const brushed = axes.value.flatMap(axis => {
      const part = parts.value.get(axis.name)
      return part === undefined ? [] : [{ axis, part }]
    })
    if (brushed.length === 0) return unbrushed.value
    return unbrushed.value.filter(trial =>
      brushed.every(({ axis, part: [low, high] }) => {
        const position = axisPosition(axis, trial.parameters)
        return position !== null && position >= low && position <= high
      }),
    )
  })
  /** The trials and the goal that charts of single trials draw. */
  const drawn = computed(() => ({
    trials: shownTrials.value,
    goal: goal.value,
    all: all.value.length,
  }))
  const finished = computed(() => shownTrials.value.filter(({ state }) => isFinished(state)))
  /** Trials that a question is about; null: all of the study. */
  const numbers = computed(() =>
    filtering.value || until.value !== null ? finished.value.map(({ number }) => number) : null,
  )

  function toggle(trial: number): void {
    const next = new Set(selected.value)
    if (!next.delete(trial)) next.add(trial)
    selected.value = next
  }

  function setPart(name: string, part: AxisPart | null): void {
    const next = new Map(parts.value)
    if (part === null) next.delete(name)
    else next.set(name, part)
    parts.value = next
  }

  return {
    text,
    states,
    parts,
    selected,
    hovered,
    until,
    goalIndex,
    customChart,
    goals,
    goal,
    axes,
    all,
    filtering,
    unbrushed,
    shown: shownTrials,
    drawn,
    finished,
    numbers,
    toggle,
    setPart,
    clearFilter,
  }
})
