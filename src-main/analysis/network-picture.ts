import { visibleText } from '../core/i18n/visible-text.ts'
import type { Translate } from '../core/i18n/translate.ts'
import type { NetworkSketch, SketchedLayer } from '../core/models/network-sketch.ts'

/** Colors of a picture: CSS colors, or variables where the picture stands within a page. */
export interface PictureColors {
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly box: string
  readonly bar: string
}

/** Layers that only change what the one before gives out stand in its row. */
const minorKinds = ['activation', 'batchNormalization', 'dropout', 'positions']

const WIDTH = 560
const ROW_HEIGHT = 34
const BOX_HEIGHT = 24
const TOP = 26
const boxes = { center: 142, narrowest: 190, widest: 256 }
const columns = { shape: 372, parameters: 460, multiplyAdds: 552 }
const BAR_WIDTH = 78

export interface NetworkRow {
  readonly label: string
  /** Residual block that it stands in, counted from 0; null outside of them. */
  readonly block: number | null
  readonly shape: readonly number[]
  readonly parameterCount: number
  readonly multiplyAdds: number
}

/**
 * A network as an SVG picture, from the input down: a box for each layer, the wider the more numbers leave it
 * (by their logarithm), with the shape that leaves it, its parameters (a bar: its share of all) and its
 * multiply-adds for one example; the totals below.
 */
export function drawNetwork(sketch: NetworkSketch, t: Translate, colors: PictureColors): string {
  const rows = networkRows(sketch, t)
  const height = TOP + rows.length * ROW_HEIGHT + 26
  const largest = Math.max(...rows.map(({ shape }) => sizeOf(shape)))
  const heads = [
    caption(columns.shape, 14, t('network.output'), 'end'),
    caption(columns.parameters, 14, t('network.parameters'), 'end'),
    caption(columns.multiplyAdds, 14, t('network.multiplyAdds'), 'end'),
  ].join('')
  const drawn = rows.map((row, index) => drawRow(row, index, rows.length, sketch, largest, colors))
  const total = totalText(sketch, t)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12">` +
    `<g fill="${colors.quiet}">${heads}</g>${drawn.join('')}${drawSkips(rows, colors)}` +
    `<text x="${columns.multiplyAdds}" y="${height - 8}" text-anchor="end" fill="${colors.text}" font-weight="600">${escaped(total)}</text></svg>`
  )
}

/** Parameters and cost of the whole network. */
export function totalText({ parameterCount, multiplyAdds }: NetworkSketch, t: Translate): string {
  return t('network.total', { parameters: parameterCount, multiplyAdds })
}

/** The same in a sentence, for those who cannot see it. */
export function describePicture(sketch: NetworkSketch, t: Translate): string {
  const rows = networkRows(sketch, t).map(({ label, shape }) => `${label} → ${shapeText(shape)}`)
  const total = totalText(sketch, t)
  return `${rows.join('; ')}. ${total}`
}

/** A row of the picture for the input and for each layer. */
export function networkRows({ inputShape, layers }: NetworkSketch, t: Translate): NetworkRow[] {
  const rows: NetworkRow[] = [
    {
      label: t('network.input'),
      block: null,
      shape: inputShape,
      parameterCount: 0,
      multiplyAdds: 0,
    },
  ]
  let mayJoin = false
  for (const { layer, block } of unfolded(layers)) {
    const label = labelOf(layer, t)
    const last = rows.at(-1)
    const joins =
      minorKinds.includes(layer.kind) && mayJoin && last !== undefined && last.block === block
    if (joins) {
      rows[rows.length - 1] = {
        label: `${last.label}, ${label}`,
        block,
        shape: layer.outputShape,
        parameterCount: last.parameterCount + layer.parameterCount,
        multiplyAdds: last.multiplyAdds + layer.multiplyAdds,
      }
    } else rows.push({ label, block, shape: layer.outputShape, ...costsOf(layer) })
    mayJoin = true
  }
  return rows
}

/** A layer and the residual block that it stands in. */
interface PlacedLayer {
  readonly layer: SketchedLayer
  readonly block: number | null
}

