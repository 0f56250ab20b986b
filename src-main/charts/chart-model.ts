import type { MessageDescriptor } from '../core/errors/message.ts'
import type { Extent } from '../analysis/statistics/robust-range.ts'
import type { MessageKey } from '../core/i18n/message.ts'
import type { Translate } from '../core/i18n/translate.ts'
import type { ParameterValue, TrialState } from '../core/trial/trial.ts'

/**
 * A chart as data: what stands where, in words of one language, with its table. One painter of the page and one of the report
 * draw it; they know marks and axes, and nothing of studies.
 */
export interface ChartModel {
  readonly x: ChartAxis
  readonly y: ChartAxis
  /** From the back to the front. */
  readonly marks: readonly Mark[]
  /** The shades of marks; absent where nothing is shaded. */
  readonly ramp?: Ramp
  /** The same figures for those who read them: always there, empty where the chart is. */
  readonly table: ChartTable
  /** Why there is nothing to see; null where there is something. */
  readonly empty: string | null
  /** The answer that the chart gives, in a sentence. */
  readonly insight?: MessageDescriptor
  /** Things a reader has to know: values that are left out, a log axis that could not be. */
  readonly notes: readonly string[]
}

/** How a number is written; plain numbers have none. `trial` is the number of a trial, `name` a name of the study file. */
export type Unit = 'durationMs' | 'bytes' | 'whole' | 'share' | 'trial' | 'metric' | 'name'

export interface ChartAxis {
  readonly title: string
  /** `rows`: categories, whole numbers that stand for {@link ChartAxis.rows}. */
  readonly scale: 'linear' | 'log' | 'rows'
  /** Names of rows 0, 1, …; on a vertical axis row 0 stands at the top. */
  readonly rows?: readonly string[]
  readonly unit?: Unit
  /** The part that is shown where that is not everything; values outside stand on the edge. */
  readonly range?: Extent
  /** How many values lie far on the worse side of the others, whether they are shown or not. */
  readonly outside?: number
}

/** The meaning of shades 0 and 1. `rank` goes from bad to good, `order` from early to late. */
export interface Ramp {
  readonly kind: 'rank' | 'order'
  readonly low: string
  readonly high: string
}

/** A color by what it means; a number is a place in the palette for things that are compared. */
export type Tone = TrialState | 'accent' | 'best' | 'quiet' | 'faint' | number

/** Shapes tell apart what colors tell apart. */
export type Shape =
  'dot' | 'circle' | 'diamond' | 'cross' | 'square' | 'triangle' | 'bars' | 'ring' | 'star'

export interface MarkPoint {
  readonly x: number
  readonly y: number
  /** The trial that it is. */
  readonly trial?: number
  /** 0 … 1: a color of the ramp instead of the tone. */
  readonly shade?: number
  /** 0 … 1: from small to large; the page draws it. */
  readonly size?: number
  /** Its own words; default its trial and its values. */
  readonly text?: string
}

/** A mark without a name has no entry in the legend. */
interface Named {
  readonly name: string
  readonly tone: Tone
}

export type Mark =
  | (Named & {
      readonly kind: 'points'
      readonly shape?: Shape
      readonly points: readonly MarkPoint[]
    })
  /** A value that is not a number is a gap, so one mark may be many lines. */
  | (Named & {
      readonly kind: 'line'
      readonly stepped?: boolean
      /** One of {@link dashes}. */
      readonly dash?: number
      readonly points: readonly MarkPoint[]
    })
  | (Named & {
      readonly kind: 'band'
      readonly stepped?: boolean
      readonly points: readonly ({ readonly x: number } & Extent)[]
    })
  /** Horizontal bars on a vertical axis of rows, each with an interval where there is one. */
  | (Named & { readonly kind: 'bars'; readonly bars: readonly Bar[] })
  /** Horizontal box plots on a vertical axis of rows. */
  | (Named & { readonly kind: 'boxes'; readonly boxes: readonly Box[] })
  /** Rectangles colored by their shade. */
  | (Named & { readonly kind: 'cells'; readonly cells: readonly Cell[] })
  /** Stretches of a row. */
  | (Named & { readonly kind: 'spans'; readonly spans: readonly Span[] })
  /** Lines across the whole chart at places of the horizontal axis. */
  | (Named & {
      readonly kind: 'rules'
      readonly rules: readonly { readonly x: number; readonly text: string }[]
    })
  /** Points with a place on the horizontal axis only, along the lower edge. */
  | (Named & {
      readonly kind: 'rug'
      readonly shape: Shape
      readonly points: readonly Omit<MarkPoint, 'y'>[]
    })
  /** Parallel coordinates: axes side by side and a line through all of them for each trial, the best last. */
  | (Named & {
      readonly kind: 'parallel'
      readonly axes: readonly ParallelAxis[]
      readonly lines: readonly ParallelLine[]
      /** Where lines pass whose trial has no value on an axis. */
      readonly inactive: string
    })

