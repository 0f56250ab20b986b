import { describe, expect, it } from 'vitest'
import { emptyChart, type ChartModel } from '../../../../../src-main/charts/chart-model.ts'
import { inlineDrawing } from '../../../../../src-main/reports/html/charts/frame.ts'
import { paintChart } from '../../../../../src-main/reports/html/charts/paint-chart.ts'
import { renderLegend } from '../../../../../src-main/reports/html/render-blocks.ts'
import { styleSheet } from '../../../../../src-main/reports/html/style-sheet.ts'
import { modelOfEveryMark } from '../../../../helpers/every-mark.ts'

function paint(model: ChartModel, small = false): string {
  const painting = {
    model,
    summary: 'what it shows',
    small,
    language: 'en',
    trialName: 'trial',
  } as const
  const drawing = paintChart(painting)
  return drawing === null ? '' : inlineDrawing(drawing).text
}

const points: ChartModel = {
  x: { title: 'trial', scale: 'linear', unit: 'trial' },
  y: { title: 'loss', scale: 'linear', range: { low: 0, high: 10 } },
  marks: [
    {
      kind: 'points',
      name: 'pruned',
      tone: 'pruned',
      shape: 'diamond',
      points: [0, 5, 900].map((y, x) => ({ x, y, trial: x })),
    },
  ],
  table: { columns: [], rows: [] },
  empty: null,
  notes: [],
}

describe('paintChart', () => {
  it('draws every kind of mark, with numbers only and nothing unescaped', () => {
    const svg = paint(modelOfEveryMark())
    expect(svg).not.toMatch(/NaN|Infinity|undefined|a <cell>/)
    for (const word of ['a &lt;cell&gt;', 'trial 7 · spans · 6.000', 'a rule']) {
      expect(svg).toContain(`<title>${word}</title>`)
    }
    expect(svg.match(/class="band /g)).toHaveLength(3)
    expect(svg).toContain('class="span pruned area-pruned line-pruned"')
    expect(svg).toContain('class="line dash1 line-accent"')
    expect(svg).toContain('class="strip"')
    // The first shape has a shade, the others have a tone.
    expect(svg).toContain('class="mark dot line-rank9"')
    expect(svg).toContain('class="mark circle line-accent"')
  })

  it('has a rule for every class that it gives', () => {
    const sheet = styleSheet()
    const svg = paint(modelOfEveryMark()) + renderLegend(modelOfEveryMark()).text
    const classNames = [...svg.matchAll(/class="([^"]*)"/g)].flatMap(([, names = '']) =>
      names.split(' '),
    )
    const colors = new Set(classNames.filter(name => /^(line|area)-/.test(name)))
    expect(colors.size).toBeGreaterThan(10)
    for (const name of colors) {
      expect(sheet).toContain(`.${name}{`)
      expect(sheet.split(`--${name.slice(5)}:`)).toHaveLength(4)
    }
  })

  it('puts what lies outside on the edge, where it says its own value', () => {
    const svg = paint(points)
    const heights = [...svg.matchAll(/class="mark diamond[^"]*" d="M[\d.]+,([\d.]+)/g)].map(
      Number.prototype.valueOf.call.bind(String) as never,
    )
    expect(heights).toHaveLength(3)
    expect(svg).toContain('trial 2: loss 900.0')
  })

  it('says what points are where they are few, and joins them where they are many', () => {
    expect(paint(points).match(/<title>trial/g)).toHaveLength(3)
    const [first] = points.marks
    const many = Array.from({ length: 1_001 }, (_, x) => ({ x, y: 5, trial: x }))
    const svg = paint({
      ...points,
      marks: [{ ...first, points: many } as ChartModel['marks'][number]],
    })
    expect(svg.match(/class="mark /g)).toHaveLength(1)
    expect(svg).not.toContain('<title>')
    expect(paint(points, true)).not.toContain('<title>')
  })

  it('tells curves apart that one mark holds, and joins lines without words', () => {
    const line = (named: boolean): ChartModel => ({
      ...points,
      marks: [
        {
          kind: 'line',
          name: 'other',
          tone: 'faint',
          points: [
            { x: 0, y: 1, ...(named ? { trial: 3 } : {}) },
            { x: 0, y: Number.NaN },
            { x: 0, y: 1, ...(named ? { trial: 4 } : {}) },
            { x: 2, y: 2, ...(named ? { trial: 4 } : {}) },
          ],
        },
      ],
    })
    const svg = paint(line(true))
    expect(svg.match(/<title>trial \d<\/title>/g)).toEqual([
      '<title>trial 3</title>',
      '<title>trial 4</title>',
    ])
    // A single point becomes a short dash.
    expect(svg).toMatch(/d="M[\d.,]+m-2,0h4"><title>trial 3/)
    expect(paint(line(false)).match(/class="line /g)).toHaveLength(1)
  })

  it('writes time, shares and categories on axes', () => {
    const time = { ...points, x: { title: 'time', scale: 'linear', unit: 'durationMs' } } as const
    const marks = points.marks.map(mark => ({
      ...mark,
      points: [
        { x: 0, y: 1 },
        { x: 240_000, y: 1 },
      ],
    }))
    expect(paint({ ...time, marks: marks as ChartModel['marks'] })).toMatch(/>2 min</)
    const rows = { title: '', scale: 'rows', rows: ['sgd', 'adam'] } as const
    expect(paint({ ...points, x: rows })).toMatch(/>adam</)
  })

  it('draws nothing where there is nothing', () => {
    expect(paint(emptyChart('No trial yet.'))).toBe('')
  })
})

describe('legend', () => {
  it('names each mark once and explains the shades', () => {
    const model = modelOfEveryMark()
    const { text } = renderLegend({ ...model, marks: [...model.marks, ...model.marks] })
    expect(text.match(/<li>/g)).toHaveLength(18)
    expect(text).toContain('worst')
    expect(
      renderLegend({ ...points, marks: [{ kind: 'points', name: 'none', tone: 0, points: [] }] })
        .text,
    ).not.toContain('none')
  })
})
