import { type AxisWish } from '../../src-main/charts/goal-values.ts'
import { useLiveStudy } from '../stores/live-study.ts'
import { usePreferences } from '../stores/preferences.ts'
import { type AxisOf, forgetScales, shownScale } from './shown-scales.ts'

const usual: AxisWish = { log: 'auto', full: false }

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
