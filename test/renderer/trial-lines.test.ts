import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { trialLines } from '../../src-renderer/charts/trial-lines.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { openStudy } from './live-study.ts'

it('a tooltip says the parameters of its trial, searched ones first, and counts the rest', () => {
  setActivePinia(createPinia())
  const further = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`fixed${at}`, at]))
  openStudy({}, [
    trialRow(0, { parameters: { epochs: 5, rate: 0.25 } }),
    trialRow(1, { parameters: { ...further, rate: 0.5 } }),
  ])
  expect(trialLines(0)).toEqual(['rate = 0.25', 'epochs = 5'])
  const lines = trialLines(1)
  expect(lines).toHaveLength(12)
  expect(lines[0]).toBe('rate = 0.5')
  expect(lines.at(-1)).toContain('4')
  expect(trialLines(7)).toEqual([])
})
