import type { ShownScale } from '../../src-main/analysis/statistics/robust-range.ts'
import type { ChartModel } from '../../src-main/charts/chart-model.ts'

/** Charts whose axis of values a person can change; what they chose stays for every study. */
export type AxisOf =
  'history' | 'curves' | 'values' | 'slices' | 'generations' | 'front' | 'descent' | 'compare'

/**
 * The scales that automatic axes have shown, by study and chart. The scale of an axis that a person looks at does not change
 * under their eyes; at the next visit it changes only where the values clearly call for it.
 */
const scales = new Map<string, { readonly byTitle: Map<string, 'linear' | 'log'>; views: number }>()

function keyOf(studyId: number, of: AxisOf): string {
  return `${studyId} ${of}`
}

function entryOf(studyId: number, of: AxisOf) {
  const key = keyOf(studyId, of)
  const entry = scales.get(key) ?? { byTitle: new Map<string, 'linear' | 'log'>(), views: 0 }
  scales.set(key, entry)
  return entry
}

/** What an axis of a chart has shown so far; undefined for one that is free to choose. */
export function shownScale(studyId: number, of: AxisOf, title: string): ShownScale | undefined {
  const entry = scales.get(keyOf(studyId, of))
  const scale = entry?.byTitle.get(title)
  return entry === undefined || scale === undefined ? undefined : { scale, held: entry.views > 0 }
}

/** Keeps the scales of a chart that is drawn from enough values. */
export function recordScales(studyId: number, of: AxisOf, { x, y }: ChartModel): void {
  const { byTitle } = entryOf(studyId, of)
  for (const { title, scale } of [x, y]) if (scale !== 'rows') byTitle.set(title, scale)
}

/** Lets an axis choose anew, because a person asks for that. */
export function forgetScales(of: AxisOf): void {
  for (const [key, { byTitle }] of scales) if (key.endsWith(` ${of}`)) byTitle.clear()
}

/** Holds the scales of a chart while it is on the page. @returns ends that */
export function holdScales(studyId: number, of: AxisOf): () => void {
  const entry = entryOf(studyId, of)
  entry.views++
  return () => {
    entry.views--
  }
}
