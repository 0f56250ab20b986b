import { describe, expect, it } from 'vitest'
import { hasSeveralStepUnits, stepUnitOf } from '../../../../src-main/core/study/step-unit.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type { Assignment } from '../../../../src-main/core/trial/trial.ts'

function study(objective: object, space: object) {
  const parsed = parseSpecification({
    name: 'units',
    objective,
    space,
    goals: [{ metric: 'loss', direction: 'minimize' }],
    stop: { trials: 5 },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.specification
}

const table = { task: 'tabular', data: { file: 'a.csv', target: 'b' } }
const program = { command: ['python3', 'train.py', '--model={model}'] }

/** Numbers of the unit of each of these trials, in the order in which they come up. */
function unitsOf(specification: ReturnType<typeof study>, trials: readonly Assignment[]): number[] {
  const units = trials.map(parameters => stepUnitOf(specification, { parameters }))
  return units.map(unit => [...new Set(units)].indexOf(unit))
}

describe('steps are the same thing', () => {
  it('within a family of a table', () => {
    const families = study(table, { family: { choice: ['boosting', 'network', 'linear'] } })
    expect(hasSeveralStepUnits(families)).toBe(true)
    const trials = ['boosting', 'network', 'boosting', 'linear'].map(family => ({ family }))
    expect(unitsOf(families, trials)).toEqual([0, 1, 0, 2])
  })

  it('among models of a program that count the same, and not among those that do not', () => {
    const models = study(program, {
      model: { choice: ['mlp', 'cnn', 'trees'] },
      epochs: { fixed: 20, when: { model: ['mlp', 'cnn'] } },
      rounds: { fixed: 500, when: { model: 'trees' } },
    })
    expect(hasSeveralStepUnits(models)).toBe(true)
    const trials = [
      { model: 'mlp', epochs: 20 },
      { model: 'trees', rounds: 500 },
      { model: 'cnn', epochs: 20 },
    ]
    expect(unitsOf(models, trials)).toEqual([0, 1, 0])
  })

  it('wherever parameters decide nothing of the kind', () => {
    const alike = study(program, {
      model: { choice: ['mlp', 'cnn'] },
      epochs: { int: [5, 50] },
      momentum: { float: [0, 1], when: { model: 'mlp' } },
    })
    expect(hasSeveralStepUnits(alike)).toBe(false)
    const image = { task: 'image', data: { source: 'mnist', train: 100, validation: 100 } }
    const models = study(image, { model: { choice: ['mlp', 'cnn'] }, epochs: { fixed: 4 } })
    expect(hasSeveralStepUnits(models)).toBe(false)
  })
})
