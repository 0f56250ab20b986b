import { describe, expect, it } from 'vitest'
import { doubtsOf } from '../../../../../src-renderer/features/datasets/column-doubts.ts'

describe('categories in several spellings', () => {
  const spellingsOf = (labels: readonly string[]) => {
    const values = { counts: labels.map(() => 20), labels, others: 0 }
    const column = {
      name: 'city',
      missing: 0,
      distinct: 5,
      exclusion: null,
      reading: 'category',
      values,
    }
    return doubtsOf(column as never, { data: { target: 'price' }, rows: 100, dataset: null })
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
})