export interface Bar {
  readonly row: number
  readonly value: number
  readonly interval?: readonly [low: number, high: number]
  /** Several bars in a row stand below one another: index and number of bars. */
  readonly groupPosition?: readonly [index: number, count: number]
}

export interface Box extends Extent {
  readonly row: number
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
}

export interface Cell {
  readonly x: readonly [from: number, to: number]
  readonly y: readonly [from: number, to: number]
  readonly shade: number
  readonly text: string
}

export interface Span {
  readonly row: number
  readonly from: number
  readonly to: number
  readonly trial?: number
  /** Written into it where it fits. */
  readonly label?: string
  /** Its words beside its trial, its name and its length. */
  readonly text?: string
}

export type ParallelAxis = {
  readonly title: string
  /** Its low end stands at the top. */
  readonly inverted?: boolean
} & (
  | { readonly values: readonly string[] }
  | (Extent & { readonly log: boolean; readonly whole?: boolean })
)

export interface ParallelLine {
  readonly trial: number
  /** 0 (bottom) … 1 (top) on each axis; null where it has no value. */
  readonly positions: readonly (number | null)[]
  readonly shade: number
  /** One that was pruned is dashed, the best stands out. */
  readonly tone?: 'pruned' | 'best'
}

export interface ChartTable {
  readonly columns: readonly string[]
  /** Of the columns, where they are not plain. */
  readonly units?: readonly (Unit | undefined)[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** Dash patterns that go with tones where lines are compared, in pixels. */
export const dashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 3, 2, 3]]

/** The shape of a trial by what became of it. */
export const stateShapes: Readonly<Record<TrialState, Shape>> = {
  complete: 'dot',
  pruned: 'diamond',
  failed: 'cross',
  canceled: 'square',
  running: 'triangle',
  interrupted: 'bars',
}

/** The ten corners of a star around its middle. */
export function starPoints(radius: number): (readonly [right: number, down: number])[] {
  return Array.from({ length: 10 }, (_, corner) => {
    const reach = corner % 2 === 0 ? radius : 0.45 * radius
    const angle = (corner * Math.PI) / 5
    return [reach * Math.sin(angle), -reach * Math.cos(angle)] as const
  })
}

/** There is something to draw. */
export function isDrawn(mark: Mark): boolean {
  return Object.values(mark).some(part => Array.isArray(part) && part.length > 0)
}

type Line = Extract<Mark, { kind: 'line' }>
type Band = Extract<Mark, { kind: 'band' }>

export function line(
  name: string,
  tone: Tone,
  points: Line['points'],
  options: Pick<Line, 'stepped' | 'dash'> = {},
): Line {
  return { kind: 'line', name, tone, ...options, points }
}

export function band(
  name: string,
  tone: Tone,
  points: Band['points'],
  options: Pick<Band, 'stepped'> = {},
): Band {
  return { kind: 'band', name, tone, ...options, points }
}

export function dots(
  name: string,
  tone: Tone,
  points: readonly MarkPoint[],
  shape?: Shape,
): Extract<Mark, { kind: 'points' }> {
  return { kind: 'points', name, tone, ...(shape === undefined ? {} : { shape }), points }
}

/** Titles of columns by their names under `chart` of the catalog. */
export function titles(t: Translate, ...names: readonly ChartWord[]): string[] {
  return names.map(name => t(`chart.${name}`))
}
type ChartWord<Key = MessageKey> = Key extends `chart.${infer Name}` ? Name : never

/** Points from columns of equal length. */
export function pointsOf(x: readonly number[], y: readonly number[]): MarkPoint[] {
  return x.map((at, index) => ({ x: at, y: y[index] as number }))
}

/** The same for a band. */
export function bandOf(
  x: readonly number[],
  low: readonly number[],
  high: readonly number[],
): Band['points'] {
  return x.map((at, index) => ({ x: at, low: low[index] as number, high: high[index] as number }))
}

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
