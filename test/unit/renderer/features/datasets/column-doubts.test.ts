import { describe, expect, it } from 'vitest'
import { doubtsOf, remedied } from '../../../../../src-renderer/features/datasets/column-doubts.ts'

describe('dates whose order nothing decides', () => {
  const about = { rows: 100, dataset: null, suspicions: [] }
  const when = (format: object, other: object | null, firstUnclear: object | null) =>
    ({
      name: 'when',
      reading: 'time',
      missing: 0,
      exclusion: null,
      format,
      other,
      firstUnclear,
    }) as never
  const firstUnclear = { value: '03/04/2021', line: 5 }

  it('are named with their line, and read in the order that one press says', () => {
    const column = when(
      { type: 'time', order: 'MDY' },
      { type: 'time', order: 'DMY' },
      firstUnclear,
    )
    expect(doubtsOf(column, { data: {}, ...about })).toMatchObject([
      {
        message: { code: 'newStudy.doubt.dateOrder', values: firstUnclear },
        remedies: ['dayFirst', 'monthFirst'],
      },
    ])
    const data = remedied({}, column, 'dayFirst')
    expect(data).toEqual({ columns: { when: { order: 'DMY' } } })
    const decided = when({ type: 'time', order: 'DMY' }, null, null)
    expect(doubtsOf(decided, { data, ...about })).toMatchObject([{ remedies: ['inferOrder'] }])
    expect(remedied(data, decided, 'inferOrder')).toEqual({})
  })

  it('leave those with another sign as they are', () => {
    const mixed = { type: 'time', order: 'DMY', orders: { '/': 'MDY' } }
    const column = when({ type: 'time', order: 'DMY' }, mixed, firstUnclear)
    const data = remedied({}, column, 'monthFirst')
    expect(data).toEqual({ columns: { when: { orders: { '/': 'MDY' } } } })
    expect(remedied(data, when(mixed, null, null), 'inferOrder')).toEqual({})
  })
})

describe('categories in several spellings', () => {
  const spellingsOf = (labels: readonly string[]) => {
    const values = { counts: labels.map(() => 20), labels, others: 0 }
    const column = {
      name: 'city',
      missing: 0,
      distinct: 5,
      exclusion: null,
      reading: 'category',
      format: { type: 'category' },
      values,
    }
    return doubtsOf(column as never, {
      data: { target: 'price' },
      rows: 100,
      dataset: null,
      suspicions: [],
    })
  }

  it('are all named', () => {
    const labels = ['Munich', 'Berlin', 'munich', 'Hamburg', 'berlin', 'Ber lin']
    expect(spellingsOf(labels)).toMatchObject([
      {
        message: {
          code: 'newStudy.doubt.spelling',
          values: { pairs: ['Munich / munich', 'Berlin / berlin / Ber lin'], count: 2, others: 0 },
        },
      },
    ])
  })

  it('are counted where there are many', () => {
    const labels = Array.from({ length: 9 }, (_, at) => [`City${at}`, `city${at}`]).flat()
    expect(spellingsOf(labels)).toMatchObject([{ message: { values: { count: 9, others: 3 } } }])
  })

  it('are none where all differ', () => {
    expect(spellingsOf(['Munich', 'Berlin'])).toEqual([])
  })

  it('are merged by one press, and kept apart by another', () => {
    const [doubt] = spellingsOf(['Munich', 'munich'])
    expect(doubt?.remedies).toEqual(['mergeSpellings'])
    const before = { target: 'price', columns: { city: { type: 'category' } } }
    const column = {
      name: 'city',
      reading: 'category',
      format: { type: 'category' },
      missing: 0,
      exclusion: null,
      values: { counts: [40], labels: ['Munich'], others: 0 },
    } as never
    const data = remedied(before, column, 'mergeSpellings')
    expect(data).toMatchObject({ columns: { city: { type: 'category', spelling: 'merge' } } })
    expect(doubtsOf(column, { data, rows: 100, dataset: null, suspicions: [] })).toMatchObject([
      { message: { code: 'newStudy.doubt.merged' }, remedies: ['keepSpellings'] },
    ])
    expect(remedied(data, column, 'keepSpellings')).toEqual(before)
  })
})

describe('rows that hang together', () => {
  const groups = { kind: 'rowsOfGroups', column: 'patient', values: 45, rowsEach: 20 } as const
  const column = {
    name: 'patient',
    missing: 0,
    distinct: null,
    exclusion: null,
    reading: 'number',
    format: { type: 'number' },
    values: { counts: [], labels: [], others: 0 },
  } as never
  const about = { rows: 900, suspicions: [{ ...groups, alike: null }] }

  it('are told as the data show them once there is a target, as the preview does before', () => {
    const data = { target: 'y' }
    expect(doubtsOf(column, { data, ...about, dataset: null })).toMatchObject([
      { message: { values: { known: 'no' } }, remedies: ['splitByGroup'] },
    ])
    const dataset = { findings: [{ ...groups, alike: 0.8 }] }
    expect(doubtsOf(column, { data, ...about, dataset })).toMatchObject([
      { message: { values: { known: 'yes', alike: 0.8 } } },
    ])
    expect(doubtsOf(column, { data, ...about, dataset: { findings: [] } })).toEqual([])
  })

  it('can be split by a column that is left out, and at random again', () => {
    const data = { ignore: ['patient'], target: 'y' }
    expect(doubtsOf(column, { data, ...about, dataset: null })).toMatchObject([
      { remedies: ['splitByGroup'] },
    ])
    const split = remedied(data, column, 'splitByGroup')
    expect(split).toEqual({ ...data, group: 'patient' })
    expect(doubtsOf(column, { data: split, ...about, dataset: null })).toMatchObject([
      { remedies: ['splitAtRandom'] },
    ])
    expect(remedied(split, column, 'splitAtRandom')).toEqual(data)
  })
})
