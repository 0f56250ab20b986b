import { describe, expect, it } from 'vitest'
import {
  forecastMessage,
  forecastStudyBytes,
  type StudyPlan,
} from '../../../../src-main/analysis/forecast/study-bytes.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

const checkpoint = { atEnd: true, keepBest: 3, keepLatest: 1, keepPerTrial: 1, megabytes: 2_000 }
const plan: StudyPlan = {
  trials: 50,
  parallelTrials: 2,
  parameters: 5,
  steps: 20,
  metrics: 6,
  weightBytes: 4_000_000,
  predictedValues: 10_000,
  ensemble: 1,
  folds: 1,
  checkpoint,
  programMegabytes: null,
}

describe('the bytes of a study', () => {
  it('are those of its rows where nothing is trained', () => {
    const bytes = forecastStudyBytes({ ...plan, weightBytes: null, checkpoint: null })
    expect(bytes).toMatchObject({ checkpoints: 0, files: 0, trials: 50 })
    expect(bytes.total).toBe(bytes.database)
    const twice = forecastStudyBytes({ ...plan, weightBytes: null, checkpoint: null, steps: 40 })
    expect(twice.database - bytes.database).toBe(50 * 20 * 6 * 30)
  })

  it('grow with the checkpoints that stay, up to their quota', () => {
    const { checkpoints } = forecastStudyBytes(plan)
    expect(checkpoints).toBeGreaterThan(8 * 16e6)
    expect(checkpoints).toBeLessThan(8.2 * 16e6)
    const few = forecastStudyBytes({ ...plan, checkpoint: { ...checkpoint, megabytes: 10 } })
    expect(few.checkpoints).toBeLessThan(10e6 + 4.1 * 16e6)
    const none = forecastStudyBytes({ ...plan, checkpoint: { ...checkpoint, atEnd: false } })
    expect(none.checkpoints).toBeLessThan(4.1 * 16e6)
  })

  it('end with what the runner keeps of models', () => {
    const { files } = forecastStudyBytes({ ...plan, weightBytes: 100e6 })
    expect(files).toBeLessThan(256e6 + 400e6 + 24 * 8 * 10_000 + 1)
    const together = forecastStudyBytes({ ...plan, weightBytes: 100e6, ensemble: 5 })
    expect(together.files).toBeGreaterThan(500e6)
  })

  it('count the model of every fold', () => {
    const [oneFold, fiveFolds] = [1, 5].map(folds =>
      forecastStudyBytes({ ...plan, weightBytes: 1e5, folds }),
    )
    expect((fiveFolds?.files ?? 0) - (oneFold?.files ?? 0)).toBe(24 * 4 * (1e5 + 20_000))
  })

  it('are said as about so much, and as a warning where they do not fit', () => {
    const bytes = forecastStudyBytes(plan)
    const messageFor = (free: number, change: Partial<StudyPlan> = {}) =>
      forecastMessage(bytes, { ...plan, ...change }, free)
    const t = createTranslate('en')
    expect(t.format(messageFor(5e9).message)).toMatch(
      /^Takes about \d+ MB on the disk for 50 trials \(.* MB\); 5,000 MB are free\.$/,
    )
    expect(messageFor(bytes.total).isTooLarge).toBe(false)
    expect(messageFor(bytes.total - 1).isTooLarge).toBe(true)
    expect(t.format(messageFor(1e6).message)).toContain('but only 1 MB are free')
    expect(t.format(messageFor(5e9, { trials: null, programMegabytes: 2_000 }).message)).toMatch(
      /every 50 trials .*files that your program leaves with its trials take up to 2,000 MB more/,
    )
  })
})
