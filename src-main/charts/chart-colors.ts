import type { Ramp, Tone } from './chart-model.ts'

/**
 * Colors of charts by what they mean, for the page and the report. Text has a contrast of at least 4.5 : 1 on both backgrounds,
 * lines and marks that carry meaning at least 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11).
 */
export interface ChartColors {
  readonly text: string
  readonly quiet: string
  /** Grids and frames. */
  readonly line: string
  /** Other trials, which stand behind. */
  readonly faint: string
  readonly panel: string
  readonly accent: string
  readonly best: string
  /** A trial that is at work. */
  readonly running: string
  readonly pruned: string
  readonly failed: string
  /** Things that are compared, told apart with every common color blindness (after Okabe and Ito). */
  readonly series: readonly string[]
  readonly ramps: Readonly<Record<Ramp['kind'], readonly string[]>>
}

export const chartColors: Readonly<Record<'light' | 'dark', ChartColors>> = {
  light: {
    text: '#1c2430',
    quiet: '#5a6472',
    line: '#d9dde3',
    faint: '#8593a8',
    panel: '#ffffff',
    accent: '#1f5fbf',
    best: '#b3470a',
    running: '#1c6e3d',
    pruned: '#6d6a8a',
    failed: '#b3261e',
    series: [
      '#1f5fbf',
      '#b3470a',
      '#00795c',
      '#9a4d86',
      '#7a6a00',
      '#5a6472',
      '#0f7fa8',
      '#a3242f',
    ],
    ramps: {
      // The hues of cividis, which stay apart for every kind of color vision, as far as each background lets them be seen. The
      // good end is blue in both themes, and stands out most from both.
      rank: ['#a98a2b', '#6f7680', '#123a7d'],
      order: ['#8593a8', '#1f5fbf'],
    },
  },
  dark: {
    text: '#e6eaf0',
    quiet: '#a3adba',
    line: '#343c47',
    faint: '#65768e',
    panel: '#1c2229',
    accent: '#6ea8ff',
    best: '#ff9d5c',
    running: '#6fd195',
    pruned: '#a9a4cf',
    failed: '#ff8a80',
    series: [
      '#6ea8ff',
      '#ff9d5c',
      '#3fc9a3',
      '#d99bc8',
      '#d8c84a',
      '#a3adba',
      '#62c9ee',
      '#ff8a80',
    ],
    ramps: {
      rank: ['#857a45', '#8d9299', '#8fc4ff'],
      order: ['#65768e', '#6ea8ff'],
    },
  },
}

/** Different colors for things that are compared; further things take them again. */
export const SERIES_COUNT = chartColors.light.series.length

/** Series for slots that run trials: without that of complete trials (0), of the best one (1), and of what is quiet (5). */
const slotSeries = [2, 3, 4, 6, 7] as const

/** The series whose color a slot has, on cards and in curves. @param slot from 0; colors repeat after five */
export function slotTone(slot: number): number {
  return slotSeries[slot % slotSeries.length] ?? slotSeries[0]
}

/** The name of a tone among the colors: trials that are complete have the accent, those without an end are quiet. */
export function toneName(
  tone: Exclude<Tone, number>,
): 'accent' | 'best' | 'running' | 'pruned' | 'failed' | 'quiet' | 'faint' {
  if (tone === 'complete') return 'accent'
  return tone === 'canceled' || tone === 'interrupted' ? 'quiet' : tone
}

export function toneColor(tone: Tone, colors: ChartColors): string {
  return typeof tone === 'number'
    ? (colors.series[tone % SERIES_COUNT] as string)
    : colors[toneName(tone)]
}

/** @param shade 0 … 1, else the nearer end */
export function rampColor(shade: number, kind: Ramp['kind'], colors: ChartColors): string {
  const stops = colors.ramps[kind]
  const position = Math.min(1, Math.max(0, shade)) * (stops.length - 1)
  const from = Math.min(stops.length - 2, Math.floor(position))
  const [a, b] = [channels(stops[from] ?? ''), channels(stops[from + 1] ?? '')]
  const mixed = a.map((channel, at) => channel + (position - from) * ((b[at] ?? 0) - channel))
  return `#${mixed.map(channel => Math.round(channel).toString(16).padStart(2, '0')).join('')}`
}

/** @param color `#rrggbb` */
export function withAlpha(color: string, alpha: number): string {
  return `rgba(${channels(color).join(', ')}, ${alpha})`
}

function channels(color: string): number[] {
  return [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16))
}
