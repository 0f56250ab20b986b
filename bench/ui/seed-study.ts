import path from 'node:path'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import { createStudy } from '../../src-main/features/studies/node/create-study.ts'
import { writeStudyYaml } from '../../src-main/interop/study-file/write-study-yaml.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'

export interface SeedSize {
  readonly trials: number
  readonly parameters: number
  readonly reportsPerTrial: number
  /** Default: large. */
  readonly name?: string
}

/**
 * Writes a study with many finished trials through the real store, so that it can be opened, and gone on with: further
 * trials take half a second each, four at a time.
 * @returns its id
 */
export async function seedStudy(databasePath: string, size: SeedSize): Promise<number> {
  const { trials, parameters, reportsPerTrial } = size
  const names = Array.from({ length: parameters }, (_, index) => `x${index}`)
  const written = {
    name: size.name ?? 'large',
    objective: {
      function: 'rastrigin',
      dimension: parameters,
      steps: reportsPerTrial,
      durationMs: 50,
    },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: Object.fromEntries(names.map(name => [name, { float: [-5.12, 5.12] }])),
    sampler: { name: 'random' },
    stop: { trials: trials + 100_000 },
    parallelTrials: 4,
  }
  const store = openStudyStore(databasePath)
  try {
    const { id } = await createStudy({
      file: {
        specification: studySpecificationSchema.parse(written),
        source: writeStudyYaml(written),
        directory: path.dirname(databasePath),
      },
      store,
      datasetCacheDirectory: path.dirname(databasePath),
      now: Date.now,
    })
    const startMs = Date.now() - trials * 1_000
    for (let number = 0; number < trials; number++) {
      const atMs = startMs + number * 1_000
      const drawn = names.map((name, index) => [name, 5.12 * wave(number * parameters + index)])
      store.startTrial({
        studyId: id,
        number,
        seed: number,
        slot: number % 4,
        atMs,
        parameters: Object.fromEntries(drawn) as Record<string, number>,
        provenance: { sampler: 'random', reason: msg('proposal.random') },
      })
      const value = 200 + 100 * wave(number) + 400 / (1 + number / 100)
      const steps = Array.from({ length: reportsPerTrial }, (_, step) => step)
      store.appendMetrics(id, [
        {
          trialNumber: number,
          columns: {
            names: ['value'],
            steps: Int32Array.from(steps),
            values: Float64Array.from(steps, step => value * (1 + 1 / (1 + step))),
          },
        },
      ])
      // One in ten is pruned, one in fifty fails.
      const state = number % 50 === 7 ? 'failed' : number % 10 === 3 ? 'pruned' : 'complete'
      store.finishTrial({
        studyId: id,
        trialNumber: number,
        state,
        metrics: [],
        artifacts: [],
        values: state === 'complete' ? [value] : [],
        bestStep: state === 'complete' ? reportsPerTrial - 1 : null,
        reason: state === 'pruned' ? msg('pruning.nan', { step: 3 }) : null,
        failure:
          state === 'failed' ? { class: 'nonFinite', reason: verbatim('loss is NaN') } : null,
        atMs: atMs + 900,
      })
    }
    return id
  } finally {
    store.close()
  }
}

/** In [-1, 1], without a pattern that a chart would show. */
function wave(index: number): number {
  const turned = Math.sin(index * 12.9898) * 43_758.5453
  return 2 * (turned - Math.floor(turned)) - 1
}
