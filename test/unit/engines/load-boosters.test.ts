import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { boosterFile } from '../../../src-main/engines/boosting/booster-file.ts'
import type { MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import { boosterRemarks } from '../../../src-main/engines/booster-remarks.ts'
import { loadBoosters } from '../../../src-main/engines/load-boosters.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

describe('libraries that boost trees', () => {
  const scratchFolder = useScratchFolders()
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  /** A pack whose library is no library. */
  function breakPack(): void {
    const folder = scratchFolder()
    const file = path.join(
      folder,
      'xgboost',
      boosterFile('xgboost', process.platform, process.arch) ?? 'none',
    )
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, 'no library')
    vi.stubEnv('TUNEWRIGHT_ENGINES', folder)
  }

  it('say which pack could not be loaded, and why', () => {
    breakPack()
    const { libraries, passedOver } = loadBoosters()
    expect(libraries.map(({ name }) => name)).toEqual(['tunewright'])
    expect(passedOver).toMatchObject([
      { engine: 'xgboost', error: { code: 'engine.unavailable', detail: { engine: 'xgboost' } } },
    ])
  })

  it('say that the best pack is not installed, where somebody boosts', () => {
    breakPack()
    const passed = loadBoosters({}, true).passedOver.map(({ engine, error }) => [
      engine,
      error.code,
    ])
    expect(passed).toEqual([
      ['lightgbm', 'engine.notInstalled'],
      ['xgboost', 'engine.unavailable'],
    ])
  })

  it('are told before a study, with who boosts instead', async () => {
    breakPack()
    const study = (family: object, boosting: object = {}) => ({
      objective: { task: 'tabular', data: { file: 'x.csv', target: 'y' }, boosting },
      space: { family },
    })
    const remarks = async (...parameters: Parameters<typeof study>) =>
      (await boosterRemarks(study(...parameters) as never)).map(({ code, values }) => [
        code,
        values?.['engine'],
        values?.['by'],
        (values?.['reason'] as MessageDescriptor).code,
      ])
    expect(await remarks({ choice: ['network', 'boosting'] })).toEqual([
      ['boosting.passedOver', 'lightgbm', 'tunewright', 'error.engine.notInstalled'],
      ['boosting.passedOver', 'xgboost', 'tunewright', 'error.engine.unavailable'],
    ])
    expect(await remarks({ fixed: 'boosting' }, { library: 'lightgbm' })).toEqual([
      ['boosting.passedOver', 'lightgbm', 'none', 'error.engine.notInstalled'],
    ])
    expect(await remarks({ fixed: 'network' })).toEqual([])
    expect(await remarks({ fixed: 'boosting' }, { library: 'own' })).toEqual([])
  })

  it('are never replaced where one is asked for by name', async () => {
    breakPack()
    expect((await catchAppError(() => loadBoosters({ library: 'xgboost' }))).code).toBe(
      'engine.unavailable',
    )
    expect((await catchAppError(() => loadBoosters({ library: 'lightgbm' }))).code).toBe(
      'engine.notInstalled',
    )
  })

  it('are our own alone where that is asked for', () => {
    breakPack()
    const { libraries, passedOver } = loadBoosters({ library: 'own' })
    expect(libraries.map(({ name }) => name)).toEqual(['tunewright'])
    expect(passedOver).toEqual([])
  })
})
