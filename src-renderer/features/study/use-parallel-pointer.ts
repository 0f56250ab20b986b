import { type Ref, shallowRef } from 'vue'
import type { ParallelLine } from '../../../src-main/charts/chart-model.ts'
import { clamp } from '../../../src-main/math/numbers.ts'
import { axisX, axisY, lineAt, type ParallelGeometry } from '../../charts/parallel-drawing.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import type { useParallelAxes } from './use-parallel-axes.ts'

interface ParallelPlot {
  /** Scrolls; its names stand above its plot. */
  readonly frame: Readonly<Ref<HTMLElement | null>>
  readonly namesPx: number
  readonly geometry: Readonly<Ref<ParallelGeometry>>
  readonly matchingLines: Readonly<Ref<readonly ParallelLine[]>>
  /** Axes of goals, which come first: they are neither brushed nor moved. */
  readonly fixed: () => number
  readonly count: () => number
}

/** What a pointer does on parallel coordinates: it brushes an axis, takes one along, and points at a line. */
export function useParallelPointer(
  { setRange, chosenIndex, moveTo, axes }: ReturnType<typeof useParallelAxes>,
  { frame, namesPx, geometry, matchingLines, fixed, count }: ParallelPlot,
) {
  const analysis = useAnalysis()
  let dragged: { readonly axis: number; readonly from: number } | null = null
  let carries = false
  /** The line that is pointed at, and where its words stand. */
  const pointed = shallowRef<{ readonly line: ParallelLine; readonly x: number } | null>(null)

  function pixelsOf(event: PointerEvent): { readonly x: number; readonly y: number } {
    const box = frame.value?.getBoundingClientRect()
    const scrolled = frame.value?.scrollLeft ?? 0
    return { x: event.clientX - (box?.left ?? 0) + scrolled, y: event.clientY - (box?.top ?? 0) }
  }

  function positionOf(event: PointerEvent): number {
    const [low, high] = [axisY(0, geometry.value), axisY(1, geometry.value)]
    return clamp((low - pixelsOf(event).y + namesPx) / (low - high), 0, 1)
  }

  /** A drag along an axis sets its range; a click clears it. @param axisIndex among all axes */
  function startDrag(event: PointerEvent, axisIndex: number): void {
    const axis = axisIndex - fixed()
    if (axis < 0) return
    chosenIndex.value = axis
    dragged = { axis, from: positionOf(event) }
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
    setRange(axis, null)
  }

  function drag(event: PointerEvent): void {
    if (dragged === null) return
    const to = positionOf(event)
    if (Math.abs(to - dragged.from) < 0.01) return
    setRange(dragged.axis, [Math.min(dragged.from, to), Math.max(dragged.from, to)])
  }

  function endDrag(): void {
    dragged = null
  }

  /** The name of an axis, dragged, takes the axis along. @param axisIndex among all axes */
  function carry(event: PointerEvent, axisIndex: number): void {
    if (axisIndex < fixed()) return
    chosenIndex.value = axisIndex - fixed()
    carries = true
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
  }

  function carryOn(event: PointerEvent): void {
    if (!carries) return
    const { marginPx } = geometry.value
    const gapPx = axisX(1, count(), geometry.value) - axisX(0, count(), geometry.value)
    const targetIndex = Math.round((pixelsOf(event).x - marginPx) / gapPx) - fixed()
    moveTo(clamp(targetIndex, 0, axes.value.length - 1))
  }

  function putDown(): void {
    carries = false
  }

  function point(event: PointerEvent): void {
    if (dragged !== null) return
    const { x, y } = pixelsOf(event)
    const line = lineAt(matchingLines.value, geometry.value, { x, y: y - namesPx })
    pointed.value = line === null ? null : { line, x }
    analysis.hovered = line?.trial ?? null
  }

  function leave(): void {
    pointed.value = null
    analysis.hovered = null
  }

  return { startDrag, drag, endDrag, carry, carryOn, putDown, point, leave, pointed }
}
