import type { ParameterValue, TrialRecord } from '../../contract/trial.ts'

/**
 * A chart as data: what stands where, in words of one language, with its table. The page and the report
 * draw it; nothing in it knows how.
 */
export interface ChartModel {
  readonly x: ChartAxis
  readonly y: ChartAxis
  /** From the back to the front. */
  readonly marks: readonly Mark[]
  /** The same figures for those who read them: always there, empty where the chart is. */
  readonly table: ChartTable
  /** Why there is nothing to see; null where there is something. */
  readonly empty: string | null
  /** What a reader has to know: values that are left out, a log axis that could not be. */
  readonly notes: readonly string[]
}

export interface ChartAxis {
  readonly title: string
  /** `rows`: whole numbers that stand for {@link ChartAxis.rows}. */
  readonly scale: 'linear' | 'log' | 'rows'
  /** Names of rows 0, 1, …; on a vertical axis row 0 stands at the top. */
  readonly rows?: readonly string[]
  /** What the numbers are, where they are not plain. */
  readonly unit?: 'durationMs' | 'whole' | 'share'
}

/** A colour by what it means; a number is a place in the palette for things that are compared. */
export type Tone = 'accent' | 'best' | 'complete' | 'pruned' | 'failed' | 'quiet' | 'faint' | number

export interface MarkPoint {
  readonly x: number
  readonly y: number
  /** The trial that it is. */
  readonly trial?: number
  /** 0 (bad) … 1 (good): a colour of the ramp instead of the tone. */
  readonly shade?: number
  readonly text?: string
}

export type Mark =
  | {
      readonly kind: 'points'
      readonly name: string
      readonly tone: Tone
      readonly hollow?: boolean
      readonly points: readonly MarkPoint[]
    }
  | {
      readonly kind: 'line'
      readonly name: string
      readonly tone: Tone
      readonly stepped?: boolean
      readonly dashed?: boolean
      readonly points: readonly MarkPoint[]
    }
  | {
      readonly kind: 'band'
      readonly name: string
      readonly tone: Tone
      readonly stepped?: boolean
      readonly points: readonly {
        readonly x: number
        readonly low: number
        readonly high: number
      }[]
    }
  /** Horizontal bars on a vertical axis of rows, each with an interval where there is one. */
  | {
      readonly kind: 'bars'
      readonly name: string
      readonly tone: Tone
      readonly bars: readonly Bar[]
    }
  /** Horizontal box plots on a vertical axis of rows. */
  | {
      readonly kind: 'boxes'
      readonly name: string
      readonly tone: Tone
      readonly boxes: readonly Box[]
    }
  /** Rectangles coloured by `shade`. */
  | { readonly kind: 'cells'; readonly name: string; readonly cells: readonly Cell[] }
  /** Stretches of a row. */
  | {
      readonly kind: 'spans'
      readonly name: string
      readonly tone: Tone
      readonly spans: readonly Span[]
    }
  /** A line across the whole chart at one place of the horizontal axis. */
  | {
      readonly kind: 'rules'
      readonly name: string
      readonly tone: Tone
      readonly rules: readonly { readonly x: number; readonly text: string }[]
    }

export interface Bar {
  readonly row: number
  readonly value: number
  readonly interval?: readonly [low: number, high: number]
  /** Several bars in a row stand below one another: place and number of places. */
  readonly place?: readonly [index: number, count: number]
}

export interface Box {
  readonly row: number
  readonly low: number
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
  readonly high: number
}

export interface Cell {
  readonly x: readonly [from: number, to: number]
  readonly y: readonly [from: number, to: number]
  /** 0 (bad) … 1 (good). */
  readonly shade: number
  readonly text: string
}

export interface Span {
  readonly row: number
  readonly from: number
  readonly to: number
  readonly trial?: number
  readonly text: string
}

export interface ChartTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** What charts need of a trial; records and the rows of the page both have it. */
export type ChartTrial = Pick<
  TrialRecord,
  | 'number'
  | 'state'
  | 'parameters'
  | 'values'
  | 'constraints'
  | 'lastStep'
  | 'startedAtMs'
  | 'finishedAtMs'
>

/** A value as tables write it. */
export function tableValue(value: ParameterValue | undefined): string | number | null {
  return value === undefined ? null : typeof value === 'boolean' ? String(value) : value
}

/** A chart with nothing in it, and why. */
export function emptyChart(empty: string, x = '', y = ''): ChartModel {
  return {
    x: { title: x, scale: 'linear' },
    y: { title: y, scale: 'linear' },
    marks: [],
    table: { columns: [], rows: [] },
    empty,
    notes: [],
  }
}
