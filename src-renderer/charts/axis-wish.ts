import { type AxisWish } from '../../src-main/charts/goal-values.ts'
import { useLiveStudy } from '../stores/live-study.ts'
import { usePreferences } from '../stores/preferences.ts'
import { forgetScales, shownScale } from './shown-scales.ts'

const usual: AxisWish = { log: 'auto', full: false }

/** Charts whose axis of values a person can change; what they chose stays for every study. */
export type AxisOf =
  'history' | 'curves' | 'values' | 'slices' | 'generations' | 'front' | 'descent' | 'compare'

/** How an axis is to be drawn: as a person wants it, or automatically, with what it has shown of the open study so far. */
export function axisWish(of: AxisOf): AxisWish {
  const wish = { ...usual, ...usePreferences().axes[of] }
  const { openId } = useLiveStudy()
  return wish.log === 'auto' && openId !== null
    ? { ...wish, shown: title => shownScale(openId, of, title) }
    : wish
}

export function changeAxis(of: AxisOf, wish: Pick<Partial<AxisWish>, 'log' | 'full'>): void {
  if (wish.log !== undefined) forgetScales(of)
  const preferences = usePreferences()
  preferences.axes = { ...preferences.axes, [of]: { ...usual, ...preferences.axes[of], ...wish } }
}
