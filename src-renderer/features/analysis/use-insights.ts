import { computed } from 'vue'
import { type Insight, insightsOfGoal } from '../../../src-main/analysis/insights/insight.ts'
import { parameterInsights } from '../../../src-main/analysis/insights/narrow-insight.ts'
import {
  resultInsights,
  searchInsights,
  trustInsights,
} from '../../../src-main/analysis/insights/result-insights.ts'
import { trialsLeft } from '../../../src-main/core/study/trials-left.ts'
import { withoutInert } from '../../../src-main/core/tasks/inert-parameters.ts'
import { trainingsOf } from '../../../src-main/core/study/trainings.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { useAnswer } from './use-answer.ts'
import { useImprovingInsight } from './use-improving-insight.ts'
import { useRanking } from './use-ranking.ts'

/** A forest of more trials takes many seconds: it is fitted once somebody asks for it. */
const MAX_AHEAD_TRIALS = 5_000

/** What the trials that are shown say to a group of charts. */
export function useInsights(group: () => 'result' | 'parameters' | 'search' | 'trust') {
  const live = useLiveStudy()
  const analysis = useAnalysis()
  // Asked for while the first charts are looked at: those of the parameters wait for it.
  const ranking = useRanking(
    () => group() === 'parameters' || live.study?.runsInThisProcess !== true,
  )
  // So is the forest behind importance and dependence, of a study that needs its processors for nothing else. With a filter, it
  // would be another one for every letter.
  useAnswer<'dependence'>(() => {
    const { axes, isKnown } = ranking.value
    const [first] = axes
    const isIdle = live.study?.runsInThisProcess !== true && analysis.numbers === null
    const isQuick = analysis.finished.length <= MAX_AHEAD_TRIALS
    return isKnown && isIdle && isQuick && first !== undefined
      ? { kind: 'dependence', goal: analysis.goal.index, names: [first.name] }
      : null
  })
  const verdict = useAnswer<'importance'>(() =>
    group() === 'parameters' && analysis.axes.length > 0
      ? { kind: 'importance', method: 'fanova', goal: analysis.goal.index, pairs: false }
      : null,
  )
  const trainings = computed(() =>
    live.study === null ? 1 : trainingsOf(live.study.specification),
  )
  const improving = useImprovingInsight(() => (group() === 'result' ? analysis.shown : []))
  return computed((): Insight[] => {
    const { goal, goals, shown: shownTrials } = analysis
    const ofGoal = (insights: Insight[]): Insight[] =>
      goals.length > 1 ? insightsOfGoal(insights, goal.metric) : insights
    switch (group()) {
      case 'result':
        return [...ofGoal(resultInsights(shownTrials, goal, trainings.value)), ...improving.value]
      case 'search':
        return searchInsights(
          shownTrials,
          goal,
          live.study === null ? null : trialsLeft(live.study),
        )
      case 'trust':
        return trustInsights(shownTrials, goal, live.study?.winner ?? null)
      case 'parameters': {
        const { axes, outcome } = ranking.value
        const objective = live.study?.specification.objective
        const trials = objective === undefined ? [] : withoutInert(objective, shownTrials)
        return ofGoal(parameterInsights(verdict.answer.value, outcome, { trials, axes, goal }))
      }
    }
  })
}
