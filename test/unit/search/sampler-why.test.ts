import { describe, expect, it } from 'vitest'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { parseSpecification } from '../../../src-main/core/study/parse-specification.ts'
import { samplerWhy } from '../../../src-main/search/sampler-why.ts'

const t = createTranslate('en')

function sentence(stop: object, parallelTrials = 2): string {
  const parsed = parseSpecification({
    name: 'why',
    objective: { function: 'branin' },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
    sampler: { name: 'auto' },
    stop,
    parallelTrials,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return t.format(samplerWhy(parsed.specification))
}

describe('the sentence about the sampler', () => {
  it('says how many of the trials are spread evenly, and from which the model proposes', () => {
    expect(sentence({ trials: 12 })).toContain(
      t('sampler.start', { count: 11, trials: 12, usual: 0, needed: 10 }),
    )
    expect(sentence({ trials: 30 }, 1)).toContain(
      t('sampler.start', { count: 10, trials: 30, usual: 0, needed: 10 }),
    )
    expect(sentence({ minutes: 5 }, 1)).toContain(
      t('sampler.startUnlimited', { count: 10, usual: 0, needed: 10 }),
    )
  })

  it('names the usual points that come before those that are spread evenly', () => {
    const parsed = parseSpecification({
      name: 'why',
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, family: { choice: ['a', 'b', 'c'] } },
      sampler: { name: 'auto' },
      stop: { trials: 14 },
      parallelTrials: 2,
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const why = samplerWhy(parsed.specification, { parameter: 'family', defaults: {} })
    const [, start] = t.format(why).split(': a usual')
    expect(start).toBe(
      ' one of each family first (3), the others spread evenly (Sobol). The model proposes as soon as 10 trials have a value.',
    )
    expect(t('proposal.startUpSobol', { point: 5, trials: 10, valued: 4 })).toContain(
      'until its model has 10 trials with a value',
    )
  })

  it('promises no model to a study that ends before it', () => {
    const short = sentence({ trials: 8 })
    expect(short).toContain(t('sampler.startOnly', { trials: 8, usual: 0, needed: 10 }))
    expect(short).not.toContain(t('proposal.whyModel'))
  })
})
