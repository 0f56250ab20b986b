import { computed, shallowRef, watch } from 'vue'
import { stillImproving, trialsToJudge } from '../../../src-main/analysis/curves/still-improving.ts'
import type { Insight } from '../../../src-main/analysis/insights/insight.ts'
import { improvingInsight } from '../../../src-main/analysis/insights/result-insights.ts'
import type { MetricPoints, TrialRow } from '../../../src-main/features/studies/common/rows.ts'
import { call } from '../../bridge/call.ts'
import { useStable } from '../../composables/use-stable.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { useLiveStudy } from '../../stores/live-study.ts'

/** That the best of these trials were still improving at their last epoch, once the study no longer runs; else nothing. */
export function useImprovingInsight(trialsOf: () => readonly TrialRow[]) {
  const live = useLiveStudy()
  const curves = shallowRef<readonly MetricPoints[]>([])
  /** While a study runs, other trials are the best before their curves have arrived. */
  const trials = computed(() => (live.study?.state === 'running' ? [] : trialsOf()))
  const judged = useStable(() => {
    const { study } = live
    if (study === null) return null
    const numbers = trialsToJudge(study.specification, trials.value).map(({ number }) => number)
    return numbers.length === 0 ? null : { studyId: study.id, metric: study.goal.metric, numbers }
  })
  watch(
    judged,
    request => {
      curves.value = []
      if (request === null) return
      void reportErrors(async () => {
        const loaded = await call('study.curves', request)
        if (request === judged.value) curves.value = loaded
      })
    },
    { immediate: true },
  )
  return computed((): Insight[] => {
    const { study } = live
    if (study === null || curves.value.length === 0) return []
    const improving = stillImproving(study.specification, trials.value, trial =>
      curves.value.find(({ number }) => number === trial),
    )
    return improving === null ? [] : [improvingInsight(improving)]
  })
}
