import { expect, it } from 'vitest'
import { AppError, serializeError } from '../../src-main/core/errors/errors.ts'
import PassedOverEngines from '../../src-renderer/features/engines/PassedOverEngines.vue'
import { mountPart, settle, t } from './mount.ts'

const absent = serializeError(new AppError('engine.notInstalled', { engine: 'lightgbm' }))
const other = serializeError(new AppError('engine.notInstalled', { engine: 'webgpu' }))

it('an engine that is not installed has its button beside, any other its reason', async () => {
  const part = mountPart(PassedOverEngines, {
    props: {
      engine: {
        passedOver: [
          { engine: 'lightgbm', error: absent },
          { engine: 'webgpu', error: other },
        ],
      },
    },
  })
  expect(part.text()).toContain(t('engines.absentUsing', { name: 'LightGBM' }))
  expect(part.text()).toContain('webgpu')
  expect(part.wrapper.findAll('button')).toHaveLength(1)
  await part.press(t('engines.installName', { name: 'LightGBM' }))
  await settle()
  expect(part.requests('engine.install')).toEqual([
    { engine: 'lightgbm', gpu: false, wheels: null },
  ])
  expect(part.router.currentRoute.value.name).toBe('engines')
})
