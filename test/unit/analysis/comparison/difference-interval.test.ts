import { describe, expect, it } from 'vitest'
import { differenceInterval } from '../../../../src-main/analysis/comparison/difference-interval.ts'
import { intervalMessage, isSure } from '../../../../src-main/core/study/difference-interval.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { studentCdf, studentQuantile } from '../../../../src-main/math/distributions/student.ts'

const t = createTranslate('en')
const trainings = (...values: readonly number[]) =>
  values.map((value, number) => ({ number, values: [value] }))

describe('the interval of a difference', () => {
  it('is that of the corrected paired t-test over the trainings that both have', () => {
    const interval = differenceInterval(
      trainings(0.8, 0.82, 0.79, 0.83, 0.81),
      trainings(0.77, 0.8, 0.78, 0.79, 0.76),
    )
    // Differences 0.03, 0.02, 0.01, 0.04, 0.05: mean 0.03, deviation 0.015811, t(4) 2.776445, √(1/5 + 1/4) 0.670820.
    expect(interval?.low).toBeCloseTo(0.03 - 2.776445 * 0.0158114 * 0.6708204, 6)
    expect(interval?.high).toBeCloseTo(0.03 + 2.776445 * 0.0158114 * 0.6708204, 6)
    expect(interval?.trainings).toBe(5)
  })

  it('pairs by the number of the training, and leaves out what one of them lacks', () => {
    const [first, second] = [trainings(3, 5, 9), trainings(1, 2, Number.NaN)]
    expect(differenceInterval(first, second.toReversed())).toMatchObject({ trainings: 2 })
    expect(differenceInterval(first, 2)).toMatchObject({ trainings: 3 })
  })

  it('is none where something was trained only once', () => {
    expect(differenceInterval(undefined, trainings(1, 2))).toBeNull()
    expect(differenceInterval(trainings(1, 2), undefined)).toBeNull()
    expect(differenceInterval(trainings(1), trainings(2))).toBeNull()
  })

  it('says in words what it is, and that there is none', () => {
    const interval = { low: -0.031, high: 0.012, trainings: 5 }
    expect(t.format(intervalMessage('loss', null))).toBe('no interval: trained once')
    expect(t.format(intervalMessage('loss', interval))).toBe(
      '95 % interval −0.03100 … +0.01200, 5 trainings',
    )
    expect(t.format(intervalMessage('validationAccuracy', interval))).toBe(
      '95 % interval −3.1 … +1.2 points, 5 trainings',
    )
    expect([null, interval, { ...interval, high: -0.01 }].map(isSure)).toEqual([false, false, true])
  })
})

describe('a quantile of Student’s t', () => {
  it.each([
    [0.975, 1, 12.7062047],
    [0.975, 4, 2.7764451],
    [0.95, 10, 1.8124611],
    [0.025, 2, -4.3026527],
  ])('of %s with %i degrees of freedom is %f', (share, freedom, value) => {
    expect(studentQuantile(share, freedom)).toBeCloseTo(value, 6)
    expect(studentCdf(studentQuantile(share, freedom), freedom)).toBeCloseTo(share, 12)
  })
})
