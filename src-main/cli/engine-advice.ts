import { findsNoGpu } from '../contract/engine.ts'
import { deviceTexts } from '../contract/i18n/device-texts.ts'
import type { Language } from '../i18n/language.ts'
import { cliTexts } from './texts.ts'

/** What decides how trainings of this machine could be faster. */
export interface EngineSituation {
  /** There are wheels of TensorFlow whose library works here. */
  readonly canLoad: boolean
  /** nvidia-smi reads a GPU. */
  readonly hasNvidiaGpu: boolean
  /** The installed engine pack; null if there is none. */
  readonly pack: { readonly gpu: boolean } | null
  /** What TensorFlow computes on, as its engine says; null if it did not start. */
  readonly device: string | null
}

/** What would make trainings faster, and the command for it; null if nothing would. */
export function engineAdvice(
  language: Language,
  { canLoad, hasNvidiaGpu, pack, device }: EngineSituation,
): string | null {
  const texts = cliTexts[language]
  if (!canLoad) return texts.noFasterEngine
  if (pack?.gpu !== true && hasNvidiaGpu) return texts.fasterByGpu
  if (pack === null) return texts.fasterByInstalling
  if (device === null || !findsNoGpu(pack, device)) return null
  return deviceTexts(language).packFindsNoGpu
}
