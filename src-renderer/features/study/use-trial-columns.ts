import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { computed, ref, shallowRef, watch } from 'vue'
import { clamp } from '../../../src-main/math/numbers.ts'
import { useNamesInAddress } from '../../composables/use-address.ts'
import { useRanking } from '../analysis/use-ranking.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { usePreferences } from '../../stores/preferences.ts'
import {
  type ParameterOrder,
  parameterOrder,
  type TrialColumn,
  trialColumns,
} from './trial-columns.ts'

const MIN_WIDTH_PX = 60
const MAX_WIDTH_PX = 800

/** A column where it stands: pinned ones first, which stay where they are while the others are scrolled. */
export interface PlacedColumn {
  readonly column: TrialColumn
  readonly index: number
  readonly startPx: number
  readonly endPx: number
  readonly isPinned: boolean
}

/** The columns of the table of trials: which, in which order, how wide, which stay in sight. */
export function useTrialColumns() {
  const live = useLiveStudy()
  const preferences = usePreferences()
  const ranking = useRanking()
  /** As it was first known, and by what decides as soon as that is: columns that wander while a study runs cannot be read. */
  const decidedOrder = shallowRef<ParameterOrder | null>(null)
  watch(
    () => live.openId,
    () => {
      decidedOrder.value = null
      isRanked = false
    },
  )
  let isRanked = false
  watch(ranking, ({ isKnown, isSettled, axes }) => {
    if (isRanked || live.trials.length === 0) return
    if (!isKnown && (!isSettled || decidedOrder.value !== null)) return
    isRanked = isKnown
    decidedOrder.value = orderOf(axes.map(({ name }) => name))
  })
  const orderOf = (rankedNames: readonly string[]): ParameterOrder =>
    parameterOrder(
      live.study?.specification.space ?? {},
      rankedNames,
      live.trials,
      live.study?.best?.number,
    )
  /** Until it is decided, by what has run so far. */
  const order = computed(
    () =>
      decidedOrder.value ??
      orderOf(
        Object.entries(live.study?.specification.space ?? {}).flatMap(([name, parameter]) =>
          'fixed' in parameter ? [] : [name],
        ),
      ),
  )
  const columns = computed(() => {
    if (live.study === null) return []
    const { baseline } = live.study.best ?? {}
    const all = trialColumns(
      live.study.specification,
      baseline === undefined
        ? null
        : {
            value: baseline.value,
            trainings: () => live.trials[baseline.trialNumber ?? -1]?.trainings,
          },
    )
    const indexByName = new Map(order.value.names.map((name, at) => [name, at]))
    const parameters = all
      .filter(({ kind }) => kind === 'parameter')
      .sort(
        (a, b) => (indexByName.get(a.name) ?? all.length) - (indexByName.get(b.name) ?? all.length),
      )
    let next = 0
    return all.map(column =>
      column.kind === 'parameter' ? (parameters[next++] ?? column) : column,
    )
  })
  const parameterColumns = computed(() => columns.value.filter(({ kind }) => kind === 'parameter'))
  /** Names of the parameters that have a column; null: the usual ones. In the address, so that a link shows the same table. */
  const chosenNames = ref<string[] | null>(null)
  useNamesInAddress('columns', chosenNames)
  watch(
    () => live.openId,
    () => {
      chosenNames.value = null
    },
  )
  const chosen = computed<string[]>({
    get: () =>
      parameterColumns.value
        .filter(({ name }, index) =>
          chosenNames.value === null ? index < order.value.shown : chosenNames.value.includes(name),
        )
        .map(({ id }) => id),
    set: ids => {
      chosenNames.value = parameterColumns.value
        .filter(({ id }) => ids.includes(id))
        .map(({ name }) => name)
    },
  })
  function chooseAll(): void {
    chosen.value = parameterColumns.value.map(({ id }) => id)
  }
  const isPinned = ({ id, kind }: TrialColumn): boolean =>
    kind === 'number' || kind === 'state' || preferences.pinned.includes(id)
  const widthPx = ({ id, widthPx: usual }: TrialColumn): number =>
    ownValue(preferences.columnPx, id) ?? usual
  const placed = computed(() => {
    const visible = columns.value.filter(
      ({ id, kind }) => kind !== 'parameter' || chosen.value.includes(id),
    )
    let offsetPx = 0
    return [...visible.filter(isPinned), ...visible.filter(column => !isPinned(column))].map(
      (column, index): PlacedColumn => {
        const startPx = offsetPx
        offsetPx += widthPx(column)
        return { column, index, startPx, endPx: offsetPx, isPinned: isPinned(column) }
      },
    )
  })

  function pin({ id }: TrialColumn): void {
    const { pinned } = preferences
    preferences.pinned = pinned.includes(id)
      ? pinned.filter(pinnedId => pinnedId !== id)
      : [...pinned, id]
  }

  function resize({ id }: TrialColumn, width: number): void {
    const px = Math.round(clamp(width, MIN_WIDTH_PX, MAX_WIDTH_PX))
    preferences.columnPx = { ...preferences.columnPx, [id]: px }
  }

  return { columns, parameterColumns, chosenNames, chosen, chooseAll, placed, pin, resize }
}
