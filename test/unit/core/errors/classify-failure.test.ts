import { msg, verbatim } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../../../src-main/core/errors/classify-failure.ts'
import { AppError } from '../../../../src-main/core/errors/errors.ts'

describe('classifyFailure', () => {
  it('says by code and values what went wrong', () => {
    const error = new AppError('training.nonFinite', { metric: 'trainLoss', step: 3, value: 'NaN' })
    expect(classifyFailure(error)).toMatchObject({
      class: 'nonFinite',
      reason: msg('error.training.nonFinite', { metric: 'trainLoss', step: 3, value: 'NaN' }),
    })
  })

  it('knows exhausted memory by its signs', () => {
    expect(classifyFailure(new RangeError('Array buffer allocation failed')).class).toBe('memory')
    expect(classifyFailure(new Error('Aborted(OOM)')).class).toBe('memory')
    const tail = 'Traceback\nMemoryError'
    expect(classifyFailure(new AppError('command.exit', { exitCode: 1, tail })).class).toBe(
      'memory',
    )
  })

  it('ends the study where a hypergradient is wrong', () => {
    const detail = { operation: 'Tanh', layer: 'layers.0.dense', error: 0.21 }
    expect(classifyFailure(new AppError('training.gradientWrong', detail))).toMatchObject({
      class: 'code',
      endsStudy: true,
      reason: msg('error.training.gradientWrong', { ...detail, percent: 21 }),
    })
  })

  it('takes everything else for an error of the code', () => {
    expect(classifyFailure('boom')).toEqual({ class: 'code', reason: verbatim('boom') })
  })
})