/** The layers of residual blocks in the place of the blocks. */
function unfolded(layers: readonly SketchedLayer[]): PlacedLayer[] {
  let blocks = 0
  return layers.flatMap((layer): PlacedLayer[] => {
    if (layer.layers === undefined) return [{ layer, block: null }]
    const block = blocks++
    return layer.layers.map(inner => ({ layer: inner, block }))
  })
}

/** Lines past the rows of each residual block, from its inputs to its outputs. */
function drawSkips(rows: readonly NetworkRow[], colors: PictureColors): string {
  const blocks = new Set(rows.flatMap(({ block }) => (block === null ? [] : [block])))
  return Array.from(blocks, block => {
    const first = rows.findIndex(row => row.block === block)
    const last = rows.findLastIndex(row => row.block === block)
    const gap = ROW_HEIGHT - BOX_HEIGHT
    const start = TOP + first * ROW_HEIGHT - gap / 2
    const end = TOP + last * ROW_HEIGHT + BOX_HEIGHT + gap / 2
    return (
      `<path d="M${boxes.center},${start}H${block % 2 === 0 ? 2 : 6}V${end}H${boxes.center}" stroke="${colors.bar}" stroke-width="1.5" fill="none"/>` +
      `<circle cx="${boxes.center}" cy="${end}" r="3" fill="${colors.bar}"/>`
    )
  }).join('')
}

function costsOf({ parameterCount, multiplyAdds }: SketchedLayer) {
  return { parameterCount, multiplyAdds }
}

/** Their detail says it all. */
const WORDLESS_KINDS = ['activation', 'recurrent']

function labelOf({ kind, detail }: SketchedLayer, t: Translate): string {
  const key = `network.kind.${kind}`
  const word = WORDLESS_KINDS.includes(kind) ? '' : t.has(key) ? t(key) : kind
  return [word, detail].filter(part => part !== '').join(' ')
}

function drawRow(
  row: NetworkRow,
  index: number,
  count: number,
  { parameterCount }: NetworkSketch,
  largest: number,
  colors: PictureColors,
): string {
  const y = TOP + index * ROW_HEIGHT
  const middle = y + BOX_HEIGHT / 2
  const share = Math.log1p(sizeOf(row.shape)) / Math.log1p(largest)
  const boxWidth = boxes.narrowest + (boxes.widest - boxes.narrowest) * share
  const left = boxes.center - boxWidth / 2
  const bar = parameterCount === 0 ? 0 : (BAR_WIDTH * row.parameterCount) / parameterCount
  const base = middle + 4
  const arrow =
    index + 1 < count
      ? `<path d="M${boxes.center},${y + BOX_HEIGHT}v${ROW_HEIGHT - BOX_HEIGHT}" stroke="${colors.line}" stroke-width="1.5" fill="none"/>`
      : ''
  return (
    `<rect x="${rounded(left)}" y="${y}" width="${rounded(boxWidth)}" height="${BOX_HEIGHT}" rx="4" fill="${colors.box}" stroke="${colors.line}"/>` +
    `<g fill="${colors.text}">${caption(boxes.center, base, fitting(row.label), 'middle')}` +
    `${caption(columns.shape, base, shapeText(row.shape), 'end')}</g>` +
    (bar > 0
      ? `<rect x="${rounded(columns.parameters - bar)}" y="${middle + 7}" width="${rounded(bar)}" height="3" fill="${colors.bar}"/>`
      : '') +
    `<g fill="${colors.text}">` +
    (row.parameterCount > 0
      ? caption(columns.parameters, base, grouped(row.parameterCount), 'end')
      : '') +
    (row.multiplyAdds > 0
      ? caption(columns.multiplyAdds, base, grouped(row.multiplyAdds), 'end')
      : '') +
    `</g>${arrow}`
  )
}

function caption(x: number, y: number, text: string, anchor: 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`
}

/** A label that fits into the widest box; Chinese characters are twice as wide. */
function fitting(label: string): string {
  let room = 40
  let fitted = ''
  for (const character of label) {
    room -= character > '\u2e80' ? 2 : 1
    if (room < 0) return `${fitted}…`
    fitted += character
  }
  return fitted
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}

function shapeText(shape: readonly number[]): string {
  return shape.join(' × ')
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(text: string): string {
  return visibleText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
