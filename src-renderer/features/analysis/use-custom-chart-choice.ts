import { computed } from 'vue'
import { customChartFields } from '../../../src-main/charts/custom-chart-fields.ts'
import {
  ATTRIBUTE_FIELD,
  type CustomChart,
  type CustomChartUse,
  customChartUses,
  METRIC_FIELD,
} from '../../../src-main/core/study/custom-chart.ts'
import { constraintMetric } from '../../../src-main/core/study/constraints.ts'
import { call } from '../../bridge/call.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { t } from '../../composables/localize.ts'
import { useAddress } from '../../composables/use-address.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useConnection } from '../../stores/connection.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { useAnswer } from './use-answer.ts'

/** In an address, where no word would mean the usual. */
const NONE = 'none'

/** What the custom chart shows: from the address, else as it is kept with the study, else every goal value by trial. */
export function useCustomChartChoice() {
  const live = useLiveStudy()
  const analysis = useAnalysis()
  const connection = useConnection()
  const usual = computed((): CustomChart => ({
    x: 'trial',
    y: 'goal.0',
    size: '',
    facets: '',
    color: analysis.axes[0] === undefined ? 'state' : `parameter.${analysis.axes[0].name}`,
  }))
  const storedChoice = computed(() => analysis.customChart ?? live.study?.customChart)
  const choice = computed((): CustomChart => {
    const { x, y, ...others } = { ...usual.value, ...storedChoice.value }
    return { ...others, x: x || usual.value.x, y: y || usual.value.y }
  })
  function show(use: CustomChartUse, id: string): void {
    analysis.customChart = { ...choice.value, [use]: id }
  }
  /** A person chose: others who open the study, and its report, show the same. */
  function choose(use: CustomChartUse, id: string): void {
    show(use, id)
    const studyId = live.study?.id
    // Whoever is read-only while another process writes keeps nothing; the address has it.
    if (studyId === undefined || connection.writer !== null) return
    void reportErrors(() => call('study.keepChart', { studyId, chart: choice.value }))
  }
  for (const use of customChartUses) {
    useAddress(
      use,
      computed({
        get: () => {
          const id = storedChoice.value?.[use]
          return id === '' && usual.value[use] !== '' ? NONE : (id ?? '')
        },
        // An address that does not say it leaves what the study showed last.
        set: id => {
          if (id !== '') show(use, id === NONE ? '' : id)
        },
      }),
    )
  }
  /** Values of metrics come from the analysis: one question for each that is chosen. */
  const useAnswers = customChartUses.map(use => ({
    use,
    ...useAnswer<'lastValues'>(() => {
      const id = choice.value[use]
      return id.startsWith(METRIC_FIELD)
        ? { kind: 'lastValues', metric: id.slice(METRIC_FIELD.length) }
        : null
    }),
  }))
  const attributes = useAnswer<'attributes'>(() => ({ kind: 'attributes' }))
  const lastValues = computed(
    () =>
      new Map(
        useAnswers.flatMap(({ use, answer }) =>
          answer.value === null
            ? []
            : [
                [
                  choice.value[use].slice(METRIC_FIELD.length),
                  new Map(answer.value.map(({ number, value }) => [number, value])),
                ],
              ],
        ),
      ),
  )
  const fields = computed(() =>
    customChartFields({
      goals: analysis.goals.map((goal, index) => ({ ...goal, index })),
      constraints: (live.study?.specification.constraints ?? []).map(constraintMetric),
      axes: analysis.axes,
      metrics: live.study?.metrics ?? [],
      lastValues: lastValues.value,
      t,
      attributes: attributes.answer.value ?? [],
    }),
  )
  /** What the chart waits for: names of attributes are asked for anyway. */
  const needed = computed(() => {
    const usesThem = customChartUses.some(use => choice.value[use].startsWith(ATTRIBUTE_FIELD))
    return usesThem ? [...useAnswers, attributes] : useAnswers
  })
  /** All questions as one. */
  const noted = {
    busy: computed(() => needed.value.find(({ busy }) => busy.value !== null)?.busy.value ?? null),
    stale: computed(
      () => needed.value.find(({ stale }) => stale.value !== null)?.stale.value ?? null,
    ),
    refresh: () => needed.value.forEach(answer => void answer.refresh()),
  }
  return { fields, choice, choose, noted }
}
