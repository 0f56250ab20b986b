import { describe, expect, it } from 'vitest'
import {
  listedValues,
  treeOf,
} from '../../../../../src-renderer/features/new-study/condition-tree.ts'
import { rowsOfSpace } from '../../../../../src-renderer/features/new-study/space-rows.ts'

const tree = (space: object): [string, number, number][] =>
  treeOf(rowsOfSpace(space)).map(({ row, index, depth }) => [row.name, index, depth])

describe('the tree of conditions', () => {
  it('puts parameters below the last of their parents, nested', () => {
    expect(
      tree({
        beta: { float: [0, 1], when: { momentum: [1, 2], optimizer: 'sgd' } },
        optimizer: { choice: ['sgd', 'adam'] },
        rate: { float: [0, 1] },
        momentum: { int: [0, 2], when: { optimizer: 'sgd' } },
      }),
    ).toEqual([
      ['optimizer', 1, 0],
      ['momentum', 3, 1],
      ['beta', 0, 2],
      ['rate', 2, 0],
    ])
  })

  it('shows every row, whatever is wrong with its conditions', () => {
    expect(
      tree({
        a: { int: [0, 1], when: { b: 1 } },
        b: { int: [0, 1], when: { a: 1 } },
        self: { int: [0, 1], when: { self: 1 } },
        lost: { int: [0, 1], when: { nobody: 1 } },
      }).map(([name]) => name),
    ).toEqual(['self', 'lost', 'a', 'b'])
  })

  it('lists the values of a parent where they are few', () => {
    const values = rowsOfSpace({
      choice: { choice: ['a', 2, '2'] },
      int: { int: [1, 7], step: 3 },
      large: { int: [0, 1000] },
      float: { float: [0, 1] },
    }).map(listedValues)
    expect(values).toEqual([['a', 2, '2'], [1, 4, 7], [], []])
  })
})
