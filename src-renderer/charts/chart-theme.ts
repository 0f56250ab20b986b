import { Chart } from 'chart.js'

/** Colours of every chart, from the page's own variables, so that both themes fit. */
export interface ChartTheme {
  readonly text: string
  readonly quiet: string
  readonly line: string
  /** For what stands behind: other trials' curves. */
  readonly faint: string
  readonly panel: string
  readonly accent: string
  readonly best: string
  readonly pruned: string
  readonly failed: string
  readonly complete: string
}

export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    text: colour('text'),
    quiet: colour('text-quiet'),
    line: colour('line'),
    faint: colour('faint'),
    panel: colour('panel'),
    accent: colour('accent'),
    best: colour('best'),
    pruned: colour('state-pruned'),
    failed: colour('state-failed'),
    complete: colour('state-complete'),
  }
}

/** Chart.js draws text and grids in these unless a chart says otherwise. */
export function applyChartTheme(theme: ChartTheme): void {
  Chart.defaults.color = theme.quiet
  Chart.defaults.borderColor = theme.line
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily
}
