import { describe, expect, it } from 'vitest'
import {
  engineAdvice,
  type EngineSituation,
} from '../../../../../src-main/features/engines/cli/engine-advice.ts'
import { createTranslate } from '../../../../../src-main/core/i18n/translate.ts'

describe.each(['en', 'zh-CN'] as const)('engineAdvice, %s', language => {
  const t = createTranslate(language)
  const bare: EngineSituation = { canLoad: true, hasNvidiaGpu: false, pack: null, device: null }
  const advise = (situation: Partial<EngineSituation>) => engineAdvice(t, { ...bare, ...situation })

  it('names the command for the engine that is missing', () => {
    expect(advise({})).toContain('tunewright engine install tensorflow')
    expect(advise({})).not.toContain('--gpu')
    expect(advise({ canLoad: false, hasNvidiaGpu: true })).toBe(t('cli.noFasterEngine'))
  })

  it('names the command for a GPU that nothing trains on', () => {
    const command = 'tunewright engine install tensorflow --gpu'
    expect(advise({ hasNvidiaGpu: true })).toContain(command)
    expect(advise({ hasNvidiaGpu: true, pack: { gpu: false }, device: 'CPU' })).toContain(command)
  })

  it('says that a pack with CUDA computes on the CPU', () => {
    const pack = { gpu: true }
    expect(advise({ pack, device: 'CPU, oneDNN' })).toBe(t('devices.packFindsNoGpu'))
    expect(advise({ pack, device: 'GPU:0, CPU, oneDNN' })).toBeNull()
    // Why it did not start stands in its own line.
    expect(advise({ pack })).toBeNull()
  })

  it('has none where the pack fits the machine', () => {
    expect(advise({ pack: { gpu: false }, device: 'CPU' })).toBeNull()
  })
})
