import { describe, expect, it } from 'vitest'
import {
  followData,
  spaceChange,
} from '../../../../../src-renderer/features/new-study/follow-data.ts'

const units = { int: [16, 256], log: true }
const dropout = { float: [0, 0.5] }
const categories = { choice: ['oneHot', 'embedding'] }
const plain = { units, dropout }
const withCategories = { categories, units, dropout }

describe('a space whose data change', () => {
  it('is what they suggest, as long as nobody has touched it', () => {
    const space = followData(plain, plain, withCategories)
    expect(Object.entries(space)).toEqual(Object.entries(withCategories))
  })

  it('keeps a changed parameter and takes the rest', () => {
    const changedSpace = { units: { int: [2, 4] }, dropout }
    const next = { categories, units: { int: [8, 9] }, dropout: { float: [0, 0.1] } }
    expect(followData(plain, changedSpace, next)).toEqual({
      units: { int: [2, 4] },
      dropout: { float: [0, 0.1] },
      categories,
    })
  })

  it('loses what the data no longer suggest, unless a person has changed it', () => {
    const changedSpace = { ...withCategories, dropout: { fixed: 0 } }
    expect(followData(withCategories, changedSpace, { units })).toEqual({
      units,
      dropout: { fixed: 0 },
    })
    const changed = { ...withCategories, categories: { fixed: 'embedding' } }
    expect(followData(withCategories, changed, plain)).toHaveProperty('categories.fixed')
  })

  it('keeps what a person has added, and brings back nothing that was removed', () => {
    const changedSpace = { dropout, mine: { fixed: 1 } }
    expect(followData(withCategories, changedSpace, withCategories)).toEqual(changedSpace)
  })

  it('does not take a suggested parameter over one of the same name', () => {
    const changedSpace = { ...plain, categories: { fixed: 'embedding' } }
    expect(followData(plain, changedSpace, withCategories)).toEqual(changedSpace)
  })
})

it('names what came and what went', () => {
  expect(spaceChange(plain, withCategories)).toEqual({ came: ['categories'], went: [] })
  expect(spaceChange(plain, { units, mine: 1 })).toEqual({ came: ['mine'], went: ['dropout'] })
  expect(spaceChange(plain, { units: { fixed: 1 }, dropout })).toBeNull()
})
