import type { ChartModel, Mark, Shape } from '../../src-main/charts/chart-model.ts'

const shapes: readonly Shape[] = [
  'dot',
  'circle',
  'diamond',
  'cross',
  'square',
  'triangle',
  'bars',
  'ring',
]

/** A chart in which every kind of mark and every shape occurs once; parallel coordinates stand by themselves. */
export function modelOfEveryMark(): ChartModel {
  const marks: Mark[] = [
    {
      kind: 'cells',
      name: '',
      tone: 0,
      cells: [{ x: [0, 1], y: [0, 1], shade: 0.5, text: 'a <cell>' }],
    },
    {
      kind: 'band',
      name: 'band',
      tone: 1,
      points: [
        { x: 0, low: 0, high: 1 },
        { x: 10, low: 1, high: 2 },
      ],
    },
    {
      kind: 'band',
      name: 'steps',
      tone: 2,
      stepped: true,
      points: [
        { x: 0, low: 0, high: 1 },
        { x: 10, low: 1, high: 2 },
      ],
    },
    {
      kind: 'bars',
      name: 'lengths',
      tone: 3,
      bars: [{ row: 0, value: 4, interval: [2, 6], groupPosition: [0, 2] }],
    },
    {
      kind: 'boxes',
      name: 'boxes',
      tone: 4,
      boxes: [{ row: 1, low: 1, lowerQuartile: 2, median: 3, upperQuartile: 4, high: 5 }],
    },
    {
      kind: 'spans',
      name: 'spans',
      tone: 'pruned',
      spans: [{ row: 2, from: 3, to: 9, trial: 7, label: '7' }],
    },
    {
      kind: 'line',
      name: 'line',
      tone: 'accent',
      dash: 1,
      points: [
        { x: 0, y: 0 },
        { x: 5, y: 1 },
        { x: 5, y: Number.NaN },
        { x: 8, y: 1 },
      ],
    },
    {
      kind: 'line',
      name: 'best',
      tone: 'best',
      stepped: true,
      points: [
        { x: 0, y: 0 },
        { x: 10, y: 2 },
      ],
    },
    { kind: 'rules', name: 'rules', tone: 'quiet', rules: [{ x: 6, text: 'a rule' }] },
    {
      kind: 'rug',
      name: 'rug',
      tone: 'failed',
      shape: 'cross',
      points: [{ x: 2, trial: 2, text: 'trial 2: failed' }],
    },
    ...shapes.map((shape, x): Mark => ({
      kind: 'points',
      name: shape,
      tone: 'complete',
      shape,
      points: [{ x, y: 1, trial: x, ...(shape === 'dot' ? { shade: 0.9 } : {}) }],
    })),
  ]
  return {
    x: { title: 'across', scale: 'linear' },
    y: { title: '', scale: 'rows', rows: ['a', 'b', 'c'] },
    marks,
    ramp: { kind: 'rank', low: 'worst', high: 'best' },
    table: { columns: ['trial', 'value'], units: ['trial', 'metric'], rows: [[7, 0.5]] },
    empty: null,
    notes: ['a note'],
  }
}
