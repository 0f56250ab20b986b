import { expect, it } from 'vitest'
import JobQueuesPanel from '../../src-renderer/features/machines/JobQueuesPanel.vue'
import { mountPart, settle, t } from './mount.ts'

const url = 'rediss://broker:6380'
const id = '5f0c8a52-0d2b-4c1a-9f0e-0a4a3f3b2c10'

it('queues that were added here say which workers take trials from them', async () => {
  const part = mountPart(JobQueuesPanel, {
    back: {
      'remote.jobQueues': [{ url }],
      'remote.inspectJobQueue': {
        failure: null,
        waiting: 7,
        workers: [{ id, name: 'ant', slots: 4, busy: 3 }],
      },
    },
  })
  await settle()
  await part.press(t('remote.checkOf', { name: url }))
  await settle()
  expect(part.requests('remote.inspectJobQueue')).toEqual([{ url, name: 'trials' }])
  expect(part.text()).toContain(t('jobQueue.report', { waiting: 7, workers: 1, slots: 4 }))
  expect(part.text()).toContain(t('jobQueue.worker', { name: 'ant', slots: 4, busy: 3 }))
})

it('nothing is shown where no queue was added', async () => {
  const part = mountPart(JobQueuesPanel, { back: { 'remote.jobQueues': [] } })
  await settle()
  expect(part.text()).not.toContain(t('jobQueue.title'))
})
