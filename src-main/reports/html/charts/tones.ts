import {
  type ChartColors,
  rampColor,
  SERIES_COUNT,
  toneName,
} from '../../../charts/chart-colors.ts'
import type { Ramp, Tone } from '../../../charts/chart-model.ts'

/** How many colors a ramp has in the style sheet. */
export const RAMP_STEPS = 10

const plain = ['accent', 'best', 'running', 'pruned', 'failed', 'quiet', 'faint'] as const
const ramps = ['rank', 'order'] as const
const names: readonly string[] = [
  ...plain,
  ...Array.from({ length: SERIES_COUNT }, (_, index) => `series${index}`),
  ...ramps.flatMap(kind => Array.from({ length: RAMP_STEPS }, (_, step) => `${kind}${step}`)),
]

/** The class that gives a line or an area the color of a tone. */
export function toneClass(what: 'line' | 'area', tone: Tone): string {
  return `${what}-${typeof tone === 'number' ? `series${tone % SERIES_COUNT}` : toneName(tone)}`
}

/** The same for a shade. */
export function shadeClass(what: 'line' | 'area', shade: number, kind: Ramp['kind']): string {
  return `${what}-${kind}${Math.min(RAMP_STEPS - 1, Math.floor(Math.max(0, shade) * RAMP_STEPS))}`
}

/** The color of each tone and shade in one theme, by the name of its custom property. */
export function toneColors(colors: ChartColors): (readonly [name: string, color: string])[] {
  const values = [
    ...plain.map(name => colors[name]),
    ...colors.series,
    ...ramps.flatMap(kind =>
      Array.from({ length: RAMP_STEPS }, (_, step) =>
        rampColor(step / (RAMP_STEPS - 1), kind, colors),
      ),
    ),
  ]
  return names.map((name, index) => [name, values[index] ?? ''])
}

export const toneRules = names
  .map(name => `.line-${name}{stroke:var(--${name})}.area-${name}{fill:var(--${name})}`)
  .join('\n')
