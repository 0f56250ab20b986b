import { expect, it } from 'vitest'
import { outsideSpace } from '../../../../src-main/core/study/outside-space.ts'

const space = {
  layers: { int: [2, 4] as [number, number] },
  rate: { float: [0.001, 0.1] as [number, number], log: true },
  kind: { choice: ['a', 'b'] },
  epochs: { fixed: 5 },
}

it.each([
  [{ layers: 2, rate: 0.1, kind: 'a', epochs: 5 }, []],
  [{ layers: 1, rate: 0.01, kind: 'a' }, ['layers']],
  [{ layers: 3, rate: 0.2, kind: 'c', epochs: 6 }, ['rate', 'kind', 'epochs']],
  [{ gone: 1 }, []],
])('%j lies outside in %j', (point, names) => {
  expect(outsideSpace(space, point)).toEqual(names)
})
