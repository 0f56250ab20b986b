import { describe, expect, it } from 'vitest'
import { type Draft, useDraftText } from '../../src-renderer/features/new-study/draft.ts'
import {
  rowsOfSpace,
  settleNames,
  type SpaceRow,
  spaceOfRows,
} from '../../src-renderer/features/new-study/space-rows.ts'

/** A draft with some sections, after a parameter has had these names. */
function renamed(part: Draft, ...names: string[]): Draft {
  return renamedTogether(
    part,
    names.slice(1).map((name, index) => [[String(names[index]), name]]),
  )
}

function renamedTogether(part: Draft, steps: (readonly [string, string])[][]): Draft {
  const { draft, change, renameParameters } = useDraftText()
  change(part)
  for (const names of steps) renameParameters(new Map(names))
  return Object.fromEntries(Object.keys(part).map(key => [key, draft.value[key]]))
}

const rowsOf = (...names: string[]): readonly SpaceRow[] =>
  rowsOfSpace(Object.fromEntries(names.map(name => [name, { float: [0, 1] }])))

/** Rows after these texts were typed in the fields of these rows, and what each made of the names. */
function typed(rows: readonly SpaceRow[], ...steps: (readonly [number, string])[]) {
  const names: [string, string][][] = []
  for (const [rowIndex, text] of steps) {
    const next = rows.map((row, at) => (at === rowIndex ? { ...row, typed: text } : row))
    const settled = settleNames(next)
    rows = settled.rows
    if (settled.names.size > 0) names.push([...settled.names])
  }
  return { rows, names, shown: rows.map(({ name, typed: text }) => text ?? name) }
}

describe('a name that is typed', () => {
  it('is not taken while it is empty or that of another, whatever is typed meanwhile', () => {
    const {
      rows,
      names,
      shown: visibleNames,
    } = typed(
      rowsOf('lr', 'momentum'),
      ...([
        [0, ''],
        [1, 'momentumx'],
        [0, 'momentumx'],
        [0, 'rate'],
      ] as const),
    )
    expect(names).toEqual([[['momentum', 'momentumx']], [['lr', 'rate']]])
    expect(visibleNames).toEqual(['rate', 'momentumx'])
    expect(rows.every(row => !('typed' in row))).toBe(true)
  })

  it('keeps the row of the file meanwhile', () => {
    const { rows, names } = typed(rowsOf('x0', 'x1'), [0, 'x1'])
    expect(names).toEqual([])
    expect(Object.keys(spaceOfRows(rows))).toEqual(['x0', 'x1'])
    expect(typed(rows, [0, 'x0']).rows).toEqual(rowsOf('x0', 'x1'))
  })

  it('may change places with another, in any order', () => {
    expect(typed(rowsOf('x0', 'x1'), [0, 'x1'], [1, 'x2']).names).toEqual([
      [
        ['x0', 'x1'],
        ['x1', 'x2'],
      ],
    ])
    expect(typed(rowsOf('a', 'b'), [0, 'b'], [1, 'a']).names).toEqual([
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
    ])
    // The name that the empty one keeps for now is not free.
    const { names, shown: visibleNames } = typed(rowsOf('a', 'b'), [0, ''], [1, 'a'])
    expect(names).toEqual([])
    expect(visibleNames).toEqual(['', 'a'])
  })

  it('takes conditions along, all at once', () => {
    const [a, b] = rowsOf('a', 'b') as [SpaceRow, SpaceRow]
    const when = [
      { parent: 'a', values: [0] },
      { parent: 'b', values: [1] },
    ]
    const { rows } = typed([a, b, { ...b, name: 'c', when }], [0, 'b'], [1, 'a'])
    expect(rows[2]?.when.map(({ parent }) => parent)).toEqual(['b', 'a'])
  })
})

