import { computed } from 'vue'
import {
  activeFirst,
  byUse,
  type ParameterAxis,
} from '../../../src-main/analysis/parallel/parameter-axis.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { bestParameters } from './best-parameters.ts'
import { useAnswer } from './use-answer.ts'

/**
 * The parameters: those of the best trial first where others have conditions; among them those that decide among the good trials; until that is known, those first that most trials have, as
 * what lies below a choice that few of them made says little.
 * @param isWanted default: always
 */
export function useRanking(isWanted: () => boolean = () => true) {
  const analysis = useAnalysis()
  const live = useLiveStudy()
  const { answer, isSettled } = useAnswer<'importance'>(() =>
    analysis.axes.length < 2 || !isWanted()
      ? null
      : { kind: 'importance', method: 'pedAnova', goal: analysis.goal.index },
  )
  const ordered = (axes: readonly ParameterAxis[]): ParameterAxis[] =>
    activeFirst(
      axes,
      live.study?.specification.space ?? {},
      bestParameters(analysis.all, live.study?.best?.number),
    )
  return computed(() => {
    const outcome = answer.value
    if (outcome === null || !outcome.ok) {
      const axes = ordered(byUse(analysis.axes, analysis.all))
      return { outcome, isKnown: false, isSettled: isSettled.value, axes }
    }
    const shares = new Map(outcome.result.parameters.map(({ name, mean }) => [name, mean]))
    const axes = ordered(
      analysis.axes.toSorted((a, b) => (shares.get(b.name) ?? -1) - (shares.get(a.name) ?? -1)),
    )
    return { outcome, isKnown: true, isSettled: true, axes }
  })
}
