import { expect, it } from 'vitest'
import { inertParameters, withoutInert } from '../../../../src-main/core/tasks/inert-parameters.ts'

const data = { file: 'a.csv', target: 'y' }
const table = { task: 'tabular', data } as never
const image = { task: 'image', data: { source: 'mnist' } } as never

it.each([
  [{ layers: 0, units: 64, dropout: 0.2, l2: 0.1 }, ['units', 'dropout']],
  [{ layers: 1, units: 64, units1: 8, units2: 9, dropout: 0.2 }, ['units2']],
  [{ units: 64, dropout: 0.2 }, []],
])('of a network over a table, %j, are %j', (parameters, inert) => {
  expect(inertParameters(table, parameters)).toEqual(inert)
})

it('have no say where dropout stands behind other layers, and in objectives that are not ours', () => {
  const parameters = { layers: 0, units: 64, dropout: 0.2 }
  expect(inertParameters(image, parameters)).toEqual(['units'])
  expect(inertParameters({ function: 'branin' }, parameters)).toEqual([])
  expect(withoutInert(table, [{ number: 3, parameters }])).toEqual([
    { number: 3, parameters: { layers: 0 } },
  ])
})
