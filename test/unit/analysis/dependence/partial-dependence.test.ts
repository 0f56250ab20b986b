import { describe, expect, it } from 'vitest'
import { partialDependence } from '../../../../src-main/analysis/dependence/partial-dependence.ts'
import type { ImportanceOutcome } from '../../../../src-main/analysis/importance/importance-outcome.ts'
import { mixedStudy, smallStudy } from '../../../helpers/importance-studies.ts'

function resultOf<Result>(outcome: ImportanceOutcome<Result>): Result {
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.result
}

describe('partial dependence', () => {
  it('follows the objective along one parameter', () => {
    const { values, mean, deviation } = resultOf(partialDependence(mixedStudy, ['lr']))
    const rates = values[0] as readonly number[]
    expect([rates[0], rates.at(-1), rates.length]).toEqual([1e-4, 1e-1, 25])
    // The term is 0.3·(log₁₀ lr + 2.5)², up to a constant; the forest is flat at the ends, where there are few trials.
    const term = rates.map(rate => 0.3 * (Math.log10(rate) + 2.5) ** 2)
    const shift = (mean.reduce((a, b) => a + b) - term.reduce((a, b) => a + b)) / rates.length
    mean.forEach((value, at) => {
      expect(Math.abs(value - shift - (term[at] as number))).toBeLessThan(0.2)
    })
    for (const value of deviation) expect(value).toBeLessThan(0.1)
    const lowest = mean.indexOf(Math.min(...mean))
    expect(Math.abs(Math.log10(rates[lowest] as number) + 2.5)).toBeLessThan(0.4)
  })

  it('takes the values of grids and choices as they are', () => {
    const valuesOf = (name: string) =>
      resultOf(partialDependence(mixedStudy, [name], { points: 8 })).values[0]
    expect(valuesOf('layers')).toEqual([1, 2, 3, 4, 5, 6])
    expect(valuesOf('opt')).toEqual(['sgd', 'adam', 'rms'])
    expect(valuesOf('drop')).toEqual([0, 0.05, 0.15, 0.2, 0.3, 0.35, 0.45, 0.5])
    expect(valuesOf('units')).toEqual([8, 13, 22, 35, 58, 95, 156, 256])
  })

  it('averages over the trials in which a parameter was active', () => {
    const { averagedTrials, values, mean } = resultOf(partialDependence(mixedStudy, ['momentum']))
    expect(averagedTrials).toBe(67)
    const best = (values[0] as readonly number[])[mean.indexOf(Math.min(...mean))] as number
    expect(Math.abs(best - 0.8)).toBeLessThan(0.2)
  })

  it('goes over two parameters at once', () => {
    const { values, mean } = resultOf(partialDependence(mixedStudy, ['opt', 'layers']))
    expect(values.map(list => list.length)).toEqual([3, 6])
    expect(mean.length).toBe(18)
    // The last parameter runs fastest: adam is row 1, two to four layers are columns 1 to 3.
    expect([7, 8, 9]).toContain(mean.indexOf(Math.min(...mean)))
  })

  it('keeps the sign of a goal that is maximized', () => {
    const trials = smallStudy.trials.map(trial => ({ ...trial, values: [-(trial.values[0] ?? 0)] }))
    const down = resultOf(partialDependence(smallStudy, ['x']))
    const up = resultOf(partialDependence({ ...smallStudy, trials, direction: 'maximize' }, ['x']))
    expect(up.mean.map(value => -value)).toEqual(down.mean)
  })

  it('refuses what was not searched, and what was hardly ever active', () => {
    expect(partialDependence(mixedStudy, ['seed'])).toEqual({
      ok: false,
      reason: 'nothingSearched',
    })
    const active = mixedStudy.trials.filter(({ parameters }) => 'momentum' in parameters)
    const inactive = mixedStudy.trials.filter(({ parameters }) => !('momentum' in parameters))
    const trials = [...active.slice(0, 3), ...inactive]
    expect(partialDependence({ ...mixedStudy, trials }, ['momentum'])).toEqual({
      ok: false,
      reason: 'tooFewTrials',
      trials: 3,
      needed: 5,
    })
  })
})
