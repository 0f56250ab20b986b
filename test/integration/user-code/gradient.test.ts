import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython, UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()
const python = findPython()

/** (ln rate − ln 0.02)² + (share − 0.7)²; with its derivatives where the study says so. */
const program = `
import json, math, os
rate = float(os.environ["TUNEWRIGHT_PARAM_rate"])
share = float(os.environ["TUNEWRIGHT_PARAM_share"])
u = math.log(rate) - math.log(0.02)
report = {"loss": u * u + (share - 0.7) ** 2}
if os.environ.get("GRADIENT") == "1":
    report["gradient.rate"] = 2 * u / rate
    report["gradient.share"] = 2 * (share - 0.7)
print(json.dumps(report))
`

function specification(gradient: boolean, trials: number): StudySpecificationInput {
  return {
    name: 'program',
    objective: {
      command: [python ?? '', 'loss.py'],
      environment: { GRADIENT: gradient ? '1' : '0' },
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { rate: { float: [1e-4, 1], log: true }, share: { float: [0, 1] } },
    sampler: { name: 'gradient', optimizer: 'gradientDescent', stepSize: 0.1, runs: 1 },
    parallelTrials: gradient ? 1 : 2,
    stop: { trials },
  }
}

describe.skipIf(python === null)('the gradient sampler with a program of the user', () => {
  it.each([
    ['gives no gradient: differences, two trials per parameter', false, 44],
    ['reports its own derivatives: one trial per step', true, 12],
  ])('that %s', async (_, gradient, count) => {
    const bench = new UserCodeBench(scratch())
    bench.write('loss.py', program)
    const { trials } = await bench.tune(specification(gradient, count))
    expect(trials).toHaveLength(count)
    expect(trials.every(({ state }) => state === 'complete')).toBe(true)
    const isEstimate = ({ provenance }: (typeof trials)[number]): boolean =>
      provenance.reason.values?.['points'] === 4
    // With two slots, which trial of a step ends first decides how many others are drawn meanwhile: two a step at most.
    const gradientTrials = gradient ? trials : trials.filter(isEstimate).slice(0, 28)
    expect(gradientTrials).toHaveLength(gradient ? count : 28)
    if (gradient) {
      expect(trials.filter(isEstimate)).toEqual([])
      expect(trials.at(-1)?.provenance.reason).toMatchObject({
        code: 'proposal.descent',
        values: { run: 1 },
      })
    }
    const losses = gradientTrials.map(({ values }) => values[0] as number)
    expect(Math.min(...losses)).toBeLessThan(0.1 * (losses[0] as number))
  })
})
