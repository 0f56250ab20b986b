import { describe, expect, it } from 'vitest'
import TrialComparison from '../../src-renderer/features/study/TrialComparison.vue'
import { openStudy } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { mountPart, settle, t } from './mount.ts'

const rows = [
  trialRow(0, { parameters: { optimizer: 'adam', units: 3 }, values: [0.5], finishedAtMs: 4_000 }),
  trialRow(1, { parameters: { optimizer: 'adam', units: 9 }, values: [0.1], finishedAtMs: 4_000 }),
]
const space = {
  optimizer: { choice: ['adam', 'sgd'] },
  units: { int: [1, 9] as [number, number] },
}

describe('trials side by side', () => {
  it('marks what differs, leaves out what is the same, and has costs with their units', async () => {
    const part = mountPart(TrialComparison, {
      props: { numbers: [0, 1] },
      prepare: () => {
        openStudy({ space }, rows)
      },
      back: {
        'trial.get': ({ number }: { number: number }) => ({
          trial: {
            ...rows[number],
            attempts: [],
            metrics: {
              loss: { steps: [1, 2], values: [1, 0.5] },
              trainingSeconds: { steps: [0], values: [number + 1] },
            },
          },
          artifacts: [],
          checkpoint: null,
        }),
      },
    })
    await settle()
    const rowOf = (name: string) =>
      part.wrapper
        .findAll('tbody tr')
        .find(row => row.find('th').exists() && row.find('th').text().startsWith(name))
    expect(
      rowOf('units')
        ?.findAll('td')
        .map(cell => cell.text()),
    ).toEqual(['3', '9'])
    expect(rowOf('units')?.classes()).toContain('differs')
    expect(rowOf('optimizer')).toBeUndefined()
    expect(part.text()).toContain(t('trials.same', { count: 1 }))
    expect(
      rowOf(t('trialCosts.trainingSeconds'))
        ?.findAll('td')
        .map(cell => cell.text()),
    ).toEqual(['1.0 s', '2.0 s'])
    expect(part.wrapper.find(`pre[aria-label="${t('trials.difference')}"]`).text()).toBe(
      ['optimizer: adam', '-units: 3', '+units: 9'].join('\n'),
    )
    await part.tick(t('trials.onlyDiffering'), false)
    expect(rowOf('optimizer')?.classes()).not.toContain('differs')
  })
})