describe('the new name of a parameter', () => {
  it('is in values and points', () => {
    const points = {
      currentConfiguration: { depth: 1, rate: 0.5 },
      fix: { rate: 1 },
      enqueue: [{ rate: 2 }, { depth: 3 }],
    }
    expect(renamed(points, 'rate', 'speed')).toEqual({
      currentConfiguration: { depth: 1, speed: 0.5 },
      fix: { speed: 1 },
      enqueue: [{ speed: 2 }, { depth: 3 }],
    })
  })

  it('changes places with another everywhere', () => {
    const part = {
      fix: { a: 1, b: 2 },
      enqueue: [{ a: 1 }, { b: 2 }],
      relations: ['a < b'],
      objective: { command: '$TUNEWRIGHT_PARAM_a $TUNEWRIGHT_PARAM_b' },
    }
    const trade: [string, string][] = [
      ['a', 'b'],
      ['b', 'a'],
    ]
    expect(renamedTogether(part, [trade])).toEqual({
      fix: { b: 1, a: 2 },
      enqueue: [{ b: 1 }, { a: 2 }],
      relations: ['b < a'],
      objective: { command: '$TUNEWRIGHT_PARAM_b $TUNEWRIGHT_PARAM_a' },
    })
  })

  it('is in relations, in backticks where it must be', () => {
    const relations = ['2*rate + rates <= `rate` * 3', 'depth  <  2', 'not one: rate']
    expect(renamed({ relations }, 'rate', 'the rate').relations).toEqual([
      '2*`the rate` + rates <= `the rate` * 3',
      'depth  <  2',
      'not one: `the rate`',
    ])
    expect(renamed({ relations: ['`1e3` < 1e3'] }, '1e3', 'b')).toEqual({ relations: ['b < 1e3'] })
  })

  it('is in the braces of a command and of its variables', () => {
    const objective = {
      command: ['train', '--rate={rate}', '{{rate}}', 'rate', '{`rate`}{rates}'],
      environment: { RATE: '{rate}', rate: 'rate' },
    }
    expect(renamed({ objective }, 'rate', 'a b')).toEqual({
      objective: {
        command: ['train', '--rate={`a b`}', '{{rate}}', 'rate', '{`a b`}{rates}'],
        environment: { RATE: '{`a b`}', rate: 'rate' },
      },
    })
  })

  it('is in the variables of a shell', () => {
    const command =
      'train $TUNEWRIGHT_PARAM_rate "${TUNEWRIGHT_PARAM_rate}" $TUNEWRIGHT_PARAM_rates'
    expect(renamed({ objective: { command, shell: true } }, 'rate', 'größe')).toEqual({
      objective: {
        command:
          'train $TUNEWRIGHT_PARAM_gruF6uDFe "${TUNEWRIGHT_PARAM_gruF6uDFe}" $TUNEWRIGHT_PARAM_rates',
        shell: true,
      },
    })
  })

  it('passes through names that texts cannot take', () => {
    const part = {
      objective: { command: ['train', '{rate}', '{seed}'] },
      relations: ['rate < depth'],
      fix: { rate: 1 },
    }
    expect(renamed(part, 'rate', 's', 'seed', 'seed2')).toEqual({
      objective: { command: ['train', '{seed2}', '{seed}'] },
      relations: ['seed2 < depth'],
      fix: { seed2: 1 },
    })
    const trades = [
      [
        ['rate', 'seed'],
        ['depth', 'size'],
      ],
      [
        ['seed', 'seeds'],
        ['size', 'rate'],
      ],
    ] as [string, string][][]
    expect(renamedTogether(part, trades)).toEqual({
      objective: { command: ['train', '{seeds}', '{seed}'] },
      relations: ['seeds < rate'],
      fix: { seeds: 1 },
    })
    const chain = [
      [
        ['rate', 'seed'],
        ['depth', 'rate'],
      ],
    ] as [string, string][][]
    expect(renamedTogether(part, chain)).toMatchObject({ relations: ['rate < depth'] })
    // Both would be one: the texts keep the old name, and the check says which.
    expect(renamed(part, 'rate', 'seed').objective).toEqual(part.objective)
  })

  it('writes nothing where nothing has it', () => {
    const { text, change, renameParameters } = useDraftText()
    change({ fix: { rate: 1 }, relations: ['rate < 2'], objective: { command: ['{rate}'] } })
    const before = text.value
    renameParameters(new Map([['absent', 'other']]))
    expect(text.value).toBe(before)
  })

  it.each([
    ['fix', 3],
    ['relations', 'rate'],
    ['relations', [null, 3]],
    ['objective', 'rate'],
    ['objective', { command: 3, environment: ['{rate}'] }],
    ['objective', { command: [null, 3], environment: { A: null } }],
  ])('leaves what is none of them: %s %j', (key, value) => {
    expect(renamed({ [key]: value }, 'rate', 'speed')).toEqual({ [key]: value })
  })
})
