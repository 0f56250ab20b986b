import { computed, ref, shallowRef, watch } from 'vue'
import { bestParameters } from '../analysis/best-parameters.ts'
import {
  activeFirst,
  byUse,
  type ParameterAxis,
} from '../../../src-main/analysis/parallel/parameter-axis.ts'
import type { ShownAxis } from '../../../src-main/charts/parallel-model.ts'
import type { AxisRange } from '../../charts/parallel-drawing.ts'
import { searchedRange, shownRange, withOtherScale } from '../../charts/shown-axis.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useLiveStudy } from '../../stores/live-study.ts'

/** Axes of the parallel coordinates as a person arranged them, and what is brushed on them. */
export function useParallelAxes() {
  const analysis = useAnalysis()
  const chosenIndex = ref(0)
  const live = useLiveStudy()
  /** Names in the order of a person; others follow in the usual one. */
  const order = ref<readonly string[]>([])
  /** Those of the best trial first, then those that most trials had, when trials were first there: axes stay where they are while a study runs. */
  const usual = shallowRef<readonly ParameterAxis[]>(analysis.axes)
  watch(
    [
      () => analysis.axes.map(({ name }) => name).join(),
      () => live.openId,
      () => live.complete,
      () => analysis.all.length > 0,
    ],
    () => {
      usual.value = activeFirst(
        byUse(analysis.axes, analysis.all),
        live.study?.specification.space ?? {},
        bestParameters(analysis.all, live.study?.best?.number),
      )
    },
    { immediate: true },
  )
  const inverted = ref<ReadonlySet<string>>(new Set())
  /** Axes whose scale is the other one than that which is searched. */
  const rescaled = ref<ReadonlySet<string>>(new Set())

  const axes = computed(() => {
    const orderIndex = (name: string): number => {
      const at = order.value.indexOf(name)
      return at < 0 ? order.value.length : at
    }
    const now = new Map(analysis.axes.map(axis => [axis.name, axis]))
    return usual.value
      .flatMap(({ name }) => now.get(name) ?? [])
      .sort((a, b) => orderIndex(a.name) - orderIndex(b.name))
      .map((axis): ShownAxis => ({
        ...(axis.kind === 'numeric' && rescaled.value.has(axis.name) ? withOtherScale(axis) : axis),
        inverted: inverted.value.has(axis.name),
      }))
  })

  function searchedAxis(name: string | undefined) {
    return analysis.axes.find(axis => axis.name === name)
  }

  /** By place on the screen. */
  const ranges = computed(
    (): ReadonlyMap<number, AxisRange> =>
      new Map(
        axes.value.flatMap((axis, index) => {
          const part = analysis.parts.get(axis.name)
          const searched = searchedAxis(axis.name)
          return part === undefined || searched === undefined
            ? []
            : [[index, shownRange(searched, axis, part)] as const]
        }),
      ),
  )

  /** @param range as it is shown; null takes it away */
  function setRange(index: number, range: AxisRange | null): void {
    const axis = axes.value[index]
    const searched = searchedAxis(axis?.name)
    if (axis === undefined || searched === undefined) return
    analysis.setPart(axis.name, range === null ? null : searchedRange(searched, axis, range))
  }

  const chosen = computed(() => axes.value[chosenIndex.value])
  /** On the scale that is searched, whatever is shown. */
  const chosenSearched = computed(() => searchedAxis(chosen.value?.name))

  /** Puts the chosen axis at another place. */
  function moveTo(to: number): void {
    const names = axes.value.map(({ name }) => name)
    if (to < 0 || to >= names.length || to === chosenIndex.value) return
    const [name = ''] = names.splice(chosenIndex.value, 1)
    names.splice(to, 0, name)
    order.value = names
    chosenIndex.value = to
  }

  function toggle(what: 'inverted' | 'rescaled'): void {
    const set = what === 'inverted' ? inverted : rescaled
    const name = chosen.value?.name ?? ''
    const next = new Set(set.value)
    if (!next.delete(name)) next.add(name)
    set.value = next
  }

  return { axes, ranges, setRange, chosenIndex, chosen, chosenSearched, moveTo, toggle }
}

export type ParallelAxes = ReturnType<typeof useParallelAxes>
