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
    expect(sentence({ trials: 12 })).toContain(t('sampler.start', { count: 11, trials: 12 }))
    expect(sentence({ trials: 30 }, 1)).toContain(t('sampler.start', { count: 10, trials: 30 }))
    expect(sentence({ minutes: 5 }, 1)).toContain(t('sampler.startUnlimited', { count: 10 }))
  })

  it('promises no model to a study that ends before it', () => {
    const short = sentence({ trials: 8 })
    expect(short).toContain(t('sampler.startOnly', { trials: 8, needed: 10 }))
    expect(short).not.toContain(t('proposal.whyModel'))
  })
})
