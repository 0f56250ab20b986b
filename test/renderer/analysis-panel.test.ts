import { expect, it } from 'vitest'
import AnalysisPanel from '../../src-renderer/features/analysis/AnalysisPanel.vue'
import { openStudy } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { mountPart, settle, t } from './mount.ts'

it.each([
  ['genetic', true],
  ['pbt', true],
  ['auto', true],
  ['random', false],
  ['tpe', false],
  ['freezeThaw', false],
])('offers generations where the sampler works in them: %s, %s', async (name, isOffered) => {
  const part = mountPart(AnalysisPanel, {
    path: '/study/7/analysis',
    prepare: () => {
      openStudy({ sampler: { name, steps: 9 } }, [trialRow(0), trialRow(1)])
    },
  })
  await part.router.isReady()
  await settle()
  const offered = part.wrapper.find('.parts').text()
  expect(offered.includes(t('analysis.parts.generations'))).toBe(isOffered)
  expect(offered).toContain(t('analysis.parts.timeline'))
  part.wrapper.unmount()
})
