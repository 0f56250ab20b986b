import { computed } from 'vue'
import { freeFields } from '../../../src-main/charts/free-fields.ts'
import { constraintMetric } from '../../../src-main/contract/constraints.ts'
import { t } from '../../composables/texts.ts'
import { useAddress } from '../../composables/use-address.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { type FreeChoice, usePreferences } from '../../stores/preferences.ts'
import { useAnswer } from './use-answer.ts'

export const freeUses = ['x', 'y', 'colour', 'size', 'facets'] as const
export type FreeUse = (typeof freeUses)[number]

const METRIC = 'metric.'
/** In an address, where no word would mean the usual. */
const NONE = 'none'

/** What the free chart shows: from the address, else as this study showed it last, else every goal value by trial. */
export function useFreeChoice() {
  const live = useLiveStudy()
  const analysis = useAnalysis()
  const preferences = usePreferences()
  /** Numbers of studies begin anew in every database. */
  const key = computed(() => `${live.study?.id} ${live.study?.createdAtMs}`)
  const usual = computed((): FreeChoice => ({
    ...{ x: 'trial', y: 'goal.0', size: '', facets: '' },
    colour: analysis.axes[0] === undefined ? 'state' : `parameter.${analysis.axes[0].name}`,
  }))
  const choice = computed<FreeChoice>({
    get: () => {
      const kept = { ...usual.value, ...preferences.freeCharts[key.value] }
      return { ...kept, x: kept.x || usual.value.x, y: kept.y || usual.value.y }
    },
    set: value => {
      preferences.freeCharts = { ...preferences.freeCharts, [key.value]: value }
    },
  })
  function choose(use: FreeUse, id: string): void {
    choice.value = { ...choice.value, [use]: id }
  }
  for (const use of freeUses) {
    useAddress(
      use,
      computed({
        get: () => {
          const id = preferences.freeCharts[key.value]?.[use]
          return id === '' && usual.value[use] !== '' ? NONE : (id ?? '')
        },
        // An address that does not say it leaves what the study showed last.
        set: id => {
          if (id !== '') choose(use, id === NONE ? '' : id)
        },
      }),
    )
  }
  /** Values of metrics come from the analysis: one question for each that is chosen. */
  const asked = freeUses.map(use => ({
    use,
    ...useAnswer<'lastValues'>(() => {
      const id = choice.value[use]
      return id.startsWith(METRIC) ? { kind: 'lastValues', metric: id.slice(METRIC.length) } : null
    }),
  }))
  const known = computed(
    () =>
      new Map(
        asked.flatMap(({ use, answer }) =>
          answer.value === null
            ? []
            : [
                [
                  choice.value[use].slice(METRIC.length),
                  new Map(answer.value.map(({ number, value }) => [number, value])),
                ],
              ],
        ),
      ),
  )
  const fields = computed(() =>
    freeFields({
      goals: analysis.goals.map((goal, index) => ({ ...goal, index })),
      constraints: (live.study?.specification.constraints ?? []).map(constraintMetric),
      ...{ axes: analysis.axes, metrics: live.study?.metrics ?? [], lastValues: known.value, t },
    }),
  )
  /** All questions as one. */
  const lastValues = {
    busy: computed(() => asked.find(({ busy }) => busy.value !== null)?.busy.value ?? null),
    stale: computed(() => asked.some(({ stale }) => stale.value)),
    refresh: () => asked.forEach(one => void one.refresh()),
  }
  return { fields, choice, choose, lastValues }
}
