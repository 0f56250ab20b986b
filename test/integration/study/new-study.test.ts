import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../../src-main/core/study/study-specification.ts'
import { dryRun } from '../../../src-main/features/studies/node/dry-run.ts'
import { previewStudy } from '../../../src-main/features/studies/node/preview-study.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function specification(changes: Partial<StudySpecificationInput> = {}) {
  return studySpecificationSchema.parse({
    name: 'new',
    objective: { function: 'branin', steps: 10, durationMs: 40 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
    stop: { trials: 100, minutes: 10 },
    parallelTrials: 2,
    ...changes,
  })
}

describe('dry run', () => {
  it('measures a trial and says what fits', async () => {
    const workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
    const run = await dryRun({ specification: specification(), workspace })
    expect(run).toMatchObject({ steps: 10, failure: null })
    expect(Object.keys(run.parameters)).toEqual(['x0', 'x1'])
    // Ten steps that each pretend to work 40 ms; more on a busy machine, never less.
    expect(run.trialMs).toBeGreaterThan(350)
    const trialMs = Number(run.trialMs)
    expect(run.trialsWithin).toBe(Math.floor(600_000 / trialMs) * 2)
    expect(run.studyMs).toBe(Math.min(600_000, 50 * trialMs))
  })

  it('tells a longer trial from its first steps', async () => {
    const workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
    const objective = { function: 'branin', steps: 10_000, durationMs: 50 }
    const run = await dryRun({
      specification: specification({ objective, stop: { trials: 4 } }),
      workspace,
      limitMs: 6_000,
    })
    expect(run.failure).toBeNull()
    expect(run.steps).toBeGreaterThan(3)
    expect(run.trialMs).toBeGreaterThan(10_000 * 45)
    expect(run.trialsWithin).toBeNull()
    expect(run.studyMs).toBe(2 * Number(run.trialMs))
  })
})

describe('preview', () => {
  it('counts where values fall, conditions and weights included', () => {
    const preview = previewStudy(
      specification({
        space: {
          x0: { float: [0.001, 1], log: true },
          x1: { choice: [1, 2], weights: [3, 1] },
          x2: { int: [0, 3], when: { x1: 2 } },
        },
      }),
    )
    expect(preview.points).toBeNull()
    expect(preview.samples).toHaveLength(6)
    const [rate, kind, child] = preview.parameters
    for (const { bars } of preview.parameters) {
      expect(bars.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10)
    }
    // On its own scale a log-uniform value lies in each of 24 bars alike; the standard error of 600 draws is 0.008.
    expect(rate?.log).toBe(true)
    for (const share of rate?.bars ?? []) expect(share).toBeCloseTo(1 / 24, 1)
    expect(kind?.bars[0]).toBeCloseTo(0.75, 1)
    expect(child).toMatchObject({ when: [{ parent: 'x1', values: [2] }] })
    expect(child?.active).toBeCloseTo(0.25, 1)
  })

  it('draws points that keep the relations', () => {
    const preview = previewStudy(specification({ relations: ['x0 < x1'] }))
    for (const { x0, x1 } of preview.samples) expect(Number(x0)).toBeLessThan(Number(x1))
  })

  it('counts the points of a small space', () => {
    const space = { x0: { choice: [1, 2, 3] }, x1: { int: [0, 4] as [number, number] } }
    expect(previewStudy(specification({ space })).points).toBe(15)
  })

  it('recommends samplers by goals and size', () => {
    const names = (changes: Partial<StudySpecificationInput>) =>
      previewStudy(specification(changes)).recommendation.map(({ sampler }) => sampler)
    expect(names({})).toEqual(['gp', 'catcma'])
    const goals = ['f1', 'f2'].map(metric => ({ metric, direction: 'minimize' as const }))
    expect(names({ goals })).toEqual(['gp', 'nsga2'])
  })
})
