import { type AxisWish } from '../../src-main/charts/goal-values.ts'
import { usePreferences } from '../stores/preferences.ts'

const usual: AxisWish = { log: 'auto', full: false }

/** Charts whose axis of values a person can change; what they chose stays for every study. */
export type AxisOf =
  'history' | 'curves' | 'values' | 'slices' | 'generations' | 'front' | 'descent' | 'compare'

export function axisWish(of: AxisOf): AxisWish {
  return { ...usual, ...usePreferences().axes[of] }
}

export function changeAxis(of: AxisOf, wish: Partial<AxisWish>): void {
  const preferences = usePreferences()
  preferences.axes = { ...preferences.axes, [of]: { ...axisWish(of), ...wish } }
}
