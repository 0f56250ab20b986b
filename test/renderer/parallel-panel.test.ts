import { describe, expect, it } from 'vitest'
import ParallelPanel from '../../src-renderer/features/study/ParallelPanel.vue'
import { lineOpacity } from '../../src-renderer/charts/parallel-drawing.ts'
import { openStudy } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { mountPart, settle, t } from './mount.ts'

const space = {
  optimizer: { choice: ['adam', 'sgd'] },
  momentum: { float: [0, 0.9] as [number, number], when: { optimizer: 'sgd' } },
}
const withMomentum = trialRow(0, {
  parameters: { optimizer: 'sgd', momentum: 0.5 },
  values: [0.5],
  finishedAtMs: 4_000,
})
const withoutMomentum = trialRow(1, {
  parameters: { optimizer: 'adam' },
  values: [0.1],
  finishedAtMs: 4_000,
})

async function inactivePosition(rows: Parameters<typeof openStudy>[1]): Promise<number> {
  const part = mountPart(ParallelPanel, {
    prepare: () => {
      openStudy({ space }, rows)
    },
  })
  await settle()
  return part.wrapper.findAll('text').filter(element => element.text() === t('chart.inactive'))
    .length
}

describe('parallel coordinates', () => {
  it('say where lines of trials go in which a parameter is not active', async () => {
    expect(await inactivePosition([withMomentum, withoutMomentum])).toBe(1)
    expect(await inactivePosition([withMomentum])).toBe(0)
  })

  it('begin with the parameters that most trials have', async () => {
    const part = mountPart(ParallelPanel, {
      prepare: () => {
        openStudy({ space: { momentum: space.momentum, optimizer: space.optimizer } }, [
          withoutMomentum,
        ])
      },
    })
    await settle()
    const positions = ['optimizer', 'momentum'].map(name => part.text().lastIndexOf(name))
    expect(positions[0]).toBeGreaterThanOrEqual(0)
    expect(positions[1]).toBeGreaterThan(positions[0] ?? 0)
  })
})

describe('axes of parallel coordinates', () => {
  it('have whole names, broken where a word begins, and labels that end before the next axis', async () => {
    const long = 'a choice with a very long name that nobody has room for'
    const part = mountPart(ParallelPanel, {
      prepare: () => {
        openStudy({ space: { minRowsPerLeaf: { choice: [long, 'b'] } } }, [
          trialRow(0, { parameters: { minRowsPerLeaf: long }, values: [1], finishedAtMs: 1 }),
          trialRow(1, { parameters: { minRowsPerLeaf: 'b' }, values: [2], finishedAtMs: 1 }),
        ])
      },
    })
    await settle()
    const name = part.wrapper.findAll('.name').at(-1)
    expect(name?.text()).toBe('minRowsPerLeaf')
    expect(name?.findAll('wbr')).toHaveLength(3)
    const label = part.wrapper
      .findAll('text')
      .find(element => element.text().startsWith('a choice'))
    expect(label?.text().length).toBeLessThan(20)
    expect(label?.text()).toMatch(/…$/)
  })

  it('have lines that show density where there are thousands', () => {
    expect(lineOpacity(20)).toBe(0.85)
    expect(lineOpacity(500)).toBeLessThan(0.5)
    expect(lineOpacity(5_000)).toBeLessThan(0.1)
    expect(lineOpacity(1_000_000)).toBeGreaterThan(0)
  })
})
