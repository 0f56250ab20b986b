import { computed } from 'vue'
import { byUse } from '../../../src-main/analysis/parallel/parameter-axis.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useAnswer } from './use-answer.ts'

/**
 * The parameters, those first that decide among the good trials; until that is known, those first that most trials have, as
 * what lies below a choice that few of them made says little.
 * @param isWanted default: always
 */
export function useRanking(isWanted: () => boolean = () => true) {
  const analysis = useAnalysis()
  const { answer, isSettled } = useAnswer<'importance'>(() =>
    analysis.axes.length < 2 || !isWanted()
      ? null
      : { kind: 'importance', method: 'pedAnova', goal: analysis.goal.index },
  )
  return computed(() => {
    const outcome = answer.value
    if (outcome === null || !outcome.ok) {
      const axes = byUse(analysis.axes, analysis.all)
      return { outcome, isKnown: false, isSettled: isSettled.value, axes }
    }
    const shares = new Map(outcome.result.parameters.map(({ name, mean }) => [name, mean]))
    const axes = [...analysis.axes].sort(
      (a, b) => (shares.get(b.name) ?? -1) - (shares.get(a.name) ?? -1),
    )
    return { outcome, isKnown: true, isSettled: true, axes }
  })
}
