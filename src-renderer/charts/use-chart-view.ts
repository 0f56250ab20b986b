import { useEventListener } from '@vueuse/core'
import type { Chart, Scale } from 'chart.js'
import { computed, type Ref, shallowRef } from 'vue'
import type { Extent } from '../../src-main/analysis/statistics/robust-range.ts'
import { isWithin, panAxis, zoomAxis } from '../../src-main/charts/axis-view.ts'
import type { ChartModel } from '../../src-main/charts/chart-model.ts'
import type { Data, View } from './paint-chart.ts'

type PixelPosition = readonly [x: number, y: number]

/** Below it, a press is a click. */
const CLICK_PX = 5
const ZOOM = 1.25

/**
 * A chart that is looked at closely: Ctrl and the wheel (the wheel alone once it has the focus), or + and −, zoom; a drag
 * pans what is zoomed; a drag with Shift draws a loop around trials.
 */
export function useChartView(
  canvas: Readonly<Ref<HTMLCanvasElement | null>>,
  chartOf: () => Chart | null,
  modelOf: () => ChartModel,
  onLoop: (trials: number[]) => void,
) {
  const view = shallowRef<View>({})
  const loop = shallowRef<readonly PixelPosition[]>([])
  const isZoomed = computed(() => view.value.x !== undefined || view.value.y !== undefined)
  let full: Readonly<Record<'x' | 'y', Extent>> | null = null
  let drag: {
    readonly from: PixelPosition
    readonly loops: boolean
    moved: boolean
    at: PixelPosition
  } | null = null

  function scaleOf(which: 'x' | 'y'): Scale | undefined {
    return chartOf()?.scales[which]
  }

  /** What there is, as long as nothing of it is left out. */
  function whole(): Readonly<Record<'x' | 'y', Extent>> {
    if (!isZoomed.value || full === null) {
      const extent = (scale?: Scale): Extent => ({ low: scale?.min ?? 0, high: scale?.max ?? 1 })
      full = { x: extent(scaleOf('x')), y: extent(scaleOf('y')) }
    }
    return full
  }

  /** @param share of the axis, from its low end */
  function change(move: (extent: Extent, log: boolean, which: 'x' | 'y') => Extent | null): void {
    const all = whole()
    const next: Partial<Record<'x' | 'y', Extent>> = {}
    for (const which of ['x', 'y'] as const) {
      const { scale } = modelOf()[which]
      // Categories are few and stay.
      if (scale === 'rows') continue
      const moved = move(view.value[which] ?? all[which], scale === 'log', which)
      if (moved !== null) next[which] = moved
    }
    view.value = next
  }

  function zoom(factor: number, [x, y]: PixelPosition = [0.5, 0.5]): void {
    const all = whole()
    change((extent, log, which) =>
      zoomAxis(extent, { at: which === 'x' ? x : y, factor, full: all[which], log }),
    )
  }

  function reset(): void {
    view.value = {}
  }

  /** Shares of both axes, from their low ends. */
  function positionOf(event: MouseEvent): PixelPosition {
    const area = chartOf()?.chartArea
    if (area === undefined) return [0.5, 0.5]
    return [(event.offsetX - area.left) / area.width, 1 - (event.offsetY - area.top) / area.height]
  }

  useEventListener(
    canvas,
    'wheel',
    (event: WheelEvent) => {
      const isMeant =
        event.ctrlKey ||
        event.metaKey ||
        canvas.value?.closest('[role=application]') === document.activeElement
      if (!isMeant) return
      event.preventDefault()
      zoom(event.deltaY > 0 ? ZOOM : 1 / ZOOM, positionOf(event))
    },
    { passive: false },
  )
  useEventListener(canvas, 'pointerdown', (event: PointerEvent) => {
    if (event.button !== 0 || !(event.shiftKey || isZoomed.value)) return
    const at: PixelPosition = [event.offsetX, event.offsetY]
    drag = { from: at, at, loops: event.shiftKey, moved: false }
    canvas.value?.setPointerCapture(event.pointerId)
  })
  useEventListener(canvas, 'pointermove', (event: PointerEvent) => {
    if (drag === null) return
    const at: PixelPosition = [event.offsetX, event.offsetY]
    if (!drag.moved && Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) < CLICK_PX) return
    drag.moved = true
    const area = chartOf()?.chartArea
    if (drag.loops) loop.value = [...(loop.value.length === 0 ? [drag.from] : loop.value), at]
    else if (area !== undefined) {
      const [right, down] = [at[0] - drag.at[0], at[1] - drag.at[1]]
      const all = whole()
      change((extent, log, which) =>
        view.value[which] === undefined
          ? null
          : panAxis(extent, {
              by: which === 'x' ? -right / area.width : down / area.height,
              full: all[which],
              log,
            }),
      )
    }
    drag.at = at
  })
  useEventListener(canvas, ['pointerup', 'pointercancel'], () => {
    if (drag?.loops === true && loop.value.length > 2) onLoop(trialsWithin(loop.value))
    loop.value = []
    // The click that follows belongs to the drag.
    setTimeout(() => {
      drag = null
    })
  })
  useEventListener(
    canvas,
    'click',
    (event: MouseEvent) => {
      if (drag?.moved === true) event.stopImmediatePropagation()
    },
    { capture: true },
  )

  function trialsWithin(loop: readonly PixelPosition[]): number[] {
    const [x, y] = [scaleOf('x'), scaleOf('y')]
    const datasets = (chartOf()?.data.datasets ?? []) as unknown as Data[]
    const trialNumbers = new Set<number>()
    for (const { data, type } of datasets) {
      if (type === 'line' || x === undefined || y === undefined) continue
      for (const point of data)
        if (
          point.trial !== undefined &&
          isWithin(x.getPixelForValue(point.x), y.getPixelForValue(point.y), loop)
        )
          trialNumbers.add(point.trial)
    }
    return [...trialNumbers]
  }

  return { view, loop, isZoomed, zoom, reset }
}
