import { expect, it } from 'vitest'
import { imageTask } from '../../../../../src-main/training/tasks/image/image-task.ts'
import {
  rowsOfSpace,
  spaceOfRows,
} from '../../../../../src-renderer/features/new-study/space-rows.ts'

it('gives back every space that it shows', () => {
  const space = {
    ...imageTask.defaultSpace({ data: { source: 'mnist' } } as never),
    stepped: { float: [0, 1], step: 0.25, when: { optimizer: ['momentum', 'adam'], layers: 2 } },
    name: { choice: ['a', 'b c', 3] },
    quoted: { choice: ['1', 'true', 'a, b', ' x', 'say "so"'], when: { name: ['3', 3] } },
    flag: { fixed: false },
    weighted: { choice: ['a', 'b'], weights: [3, 1] },
    bell: { normal: [0, 2], bounds: [-3, 3], step: 0.5 },
  }
  expect(spaceOfRows(rowsOfSpace(space))).toEqual(space)
})

it('keeps texts that are no numbers, for the check to name them', () => {
  const [row] = rowsOfSpace({ rate: { float: [0, 1] } })
  expect(spaceOfRows([{ ...(row as NonNullable<typeof row>), low: '1e-', high: '' }])).toEqual({
    rate: { float: ['1e-', ''] },
  })
})

it('shows what it can of a broken space', () => {
  expect(rowsOfSpace('none')).toEqual([])
  expect(rowsOfSpace({ a: 7, b: { float: 3 } }).map(({ name, low }) => [name, low])).toEqual([
    ['a', '0'],
    ['b', ''],
  ])
})
