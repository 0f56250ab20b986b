import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../../src-main/contract/classify-failure.ts'
import { AppError } from '../../../src-main/contract/errors.ts'

describe('classifyFailure', () => {
  it('says in a sentence what went wrong', () => {
    const error = new AppError('training.nonFinite', { metric: 'trainLoss', step: 3, value: 'NaN' })
    expect(classifyFailure(error)).toMatchObject({
      class: 'nonFinite',
      message: 'Training diverged: trainLoss is NaN at step 3',
    })
  })

  it('knows exhausted memory by its signs', () => {
    expect(classifyFailure(new RangeError('Array buffer allocation failed')).class).toBe('memory')
    expect(classifyFailure(new Error('Aborted(OOM)')).class).toBe('memory')
  })

  it('ends the study where a hypergradient is wrong', () => {
    const detail = { operation: 'Tanh', layer: 'layers.0.dense', error: 0.21 }
    expect(classifyFailure(new AppError('training.gradientWrong', detail))).toMatchObject({
      class: 'code',
      endsStudy: true,
      message:
        'Hypergradients would be wrong: the derivative of Tanh (layers.0.dense) is 21 % off finite differences',
    })
  })

  it('takes everything else for an error of the code', () => {
    expect(classifyFailure('boom')).toEqual({ class: 'code', message: 'boom' })
  })
})
