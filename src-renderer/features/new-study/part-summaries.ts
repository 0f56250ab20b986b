import { computed, type ComputedRef } from 'vue'
import { isObject } from '../../../src-main/core/values/json.ts'
import { metricLabel } from '../../../src-main/core/i18n/metric-label.ts'
import { t } from '../../composables/localize.ts'
import type { useDraft } from './use-draft.ts'
import { trialLimit } from '../../../src-main/core/stopping/trials/trials.ts'

const SEPARATOR = ' · '

/** What is settled in the parts of the form, a line each; a part that is folded says no more. */
export function usePartSummaries({
  draft,
  objective,
}: Pick<ReturnType<typeof useDraft>, 'draft' | 'objective'>): Readonly<
  Record<'data' | 'target' | 'budget', ComputedRef<string>>
> {
  const data = computed(() => {
    const { data: keys, command } = objective.value
    const path = isObject(keys) ? (keys['file'] ?? keys['source']) : command
    return [draft.value['name'], path]
      .filter(text => typeof text === 'string' && text !== '')
      .join(SEPARATOR)
  })
  const target = computed(() => {
    const { data: keys } = objective.value
    const { goals } = draft.value
    const column = isObject(keys) ? keys['target'] : undefined
    // Nobody has chosen what the goal would be of.
    if (column === '') return ''
    const aims = (Array.isArray(goals) ? (goals as unknown[]) : []).filter(isObject).map(goal => {
      const way = goal['direction'] === 'maximize' ? 'newStudy.maximize' : 'newStudy.minimize'
      const { metric } = goal
      return typeof metric === 'string'
        ? `${t(way)} ${metricLabel(metric, objective.value, t)}`
        : t(way)
    })
    return [...(typeof column === 'string' && column !== '' ? [column] : []), ...aims].join(
      SEPARATOR,
    )
  })
  const budget = computed(() => {
    const { stop, parallelTrials } = draft.value
    const trials = (isObject(stop) ? trialLimit(stop) : null) ?? 0
    return t('newStudy.budgetSummary', {
      trials,
      parallelTrials: typeof parallelTrials === 'number' ? parallelTrials : 1,
    })
  })
  return { data, target, budget }
}
