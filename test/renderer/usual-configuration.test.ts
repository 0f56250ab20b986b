import { expect, it } from 'vitest'
import { msg } from '../../src-main/core/errors/message.ts'
import MonitorPanel from '../../src-renderer/features/study/MonitorPanel.vue'
import { bestHeadline } from '../helpers/best-headline.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { openStudy } from './live-study.ts'
import { mountPart, settle, t } from './mount.ts'

const trials = [1, 2, 3, 4, 5, 6, 7, 8].map((value, number) =>
  trialRow(number, {
    values: [value],
    parameters: { x: number / 8 },
    proposal:
      number === 0 ? msg('proposal.start', { point: 1, points: 1 }) : msg('proposal.random'),
  }),
)
const sentence = t('insight.usualBest', { best: 0, searched: 7 })

it.each([
  ['finished', true],
  ['running', false],
] as const)(
  'the overview of a %s study says that the search gained nothing: %s',
  async (state, says) => {
    const { text } = mountPart(MonitorPanel, {
      prepare: () => {
        openStudy({}, trials, {
          state,
          best: bestHeadline(0, 1),
          runsInThisProcess: state === 'running',
        })
      },
    })
    await settle()
    expect(text().includes(sentence)).toBe(says)
  },
)
