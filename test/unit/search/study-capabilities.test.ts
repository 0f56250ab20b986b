import { describe, expect, it } from 'vitest'
import { ancestryOf } from '../../../src-main/analysis/lineage/ancestry.ts'
import { pruners } from '../../../src-main/search/pruners/registry.ts'
import { samplers } from '../../../src-main/search/samplers/registry.ts'
import { studyCapabilities } from '../../../src-main/search/study-capabilities.ts'
import { proposeTrials } from '../../helpers/propose-trials.ts'

const none = { name: 'none' }

/** What samplers need to propose at all, and what lets composed ones propose in generations at once. */
const options: Readonly<Record<string, Record<string, unknown>>> = {
  freezeThaw: { steps: 9 },
  gradient: { estimator: 'central' },
  mix: { samplers: [{ name: 'cmaes' }] },
  portfolio: { samplers: [{ name: 'cmaes' }, { name: 'genetic' }] },
}

describe('samplers', () => {
  it.each(Object.keys(samplers).filter(name => name !== 'auto'))(
    'say whether they work in generations, as their proposals do: %s',
    name => {
      const { proposals } = proposeTrials({
        sampler: name,
        options: options[name] ?? {},
        space: { x: { float: [0, 1] }, y: { float: [0, 1] } },
        trials: 60,
      })
      const trials = proposals.map(({ provenance }, number) => ({ number, provenance }))
      const { worksInGenerations } = studyCapabilities({ sampler: { name }, pruner: none })
      expect(ancestryOf(trials).length > 0).toBe(worksInGenerations)
    },
  )

  it('that compose others may: auto does after 200 trials', () => {
    const { worksInGenerations } = studyCapabilities({ sampler: { name: 'auto' }, pruner: none })
    expect(worksInGenerations).toBe(true)
  })

  it('that continue trainings read their curves', () => {
    for (const name of Object.keys(samplers)) {
      const { needsCheckpoints, readsCurves } = studyCapabilities({
        sampler: { name },
        pruner: none,
      })
      expect([name, readsCurves]).toEqual([name, needsCheckpoints])
    }
  })

  it('freezeThaw needs no checkpoints where it trains in one piece', () => {
    const sampler = { name: 'freezeThaw', steps: 9, increments: false }
    expect(studyCapabilities({ sampler, pruner: none })).toEqual({
      worksInGenerations: false,
      readsCurves: true,
      needsCheckpoints: false,
      splitsTrainings: false,
      fullSteps: 9,
    })
  })
})

describe('pruners', () => {
  it.each(Object.keys(pruners))('%s reads curves, unless it is none', name => {
    const { readsCurves } = studyCapabilities({ sampler: { name: 'random' }, pruner: { name } })
    expect(readsCurves).toBe(name !== 'none')
  })

  it('promotion splits trainings, to the steps of a whole one', () => {
    const pruner = { name: 'promotion', maxResource: 27 }
    expect(studyCapabilities({ sampler: { name: 'random' }, pruner })).toMatchObject({
      splitsTrainings: true,
      needsCheckpoints: false,
      fullSteps: 27,
    })
  })
})
