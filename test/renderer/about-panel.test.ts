import { expect, it } from 'vitest'
import AboutPanel from '../../src-renderer/features/study/AboutPanel.vue'
import { trialRow } from '../helpers/trial-row.ts'
import { openStudy } from './live-study.ts'
import { mountPart, t } from './mount.ts'

const about = (note: string) =>
  mountPart(AboutPanel, {
    prepare: () => {
      openStudy({}, [trialRow(0)], { labels: { tags: [], note, archived: false, baseline: null } })
    },
  })

it('a note on the study is read as Markdown on its page', () => {
  const part = about('Why: **noise** of `labels`')
  expect(part.wrapper.get('strong').text()).toBe('noise')
  expect(part.wrapper.find('textarea').exists()).toBe(false)
})

it('a note on the study is written on its page', async () => {
  const part = about('')
  await part.type(t('steering.note'), 'from the paper')
  expect(part.requests('study.label')).toEqual([{ studyId: 7, labels: { note: 'from the paper' } }])
})
