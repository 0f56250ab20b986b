import { expect, it } from 'vitest'
import { noRunConditions } from '../../src-main/features/run-conditions/common/run-conditions.ts'
import {
  readHours,
  writeHours,
} from '../../src-main/features/run-conditions/common/run-condition-hours.ts'
import RunConditionsPanel from '../../src-renderer/features/run-conditions/RunConditionsPanel.vue'
import { mountPart, settle, t } from './mount.ts'

it('sets when studies run, refuses hours that say nothing, and shows what is measured', async () => {
  const part = mountPart(RunConditionsPanel, {
    back: {
      'runConditions.set': null,
      'runConditions.get': {
        runConditions: {
          ...noRunConditions,
          watts: 300,
          celsius: 80,
          otherLoad: 0.3,
          windows: [{ days: [1, 2, 3], from: '19:00', to: '07:00' }],
        },
        cause: 'window',
        onBattery: false,
        watts: 120.4,
        celsius: null,
        fullScreen: false,
        otherLoad: 0.123,
        otherGpuUse: null,
      },
    },
  })
  await settle()
  const readings = { cause: 'window', watts: 120, celsius: null, otherLoad: 12, otherGpuUse: null }
  expect(part.text()).toContain(t('runConditions.now', readings))
  await part.type(t('runConditions.windows'), 'at night')
  expect(part.text()).toContain(t('runConditions.windowsRule'))
  await part.type(t('runConditions.windows'), '6-7 00:00-24:00')
  // A cap that was taken away.
  await part.type(t('runConditions.watts'), '')
  await part.type(t('runConditions.otherGpuUse'), '50')
  await part.tick(t('runConditions.fullScreen'))
  await part.press(t('runConditions.save'))
  await settle()
  const windows = [{ days: [6, 7], from: '00:00', to: '24:00' }]
  expect(part.requests('runConditions.set')).toEqual([
    {
      runConditions: {
        ...noRunConditions,
        celsius: 80,
        otherLoad: 0.3,
        otherGpuUse: 0.5,
        fullScreen: true,
        windows,
      },
    },
  ])
})

it('writes hours as they are read, also of days that do not follow each other', () => {
  const [from, to] = ['19:00', '07:00']
  const text = '1 19:00-07:00, 3-5 19:00-07:00'
  expect(writeHours([{ days: [5, 1, 3, 4], from, to }])).toBe(text)
  expect(readHours(text)).toEqual([
    { days: [1], from, to },
    { days: [3, 4, 5], from, to },
  ])
})
